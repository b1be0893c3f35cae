using System.Linq.Expressions;
using Akka.Actor;

namespace Akka.TestKit;

/// <content>Making state machines that run on the test's thread and whose state the test can look at and change.</content>
public abstract partial class TestKitBase
{
    /// <summary>Makes a state machine.</summary>
    /// <typeparam name="TFsmActor">Its class.</typeparam>
    /// <typeparam name="TState">The class of its states.</typeparam>
    /// <typeparam name="TData">The class of its data.</typeparam>
    /// <param name="props">What to make.</param>
    /// <param name="supervisor">Whose child it is.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <param name="withLogging">Whether it logs messages and transitions at DEBUG.</param>
    /// <returns>The machine.</returns>
    public TestFSMRef<TFsmActor, TState, TData> ActorOfAsTestFSMRef<TFsmActor, TState, TData>(Props props, IActorRef supervisor, string? name = null, bool withLogging = false)
        where TFsmActor : FSM<TState, TData>
        where TState : notnull => new(Sys, props, supervisor, name, withLogging);

    /// <summary>Makes a state machine.</summary>
    /// <typeparam name="TFsmActor">Its class.</typeparam>
    /// <typeparam name="TState">The class of its states.</typeparam>
    /// <typeparam name="TData">The class of its data.</typeparam>
    /// <param name="props">What to make.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <param name="withLogging">Whether it logs messages and transitions at DEBUG.</param>
    /// <returns>The machine.</returns>
    public TestFSMRef<TFsmActor, TState, TData> ActorOfAsTestFSMRef<TFsmActor, TState, TData>(Props props, string? name = null, bool withLogging = false)
        where TFsmActor : FSM<TState, TData>
        where TState : notnull => new(Sys, props, supervisor: null, name, withLogging);

    /// <summary>Makes a state machine from a constructor call.</summary>
    /// <typeparam name="TFsmActor">Its class.</typeparam>
    /// <typeparam name="TState">The class of its states.</typeparam>
    /// <typeparam name="TData">The class of its data.</typeparam>
    /// <param name="factory">An expression <c>() => new TFsmActor(…)</c>.</param>
    /// <param name="supervisor">Whose child it is.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <param name="withLogging">Whether it logs messages and transitions at DEBUG.</param>
    /// <returns>The machine.</returns>
    public TestFSMRef<TFsmActor, TState, TData> ActorOfAsTestFSMRef<TFsmActor, TState, TData>(Expression<Func<TFsmActor>> factory, IActorRef supervisor, string? name = null, bool withLogging = false)
        where TFsmActor : FSM<TState, TData>
        where TState : notnull => new(Sys, Props.Create(factory), supervisor, name, withLogging);

    /// <summary>Makes a state machine from a constructor call.</summary>
    /// <typeparam name="TFsmActor">Its class.</typeparam>
    /// <typeparam name="TState">The class of its states.</typeparam>
    /// <typeparam name="TData">The class of its data.</typeparam>
    /// <param name="factory">An expression <c>() => new TFsmActor(…)</c>.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <param name="withLogging">Whether it logs messages and transitions at DEBUG.</param>
    /// <returns>The machine.</returns>
    public TestFSMRef<TFsmActor, TState, TData> ActorOfAsTestFSMRef<TFsmActor, TState, TData>(Expression<Func<TFsmActor>> factory, string? name = null, bool withLogging = false)
        where TFsmActor : FSM<TState, TData>
        where TState : notnull => new(Sys, Props.Create(factory), supervisor: null, name, withLogging);

    /// <summary>Makes a state machine.</summary>
    /// <typeparam name="TFsmActor">Its class.</typeparam>
    /// <typeparam name="TState">The class of its states.</typeparam>
    /// <typeparam name="TData">The class of its data.</typeparam>
    /// <param name="supervisor">Whose child it is.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <param name="withLogging">Whether it logs messages and transitions at DEBUG.</param>
    /// <returns>The machine.</returns>
    public TestFSMRef<TFsmActor, TState, TData> ActorOfAsTestFSMRef<TFsmActor, TState, TData>(IActorRef supervisor, string? name = null, bool withLogging = false)
        where TFsmActor : FSM<TState, TData>, new()
        where TState : notnull => new(Sys, Props.From(static () => new TFsmActor()), supervisor, name, withLogging);

    /// <summary>Makes a state machine.</summary>
    /// <typeparam name="TFsmActor">Its class.</typeparam>
    /// <typeparam name="TState">The class of its states.</typeparam>
    /// <typeparam name="TData">The class of its data.</typeparam>
    /// <param name="name">Its name, or null for any.</param>
    /// <param name="withLogging">Whether it logs messages and transitions at DEBUG.</param>
    /// <returns>The machine.</returns>
    public TestFSMRef<TFsmActor, TState, TData> ActorOfAsTestFSMRef<TFsmActor, TState, TData>(string? name = null, bool withLogging = false)
        where TFsmActor : FSM<TState, TData>, new()
        where TState : notnull => new(Sys, Props.From(static () => new TFsmActor()), supervisor: null, name, withLogging);
}
