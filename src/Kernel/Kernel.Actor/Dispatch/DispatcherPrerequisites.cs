using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>What an actor system offers to dispatchers and executors.</summary>
public interface IDispatcherPrerequisites
{
    /// <summary>The event stream.</summary>
    EventStream EventStream { get; }

    /// <summary>The scheduler.</summary>
    IScheduler Scheduler { get; }

    /// <summary>The settings.</summary>
    Settings Settings { get; }

    /// <summary>The mailboxes.</summary>
    Mailboxes Mailboxes { get; }
}

/// <summary>The usual <see cref="IDispatcherPrerequisites"/>.</summary>
/// <param name="eventStream">The event stream.</param>
/// <param name="scheduler">The scheduler.</param>
/// <param name="settings">The settings.</param>
/// <param name="mailboxes">The mailboxes.</param>
public sealed class DefaultDispatcherPrerequisites(EventStream eventStream, IScheduler scheduler, Settings settings, Mailboxes mailboxes)
    : IDispatcherPrerequisites
{
    /// <inheritdoc/>
    public EventStream EventStream { get; } = eventStream;

    /// <inheritdoc/>
    public IScheduler Scheduler { get; } = scheduler;

    /// <inheritdoc/>
    public Settings Settings { get; } = settings;

    /// <inheritdoc/>
    public Mailboxes Mailboxes { get; } = mailboxes;
}
