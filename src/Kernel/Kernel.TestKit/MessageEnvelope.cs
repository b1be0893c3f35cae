using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message that a test actor got, and its sender.</summary>
public abstract class MessageEnvelope
{
    /// <summary>The message.</summary>
    public abstract object Message { get; }

    /// <summary>Who sent it; dead letters when nobody did.</summary>
    public abstract IActorRef Sender { get; }
}

/// <summary>A message that did arrive.</summary>
/// <param name="message">The message.</param>
/// <param name="sender">Who sent it.</param>
public sealed class RealMessageEnvelope(object message, IActorRef sender) : MessageEnvelope
{
    /// <inheritdoc/>
    public override object Message { get; } = message;

    /// <inheritdoc/>
    public override IActorRef Sender { get; } = sender;

    /// <inheritdoc/>
    public override string ToString() => $"<{Message}> from {Sender}";
}

/// <summary>Stands for the message that did not arrive; to ask for its content is an error.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    /// <summary>The only instance.</summary>
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    /// <inheritdoc/>
    public override object Message => throw Nothing();

    /// <inheritdoc/>
    public override IActorRef Sender => throw Nothing();

    /// <inheritdoc/>
    public override string ToString() => "<no message>";

    private static IllegalActorStateException Nothing() => new("No message: none has been received yet, or the last wait was in vain.");
}
