using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Handles a message.</summary>
/// <param name="message">The message.</param>
/// <returns>False when the behaviour has nothing to do with it.</returns>
public delegate bool Receive(object message);

/// <summary>Handles a message; every message counts as handled.</summary>
/// <param name="message">The message.</param>
public delegate void UntypedReceive(object message);

/// <summary>Watches other actors' end.</summary>
public interface ICanWatch
{
    /// <summary>Asks for a <see cref="Terminated"/> when an actor ends.</summary>
    /// <param name="subject">The actor to watch.</param>
    /// <returns>The same reference.</returns>
    IActorRef Watch(IActorRef subject);

    /// <summary>Asks for a message of one's own when an actor ends.</summary>
    /// <param name="subject">The actor to watch.</param>
    /// <param name="message">The message.</param>
    /// <returns>The same reference.</returns>
    /// <exception cref="InvalidOperationException">The actor is watched already with another message.</exception>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Takes a watch back; a notice that is under way is dropped.</summary>
    /// <param name="subject">The actor that was watched.</param>
    /// <returns>The same reference.</returns>
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>Makes actors.</summary>
public interface IActorRefFactory
{
    /// <summary>Makes a child actor; it is constructed later, on its dispatcher.</summary>
    /// <param name="props">What to make.</param>
    /// <param name="name">Its name, or null for a name like <c>$a</c>.</param>
    /// <returns>The actor.</returns>
    /// <exception cref="InvalidActorNameException">The name is malformed or taken.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    /// <summary>Selects actors by path; does not check whether there are any.</summary>
    /// <param name="actorPath">The path.</param>
    /// <returns>The selection.</returns>
    ActorSelection ActorSelection(ActorPath actorPath);

    /// <summary>Selects actors by path; does not check whether there are any.</summary>
    /// <param name="actorPath">A path, absolute or relative to this actor; elements may have <c>*</c> and <c>?</c>.</param>
    /// <returns>The selection.</returns>
    ActorSelection ActorSelection(string actorPath);
}

/// <summary>What an actor knows and may do. Valid only on the thread that is running the actor, while it runs it.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    /// <summary>This actor.</summary>
    IActorRef Self { get; }

    /// <summary>What this actor was made from.</summary>
    Props Props { get; }

    /// <summary>Who sent the message that is being handled; dead letters when nobody did.</summary>
    IActorRef Sender { get; }

    /// <summary>The actor system.</summary>
    ActorSystem System { get; }

    /// <summary>The supervisor.</summary>
    IActorRef Parent { get; }

    /// <summary>The dispatcher that runs this actor.</summary>
    MessageDispatcher Dispatcher { get; }

    /// <summary>After how much silence the actor gets a <see cref="Actor.ReceiveTimeout"/>; null for never.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary>Replaces the behaviour.</summary>
    /// <param name="receive">The new behaviour.</param>
    void Become(Receive receive);

    /// <summary>Puts a behaviour on top of the present one.</summary>
    /// <param name="receive">The new behaviour.</param>
    void BecomeStacked(Receive receive);

    /// <summary>Goes back to the behaviour beneath; the lowest one stays.</summary>
    void UnbecomeStacked();

    /// <summary>Finds a child by name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The child, or <see cref="ActorRefs.Nobody"/>.</returns>
    IActorRef Child(string name);

    /// <summary>All children that have not ended yet.</summary>
    /// <returns>A snapshot.</returns>
    IEnumerable<IActorRef> GetChildren();

    /// <summary>Sets or clears the receive timeout; it starts anew with every message.</summary>
    /// <param name="receiveTimeout">The silence to wait for, or null for never.</param>
    void SetReceiveTimeout(TimeSpan? receiveTimeout);

    /// <summary>Stops an actor after the message that it is working on.</summary>
    /// <param name="child">A child, or this actor itself.</param>
    void Stop(IActorRef child);
}

/// <summary>The context of an <see cref="UntypedActor"/>.</summary>
public interface IUntypedActorContext : IActorContext
{
    /// <summary>Replaces the behaviour.</summary>
    /// <param name="receive">The new behaviour.</param>
    void Become(UntypedReceive receive);

    /// <summary>Puts a behaviour on top of the present one.</summary>
    /// <param name="receive">The new behaviour.</param>
    void BecomeStacked(UntypedReceive receive);
}
