using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Event;

/// <summary>A message that did not reach its receiver, of whatever kind.</summary>
public abstract class AllDeadLetters
{
    /// <summary>Creates a dead letter.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who sent it.</param>
    /// <param name="recipient">Whom it was for.</param>
    protected AllDeadLetters(object message, IActorRef? sender, IActorRef? recipient)
    {
        Message = message;
        Sender = sender;
        Recipient = recipient;
    }

    /// <summary>The message.</summary>
    public object Message { get; }

    /// <summary>Who sent it; null for nobody.</summary>
    public IActorRef? Sender { get; }

    /// <summary>Whom it was for.</summary>
    public IActorRef? Recipient { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{Message}>";
}

/// <summary>A message to an actor that has ended or never was.</summary>
/// <param name="message">The message.</param>
/// <param name="sender">Who sent it.</param>
/// <param name="recipient">Whom it was for.</param>
public sealed class DeadLetter(object message, IActorRef? sender, IActorRef? recipient) : AllDeadLetters(message, sender, recipient);

/// <summary>As <see cref="DeadLetter"/>, for a message that implements <see cref="IDeadLetterSuppression"/>: such a loss is no news.</summary>
/// <param name="message">The message.</param>
/// <param name="sender">Who sent it.</param>
/// <param name="recipient">Whom it was for.</param>
public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef? sender, IActorRef? recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>A message that was given up on purpose, such as by a full buffer.</summary>
/// <param name="message">The message.</param>
/// <param name="reason">Why.</param>
/// <param name="sender">Who sent it.</param>
/// <param name="recipient">Whom it was for.</param>
public sealed class Dropped(object message, string reason, IActorRef? sender, IActorRef? recipient)
    : AllDeadLetters(message, sender, recipient)
{
    /// <summary>As the constructor with all parameters, from the actor that is running.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reason">Why.</param>
    /// <param name="recipient">Whom it was for.</param>
    public Dropped(object message, string reason, IActorRef? recipient)
        : this(message, reason, ActorRefs.NoSender, recipient)
    {
    }

    /// <summary>Why.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A message that reached its receiver, which had nothing to do with it.</summary>
/// <param name="message">The message.</param>
/// <param name="sender">Who sent it.</param>
/// <param name="recipient">Whom it reached.</param>
public sealed class UnhandledMessage(object message, IActorRef? sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);

/// <summary>Takes messages that have no receiver and publishes them on the event stream.</summary>
internal sealed class DeadLetterActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream) : MinimalActorRef
{
    public override ActorPath Path { get; } = path;

    public override IActorRefProvider Provider { get; } = provider;

    public override bool IsTerminated => true;

    public static AllDeadLetters Wrap(object message, IActorRef? sender, IActorRef recipient) => message switch
    {
        AllDeadLetters dead => dead,
        IDeadLetterSuppression suppressed => new SuppressedDeadLetter(suppressed, sender, recipient),
        _ => new DeadLetter(message, sender, recipient),
    };

    public override void SendSystemMessage(ISystemMessage message) => AnswerForTheDead(message, this);

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var dead = Wrap(message, sender, this);
        if (dead.Message is ISystemMessage system)
            AnswerForTheDead(system, this);
        else if (dead.Message is Identify identify)
            sender?.Tell(new ActorIdentity(identify.MessageId, null), this);
        else
            eventStream.Publish(dead);
    }

    /// <summary>Who watches an actor that has ended, or never was, is told so at once; other system messages mean nothing to it.</summary>
    private static void AnswerForTheDead(ISystemMessage message, IActorRef self)
    {
        if (message is Watch watch && !watch.Watchee.Equals(self) && !watch.Watcher.Equals(self))
            watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false, addressTerminated: false));
    }
}

/// <summary>Stands for an actor that is not there: messages go to dead letters, watchers are told that it has ended.</summary>
internal sealed class EmptyLocalActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream) : MinimalActorRef
{
    public override ActorPath Path { get; } = path;

    public override IActorRefProvider Provider { get; } = provider;

    public override bool IsTerminated => true;

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is Watch watch && watch.Watchee.Equals(this) && !watch.Watcher.Equals(this))
            watch.Watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: false, addressTerminated: false));
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is Identify identify)
            sender?.Tell(new ActorIdentity(identify.MessageId, null), this);
        else
            eventStream.Publish(DeadLetterActorRef.Wrap(message, sender, this));
    }
}
