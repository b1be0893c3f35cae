using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Something that takes messages.</summary>
public interface ICanTell
{
    /// <summary>Sends a message, at most once, without waiting.</summary>
    /// <param name="message">The message; never null.</param>
    /// <param name="sender">Whom a reply goes to, or null for nobody.</param>
    void Tell(object message, IActorRef? sender);
}

/// <summary>A handle on an actor; safe to share between threads and to send in messages.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, ISurrogated, IComparable
{
    /// <summary>Where the actor lives, with the uid of this incarnation.</summary>
    ActorPath Path { get; }
}

/// <summary>Whether an actor lives in this process.</summary>
public interface IActorRefScope
{
    /// <summary>True when the actor lives in this process.</summary>
    bool IsLocal { get; }
}

/// <summary>A reference of an actor that lives in this process.</summary>
public interface ILocalRef : IActorRefScope;

/// <summary>What the kernel itself needs to do with a reference.</summary>
public interface IInternalActorRef : IActorRef, IActorRefScope
{
    /// <summary>The supervisor.</summary>
    IInternalActorRef Parent { get; }

    /// <summary>The provider that made this reference.</summary>
    IActorRefProvider Provider { get; }

    /// <summary>True once the actor has stopped for good.</summary>
    bool IsTerminated { get; }

    /// <summary>Looks up a descendant.</summary>
    /// <param name="name">Names downwards; <c>..</c> goes up, an empty name stays.</param>
    /// <returns>The descendant, or <see cref="ActorRefs.Nobody"/>.</returns>
    IActorRef GetChild(IReadOnlyList<string> name);

    /// <summary>Lets a suspended actor go on.</summary>
    /// <param name="causedByFailure">The failure after which it goes on, if any.</param>
    void Resume(Exception? causedByFailure = null);

    /// <summary>Starts the actor; called once, by its creator.</summary>
    void Start();

    /// <summary>Stops the actor after the message that it is working on.</summary>
    void Stop();

    /// <summary>Replaces the actor by a fresh instance; its mailbox stays.</summary>
    /// <param name="cause">Why.</param>
    void Restart(Exception cause);

    /// <summary>Holds back all messages until <see cref="Resume"/>.</summary>
    void Suspend();

    /// <summary>Sends a message that goes before all ordinary ones.</summary>
    /// <param name="message">The message; an instance may be sent once only.</param>
    void SendSystemMessage(ISystemMessage message);
}

/// <summary>What every holder of a reference may call.</summary>
public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends a message with the actor that is running on this thread, if any, as its sender.</summary>
    /// <param name="receiver">Whom to send to.</param>
    /// <param name="message">The message; never null.</param>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.GetCurrentSelfOrNoSender());

    /// <summary>Passes a message on with the sender of the message that is being handled on this thread.</summary>
    /// <param name="receiver">Whom to send to.</param>
    /// <param name="message">The message; never null.</param>
    public static void Forward(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.GetCurrentSenderOrNoSender());
}

/// <summary>Questions about references.</summary>
public static class ActorRefExtensions
{
    /// <summary>Whether a reference is null or <see cref="ActorRefs.Nobody"/>.</summary>
    /// <param name="actorRef">The reference.</param>
    /// <returns>True when it leads nowhere.</returns>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody;

    /// <summary>The first of two references that leads somewhere.</summary>
    /// <param name="actorRef">The first choice.</param>
    /// <param name="elseValue">Taken when the first leads nowhere.</param>
    /// <returns>One of both.</returns>
    public static IActorRef GetOrElse(this IActorRef? actorRef, Func<IActorRef> elseValue) => actorRef is null or Nobody ? elseValue() : actorRef;
}
