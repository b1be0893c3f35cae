using Akka.Actor;

namespace Akka.Routing;

/// <summary>Something that a router can send a message to.</summary>
public class Routee
{
    /// <summary>Nothing to send to: the router sends the message to dead letters.</summary>
    public static readonly Routee NoRoutee = new NoRoutee();

    /// <summary>An actor as a routee.</summary>
    /// <param name="actorRef">The actor.</param>
    /// <returns>The routee.</returns>
    public static Routee FromActorRef(IActorRef actorRef) => new ActorRefRoutee(actorRef);

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    public virtual void Send(object message, IActorRef? sender)
    {
    }

    /// <summary>Asks.</summary>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for <c>akka.actor.ask-timeout</c>.</param>
    /// <returns>The answer.</returns>
    public virtual Task<object> Ask(object message, TimeSpan? timeout) =>
        throw new NotSupportedException($"A {GetType().Name} cannot be asked.");
}

/// <summary>Nothing to send to.</summary>
internal sealed class NoRoutee : Routee
{
    public override string ToString() => "NoRoutee";
}

/// <summary>An actor as a routee.</summary>
/// <param name="actor">The actor.</param>
public class ActorRefRoutee(IActorRef actor) : Routee, IEquatable<ActorRefRoutee>
{
    /// <summary>The actor.</summary>
    public IActorRef Actor { get; } = actor;

    /// <inheritdoc/>
    public override void Send(object message, IActorRef? sender) => Actor.Tell(message, sender);

    /// <inheritdoc/>
    public override Task<object> Ask(object message, TimeSpan? timeout) => Futures.Ask(Actor, message, timeout);

    /// <inheritdoc/>
    public bool Equals(ActorRefRoutee? other) => Actor.Equals(other?.Actor);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActorRefRoutee);

    /// <inheritdoc/>
    public override int GetHashCode() => Actor.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Actor.Path.ToStringWithAddress();
}

/// <summary>A path as a routee: whoever lives there when a message is sent.</summary>
/// <param name="actor">The path.</param>
public class ActorSelectionRoutee(ActorSelection actor) : Routee, IEquatable<ActorSelectionRoutee>
{
    /// <summary>The path.</summary>
    public ActorSelection Selection { get; } = actor;

    /// <inheritdoc/>
    public override void Send(object message, IActorRef? sender) => Selection.Tell(message, sender);

    /// <inheritdoc/>
    public override Task<object> Ask(object message, TimeSpan? timeout) => Futures.Ask(Selection, message, timeout);

    /// <inheritdoc/>
    public bool Equals(ActorSelectionRoutee? other) => Selection.Equals(other?.Selection);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActorSelectionRoutee);

    /// <inheritdoc/>
    public override int GetHashCode() => Selection.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Selection.Anchor.Path.ToStringWithAddress() + Selection.PathString;
}

/// <summary>Several routees as one: all of them get the message.</summary>
/// <param name="routees">The routees.</param>
public class SeveralRoutees(Routee[] routees) : Routee
{
    /// <inheritdoc/>
    public override void Send(object message, IActorRef? sender)
    {
        foreach (var routee in routees)
            routee.Send(message, sender);
    }
}
