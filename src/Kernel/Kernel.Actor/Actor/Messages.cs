using Akka.Event;

namespace Akka.Actor;

/// <summary>Marks a message that the kernel handles itself before an actor's behaviour sees it.</summary>
public interface IAutoReceivedMessage;

/// <summary>Marks a message that may be handled although it was not expected to arrive at all.</summary>
public interface IPossiblyHarmful;

/// <summary>Marks a message that does not restart the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;

/// <summary>Stops the receiver when the message's turn comes.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    private PoisonPill()
    {
    }

    /// <summary>The only instance.</summary>
    public static PoisonPill Instance { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "<PoisonPill>";
}

/// <summary>Makes the receiver fail with an <see cref="ActorKilledException"/>.</summary>
public sealed class Kill : IAutoReceivedMessage, IPossiblyHarmful
{
    private Kill()
    {
    }

    /// <summary>The only instance.</summary>
    public static Kill Instance { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "<Kill>";
}

/// <summary>Tells a watcher that an actor has ended.</summary>
/// <param name="actorRef">The actor that ended.</param>
/// <param name="existenceConfirmed">False when it may never have existed.</param>
/// <param name="addressTerminated">True when its whole system is gone.</param>
public sealed class Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    /// <summary>The actor that ended.</summary>
    public IActorRef ActorRef { get; } = actorRef;

    /// <summary>False when it may never have existed.</summary>
    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    /// <summary>True when its whole system is gone.</summary>
    public bool AddressTerminated { get; } = addressTerminated;

    /// <inheritdoc/>
    public override string ToString() => $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}

/// <summary>Asks the receiver who it is; it answers with <see cref="ActorIdentity"/>.</summary>
/// <param name="messageId">Given back in the answer.</param>
public sealed class Identify(object messageId) : IAutoReceivedMessage, INotInfluenceReceiveTimeout
{
    /// <summary>Given back in the answer.</summary>
    public object MessageId { get; } = messageId;

    /// <inheritdoc/>
    public override string ToString() => $"<Identify>: {MessageId}";
}

/// <summary>The answer to <see cref="Identify"/>.</summary>
/// <param name="messageId">What the question gave.</param>
/// <param name="subject">The actor, or null when there is none.</param>
public sealed class ActorIdentity(object messageId, IActorRef? subject)
{
    /// <summary>What the question gave.</summary>
    public object MessageId { get; } = messageId;

    /// <summary>The actor, or null when there is none.</summary>
    public IActorRef? Subject { get; } = subject;

    /// <inheritdoc/>
    public override string ToString() => $"<ActorIdentity>: {MessageId} - {Subject}";
}

/// <summary>Sent to an actor that has had no message for as long as it asked with <see cref="IActorContext.SetReceiveTimeout"/>.</summary>
public sealed class ReceiveTimeout : IPossiblyHarmful
{
    private ReceiveTimeout()
    {
    }

    /// <summary>The only instance.</summary>
    public static ReceiveTimeout Instance { get; } = new();
}

/// <summary>How something that was asked for went.</summary>
public abstract class Status
{
    private Status()
    {
    }

    /// <summary>It went well.</summary>
    /// <param name="status">The outcome.</param>
    public sealed class Success(object? status) : Status
    {
        /// <summary>A success without an outcome.</summary>
        public static readonly Success Instance = new(null);

        /// <summary>The outcome.</summary>
        public object? Status { get; } = status;

        /// <inheritdoc/>
        public override string ToString() => $"Success: {Status ?? "null"}";
    }

    /// <summary>It failed; an <c>Ask</c> that gets this as its answer throws <see cref="Cause"/>.</summary>
    public sealed class Failure : Status
    {
        /// <summary>Creates a failure.</summary>
        /// <param name="cause">What went wrong.</param>
        /// <param name="state">What the failed work was about.</param>
        public Failure(Exception cause, object? state = null)
        {
            Cause = cause;
            State = state;
        }

        /// <summary>What went wrong.</summary>
        public Exception Cause { get; }

        /// <summary>What the failed work was about.</summary>
        public object? State { get; }

        /// <inheritdoc/>
        public override string ToString() => $"Failure: {Cause}";
    }
}
