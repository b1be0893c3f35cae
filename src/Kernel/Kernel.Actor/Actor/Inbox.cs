using Akka.Event;

namespace Akka.Actor;

/// <summary>A mailbox for code that is no actor: it has a reference to reply to, and methods that wait for messages.</summary>
public interface IInboxable : ICanWatch
{
    /// <summary>Who gets the messages.</summary>
    IActorRef Receiver { get; }

    /// <summary>The next message; waits for <c>akka.actor.inbox.default-timeout</c>.</summary>
    /// <returns>The message.</returns>
    /// <exception cref="TimeoutException">None has come in time.</exception>
    object Receive();

    /// <summary>The next message.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>The message.</returns>
    /// <exception cref="TimeoutException">None has come in time.</exception>
    object Receive(TimeSpan timeout);

    /// <summary>The next message; waits for <c>akka.actor.inbox.default-timeout</c>.</summary>
    /// <returns>The message; fails with <see cref="TimeoutException"/>.</returns>
    Task<object> ReceiveAsync();

    /// <summary>The next message.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>The message; fails with <see cref="TimeoutException"/>.</returns>
    Task<object> ReceiveAsync(TimeSpan timeout);

    /// <summary>The next message of a kind; the others stay.</summary>
    /// <param name="predicate">Says whether a message is of the kind.</param>
    /// <returns>The message.</returns>
    /// <exception cref="TimeoutException">None has come in time.</exception>
    object ReceiveWhere(Predicate<object> predicate);

    /// <summary>The next message of a kind; the others stay.</summary>
    /// <param name="predicate">Says whether a message is of the kind.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>The message.</returns>
    /// <exception cref="TimeoutException">None has come in time.</exception>
    object ReceiveWhere(Predicate<object> predicate, TimeSpan timeout);

    /// <summary>Sends a message whose reply comes here.</summary>
    /// <param name="target">Who gets it.</param>
    /// <param name="message">The message.</param>
    void Send(IActorRef target, object message);
}

/// <inheritdoc cref="IInboxable"/>
public sealed class Inbox : IInboxable, IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<object> _messages = new();
    private readonly LinkedList<Reader> _readers = new();
    private readonly ActorSystem _system;
    private readonly TimeSpan _defaultTimeout;
    private readonly int _size;

    private Inbox(ActorSystem system)
    {
        _system = system;
        _size = system.Settings.Config.GetInt("akka.actor.inbox.inbox-size");
        _defaultTimeout = system.Settings.Config.GetTimeSpan("akka.actor.inbox.default-timeout");
        Receiver = ((ExtendedActorSystem)system).SystemActorOf(Props.From(() => new InboxActor(this)));
    }

    /// <inheritdoc/>
    public IActorRef Receiver { get; }

    /// <summary>Creates an inbox.</summary>
    /// <param name="system">The system.</param>
    /// <returns>The inbox; dispose it when it is no longer used.</returns>
    public static Inbox Create(ActorSystem system) => new(system);

    /// <inheritdoc/>
    public object Receive() => Receive(_defaultTimeout);

    /// <inheritdoc/>
    public object Receive(TimeSpan timeout) => ReceiveAsync(timeout).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public Task<object> ReceiveAsync() => ReceiveAsync(_defaultTimeout);

    /// <inheritdoc/>
    public Task<object> ReceiveAsync(TimeSpan timeout) => Read(static _ => true, timeout);

    /// <inheritdoc/>
    public object ReceiveWhere(Predicate<object> predicate) => ReceiveWhere(predicate, _defaultTimeout);

    /// <inheritdoc/>
    public object ReceiveWhere(Predicate<object> predicate, TimeSpan timeout) => Read(predicate, timeout).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Send(IActorRef target, object message) => target.Tell(message, Receiver);

    /// <inheritdoc/>
    public IActorRef Watch(IActorRef subject)
    {
        Receiver.Tell(new ToWatch(subject, null), ActorRefs.NoSender);
        return subject;
    }

    /// <inheritdoc/>
    public IActorRef WatchWith(IActorRef subject, object message)
    {
        Receiver.Tell(new ToWatch(subject, message), ActorRefs.NoSender);
        return subject;
    }

    /// <inheritdoc/>
    public IActorRef Unwatch(IActorRef subject)
    {
        Receiver.Tell(new ToUnwatch(subject), ActorRefs.NoSender);
        return subject;
    }

    /// <summary>Ends the inbox; messages that come later are dead letters.</summary>
    public void Dispose() => _system.Stop(Receiver);

    private async Task<object> Read(Predicate<object> predicate, TimeSpan timeout)
    {
        var reader = new Reader(predicate);
        lock (_gate)
        {
            for (var node = _messages.First; node is not null; node = node.Next)
            {
                if (!predicate(node.Value))
                    continue;
                _messages.Remove(node);
                return node.Value;
            }

            _readers.AddLast(reader);
        }

        using var timer = new Cancelable(_system.Scheduler);
        if (timeout != Timeout.InfiniteTimeSpan)
            _system.Scheduler.Advanced.ScheduleOnce(timeout, () => GiveUp(reader, timeout), timer);
        var message = await reader.Message.Task.ConfigureAwait(false);
        timer.Cancel();
        return message;
    }

    private void GiveUp(Reader reader, TimeSpan timeout)
    {
        lock (_gate)
            _readers.Remove(reader);
        reader.Message.TrySetException(new TimeoutException($"No message has come to {Receiver} within {timeout}"));
    }

    /// <summary>Hands a message to the reader that has waited longest for its kind, or keeps it.</summary>
    /// <returns>False when there are too many messages already.</returns>
    private bool Deliver(object message)
    {
        lock (_gate)
        {
            for (var node = _readers.First; node is not null; node = node.Next)
            {
                if (!node.Value.Predicate(message))
                    continue;
                _readers.Remove(node);
                node.Value.Message.TrySetResult(message);
                return true;
            }

            if (_messages.Count >= _size)
                return false;
            _messages.AddLast(message);
            return true;
        }
    }

    private sealed class InboxActor(Inbox inbox) : UntypedActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();
        private bool _warned;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case ToWatch { Message: { } notice } watch:
                    Context.WatchWith(watch.Subject, notice);
                    break;
                case ToWatch watch:
                    Context.Watch(watch.Subject);
                    break;
                case ToUnwatch unwatch:
                    Context.Unwatch(unwatch.Subject);
                    break;
                default:
                    if (!inbox.Deliver(message))
                        Refuse(message);
                    break;
            }
        }

        private void Refuse(object message)
        {
            if (!_warned)
                _log.Warning("Dropping message: the inbox has reached akka.actor.inbox.inbox-size = {0}", inbox._size);
            _warned = true;
            Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
        }
    }

    private sealed record Reader(Predicate<object> Predicate)
    {
        public TaskCompletionSource<object> Message { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record ToWatch(IActorRef Subject, object? Message);

    private sealed record ToUnwatch(IActorRef Subject);
}
