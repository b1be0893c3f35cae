using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>Marks a message of the kernel itself; such messages go before all others, even to a suspended actor.</summary>
public interface ISystemMessage;

/// <summary>
/// A message of the kernel itself. It is a link of the mailbox's stack of system messages, so an instance may be sent once only.
/// </summary>
public abstract class SystemMessage : ISystemMessage
{
    internal SystemMessage? Next { get; set; }
}

/// <summary>Stands in the stack of a closed mailbox: nothing can be pushed on top of it.</summary>
internal sealed class NoMessage : SystemMessage
{
    public static readonly NoMessage Instance = new();
}

/// <summary>The first message of every actor.</summary>
public sealed class Create : SystemMessage
{
    /// <inheritdoc/>
    public override string ToString() => "<Create>";
}

/// <summary>Replaces the actor by a fresh instance.</summary>
/// <param name="cause">Why.</param>
public sealed class Recreate(Exception cause) : SystemMessage
{
    /// <summary>Why.</summary>
    public Exception Cause { get; } = cause;

    /// <inheritdoc/>
    public override string ToString() => $"<Recreate> Cause: {Cause}";
}

/// <summary>Holds back the actor's messages.</summary>
public sealed class Suspend : SystemMessage
{
    /// <inheritdoc/>
    public override string ToString() => "<Suspend>";
}

/// <summary>Lets a suspended actor go on.</summary>
/// <param name="causedByFailure">The failure after which it goes on, if any.</param>
public sealed class Resume(Exception? causedByFailure) : SystemMessage
{
    /// <summary>The failure after which the actor goes on, if any.</summary>
    public Exception? CausedByFailure { get; } = causedByFailure;

    /// <inheritdoc/>
    public override string ToString() => "<Resume>";
}

/// <summary>Stops the actor.</summary>
public sealed class Terminate : SystemMessage
{
    /// <inheritdoc/>
    public override string ToString() => "<Terminate>";
}

/// <summary>Tells a supervisor that its child has failed.</summary>
/// <param name="child">The child.</param>
/// <param name="cause">What it threw.</param>
/// <param name="uid">The child's incarnation.</param>
public sealed class Failed(IActorRef child, Exception cause, long uid) : SystemMessage
{
    /// <summary>The child.</summary>
    public IActorRef Child { get; } = child;

    /// <summary>What it threw.</summary>
    public Exception Cause { get; } = cause;

    /// <summary>The child's incarnation.</summary>
    public long Uid { get; } = uid;

    /// <inheritdoc/>
    public override string ToString() => $"<Failed>: {Child} ({Uid}) {Cause}";
}

/// <summary>Asks to be told when an actor ends.</summary>
/// <param name="watchee">The actor to watch.</param>
/// <param name="watcher">Whom to tell.</param>
public sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    /// <summary>The actor to watch.</summary>
    public IInternalActorRef Watchee { get; } = watchee;

    /// <summary>Whom to tell.</summary>
    public IInternalActorRef Watcher { get; } = watcher;

    /// <inheritdoc/>
    public override string ToString() => $"<Watch>: {Watcher} wants to watch {Watchee}";
}

/// <summary>Takes a <see cref="Watch"/> back.</summary>
/// <param name="watchee">The actor that was watched.</param>
/// <param name="watcher">Who watched.</param>
public sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    /// <summary>The actor that was watched.</summary>
    public IInternalActorRef Watchee { get; } = watchee;

    /// <summary>Who watched.</summary>
    public IInternalActorRef Watcher { get; } = watcher;

    /// <inheritdoc/>
    public override string ToString() => $"<Unwatch>: {Watcher} wants to unwatch {Watchee}";
}

/// <summary>Tells a supervisor or watcher that an actor has ended.</summary>
/// <param name="actor">The actor that ended.</param>
/// <param name="existenceConfirmed">False when it may never have existed.</param>
/// <param name="addressTerminated">True when its whole system is gone.</param>
public sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated) : SystemMessage
{
    /// <summary>The actor that ended.</summary>
    public IActorRef Actor { get; } = actor;

    /// <summary>False when it may never have existed.</summary>
    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    /// <summary>True when its whole system is gone.</summary>
    public bool AddressTerminated { get; } = addressTerminated;

    /// <inheritdoc/>
    public override string ToString() => $"<DeathWatchNotification>: {Actor}";
}

/// <summary>Runs a piece of an asynchronous handler inside its actor.</summary>
/// <param name="run">The piece.</param>
internal sealed class ActorTaskMessage(Action run) : SystemMessage
{
    public void Run() => run();

    public override string ToString() => "<ActorTask>";
}
