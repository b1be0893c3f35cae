using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Akka.Event;

/// <summary>The logger of <c>akka.loggers</c> if nothing else is said: writes to standard output.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Print(logEvent);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes an event.</summary>
    /// <param name="logEvent">The event.</param>
    protected virtual void Print(LogEvent logEvent) => Console.Out.WriteLine(logEvent.ToString());
}

/// <summary>Writes to standard output while there is no other logger: at a system's start and end. Not an actor, works at once.</summary>
internal sealed class StandardOutLogger : MinimalActorRef
{
    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems"), "/StandardOutLogger");

    public override IActorRefProvider Provider => throw new NotSupportedException("StandardOutLogger does not provide");

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is LogEvent logEvent)
            Console.Out.WriteLine(logEvent.ToString());
    }
}

/// <summary>The mailbox of loggers.</summary>
/// <param name="settings">The settings of the system.</param>
/// <param name="config">The mailbox's section.</param>
public sealed class LoggerMailboxType(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<LoggerMessageQueue>
{
    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new LoggerMessageQueue();
}

/// <summary>
/// The queue of a logger. What a logger that ended has not written is no dead letter: reporting it would only log again.
/// </summary>
public sealed class LoggerMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics, ILoggerMessageQueueSemantics
{
    private readonly UnboundedMessageQueue _queue = new();

    /// <inheritdoc/>
    public bool HasMessages => _queue.HasMessages;

    /// <inheritdoc/>
    public int Count => _queue.Count;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(receiver, envelope);

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (_queue.TryDequeue(out var envelope))
        {
            if (envelope.Message is not LogEvent)
                deadletters.Enqueue(owner, envelope);
        }
    }
}
