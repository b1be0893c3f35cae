using Akka.Actor;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>A promise that a message queue makes, and that an actor may ask for.</summary>
public interface ISemantics;

/// <summary>The queue takes any number of messages.</summary>
public interface IUnboundedMessageQueueSemantics : ISemantics;

/// <summary>The queue has a limit.</summary>
public interface IBoundedMessageQueueSemantics : ISemantics
{
    /// <summary>How long a sender waits for room; negative for ever.</summary>
    TimeSpan PushTimeOut { get; set; }
}

/// <summary>A message can be put in front; a stash needs that.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    /// <summary>Puts a message in front; called by the actor that owns the queue only.</summary>
    /// <param name="envelope">The message.</param>
    void EnqueueFirst(Envelope envelope);
}

/// <summary>A queue without limit in which a message can be put in front.</summary>
public interface IUnboundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IUnboundedMessageQueueSemantics;

/// <summary>A queue with a limit in which a message can be put in front.</summary>
public interface IBoundedDequeBasedMessageQueueSemantics : IDequeBasedMessageQueueSemantics, IBoundedMessageQueueSemantics;

/// <summary>The queue of a logger.</summary>
public interface ILoggerMessageQueueSemantics : ISemantics;

/// <summary>On an actor: it needs a mailbox with a queue of a kind, see <c>akka.actor.mailbox.requirements</c>.</summary>
/// <typeparam name="T">The kind.</typeparam>
public interface IRequiresMessageQueue<T>
    where T : ISemantics;

/// <summary>On a <see cref="MailboxType"/>: says which queue it makes.</summary>
/// <typeparam name="TQueue">The queue's type.</typeparam>
public interface IProducesMessageQueue<TQueue>
    where TQueue : IMessageQueue;

/// <summary>On a <see cref="MailboxType"/>: a full queue makes its senders wait.</summary>
public interface IProducesPushTimeoutSemanticsMailbox
{
    /// <summary>How long a sender waits for room; negative for ever.</summary>
    TimeSpan PushTimeout { get; }
}
