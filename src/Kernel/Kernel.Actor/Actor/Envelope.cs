using System.Runtime.CompilerServices;

namespace Akka.Actor;

/// <summary>A message and its sender, as they lie in a mailbox.</summary>
public readonly struct Envelope
{
    /// <summary>Creates an envelope.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Whom a reply goes to, or null for nobody.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Envelope(object message, IActorRef? sender)
    {
        Message = message;
        Sender = sender;
    }

    /// <summary>Creates an envelope.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Whom a reply goes to; null stands for dead letters.</param>
    /// <param name="system">The system whose dead letters are meant.</param>
    public Envelope(object message, IActorRef? sender, ActorSystem system)
        : this(message, sender ?? system.DeadLetters)
    {
    }

    /// <summary>The message.</summary>
    public object Message { get; }

    /// <summary>Whom a reply goes to, or null for nobody.</summary>
    public IActorRef? Sender { get; }

    /// <inheritdoc/>
    public override string ToString() => $"<{Message}> from {Sender?.ToString() ?? "NoSender"}";
}
