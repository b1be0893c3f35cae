using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public partial class ActorCell
{
    /// <inheritdoc/>
    public IActorRef Watch(IActorRef subject)
    {
        StartWatching(subject, null);
        return subject;
    }

    /// <inheritdoc/>
    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        StartWatching(subject, message);
        return subject;
    }

    /// <inheritdoc/>
    public IActorRef Unwatch(IActorRef subject)
    {
        if (_deathWatch is not { } watch)
            return subject;
        if (watch.Watching.Remove(subject))
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch((IInternalActorRef)subject, (IInternalActorRef)Self));
        // The notice may lie in the mailbox already.
        watch.Notices.Remove(subject);
        return subject;
    }

    private void StartWatching(IActorRef subject, object? message)
    {
        if (subject.Equals(Self))
            return;
        var watch = _deathWatch ??= new DeathWatch();
        if (watch.Watching.TryGetValue(subject, out var present))
        {
            if (!Equals(present, message))
            {
                throw new InvalidOperationException(
                    $"Watch({subject}, {present ?? "Terminated"}) was registered before, it cannot be changed to {message ?? "Terminated"}. Unwatch first.");
            }

            return;
        }

        watch.Watching.Add(subject, message);
        ((IInternalActorRef)subject).SendSystemMessage(new Watch((IInternalActorRef)subject, (IInternalActorRef)Self));
    }

    private void AddWatcher(Watch request)
    {
        if (request.Watchee.Equals(Self) && !request.Watcher.Equals(Self))
            (_deathWatch ??= new DeathWatch()).WatchedBy.Add(request.Watcher);
        else
            Publish(new Warning(Self.Path.ToString(), ActorClass, $"BUG: illegal Watch({request.Watchee}, {request.Watcher}) for {Self}"));
    }

    private void RemoveWatcher(Unwatch request) => _deathWatch?.WatchedBy.Remove(request.Watcher);

    /// <summary>An actor has ended that this one watches, or that is its child, or both.</summary>
    private void WatchedActorTerminated(DeathWatchNotification notification)
    {
        var actor = notification.Actor;
        if (_deathWatch is { } watch && watch.Watching.Remove(actor, out var message) && !IsTerminating)
        {
            // The notice takes its turn behind the messages that the watched actor sent before its end.
            watch.Notices[actor] = message;
            Self.Tell(new Terminated(actor, notification.ExistenceConfirmed, notification.AddressTerminated), actor);
        }

        if (_children?.Contains(actor) == true)
            HandleChildTerminated(actor);
    }

    private void ReceivedTerminated(Terminated terminated)
    {
        // Without a notice the actor has unwatched meanwhile.
        if (_deathWatch is { } watch && watch.Notices.Remove(terminated.ActorRef, out var message))
            ReceiveMessage(message ?? terminated);
    }

    private void TellWatchersWeDied()
    {
        if (_deathWatch is not { } watch)
            return;
        foreach (var watcher in watch.WatchedBy)
        {
            // The parent is told anyway.
            if (!watcher.Equals(Parent))
                ((IInternalActorRef)watcher).SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true, addressTerminated: false));
        }

        watch.WatchedBy.Clear();
    }

    private void UnwatchWatchedActors()
    {
        if (_deathWatch is not { } watch)
            return;
        foreach (var subject in watch.Watching.Keys)
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch((IInternalActorRef)subject, (IInternalActorRef)Self));
        watch.Watching.Clear();
        watch.Notices.Clear();
    }

    /// <summary>Who watches whom.</summary>
    private sealed class DeathWatch
    {
        /// <summary>Whom this actor watches, and what it wants to get instead of <see cref="Terminated"/>.</summary>
        public Dictionary<IActorRef, object?> Watching { get; } = [];

        /// <summary>Ends that were noticed and whose message has not been handled yet.</summary>
        public Dictionary<IActorRef, object?> Notices { get; } = [];

        /// <summary>Who watches this actor.</summary>
        public HashSet<IActorRef> WatchedBy { get; } = [];
    }
}
