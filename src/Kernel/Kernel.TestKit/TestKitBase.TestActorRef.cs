using System.Linq.Expressions;
using Akka.Actor;

namespace Akka.TestKit;

/// <content>Making actors that run on the test's thread and whose instance the test can look into.</content>
public abstract partial class TestKitBase
{
    /// <summary>Makes an actor.</summary>
    /// <typeparam name="TActor">Its class.</typeparam>
    /// <param name="props">What to make.</param>
    /// <param name="supervisor">Whose child it is.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The actor.</returns>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, IActorRef supervisor, string? name = null)
        where TActor : ActorBase => new(Sys, props, supervisor, name);

    /// <summary>Makes an actor.</summary>
    /// <typeparam name="TActor">Its class.</typeparam>
    /// <param name="props">What to make.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The actor.</returns>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Props props, string? name = null)
        where TActor : ActorBase => new(Sys, props, supervisor: null, name);

    /// <summary>Makes an actor.</summary>
    /// <typeparam name="TActor">Its class.</typeparam>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The actor.</returns>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(string? name = null)
        where TActor : ActorBase, new() => ActorOfAsTestActorRef<TActor>(Props.From(static () => new TActor()), name);

    /// <summary>Makes an actor.</summary>
    /// <typeparam name="TActor">Its class.</typeparam>
    /// <param name="supervisor">Whose child it is.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The actor.</returns>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(IActorRef supervisor, string? name = null)
        where TActor : ActorBase, new() => ActorOfAsTestActorRef<TActor>(Props.From(static () => new TActor()), supervisor, name);

    /// <summary>Makes an actor from a constructor call.</summary>
    /// <typeparam name="TActor">Its class.</typeparam>
    /// <param name="factory">An expression <c>() => new TActor(…)</c>.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The actor.</returns>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, string? name = null)
        where TActor : ActorBase => ActorOfAsTestActorRef<TActor>(Props.Create(factory), name);

    /// <summary>Makes an actor from a constructor call.</summary>
    /// <typeparam name="TActor">Its class.</typeparam>
    /// <param name="factory">An expression <c>() => new TActor(…)</c>.</param>
    /// <param name="supervisor">Whose child it is.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <returns>The actor.</returns>
    public TestActorRef<TActor> ActorOfAsTestActorRef<TActor>(Expression<Func<TActor>> factory, IActorRef supervisor, string? name = null)
        where TActor : ActorBase => ActorOfAsTestActorRef<TActor>(Props.Create(factory), supervisor, name);
}
