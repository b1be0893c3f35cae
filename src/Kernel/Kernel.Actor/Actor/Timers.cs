using Akka.Event;

namespace Akka.Actor;

/// <summary>On an actor: it has timers, which end with it and with a restart.</summary>
public interface IWithTimers
{
    /// <summary>The timers; set by the kernel after the constructor has run.</summary>
    ITimerScheduler Timers { get; set; }
}

/// <summary>An actor's timers, by key. A timer that was cancelled or replaced sends nothing any more, even if its message was under way.</summary>
public interface ITimerScheduler
{
    /// <summary>The keys of all timers that are running.</summary>
    IReadOnlyCollection<object> ActiveTimers { get; }

    /// <summary>Starts a timer that sends a message again and again; replaces one with the same key.</summary>
    /// <param name="key">The timer's key.</param>
    /// <param name="msg">The message.</param>
    /// <param name="interval">The time before each message.</param>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    /// <inheritdoc cref="StartPeriodicTimer(object, object, TimeSpan)"/>
    /// <param name="key">The timer's key.</param>
    /// <param name="msg">The message.</param>
    /// <param name="interval">The time before each message.</param>
    /// <param name="sender">In whose name.</param>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef? sender);

    /// <inheritdoc cref="StartPeriodicTimer(object, object, TimeSpan)"/>
    /// <param name="key">The timer's key.</param>
    /// <param name="msg">The message.</param>
    /// <param name="initialDelay">The time before the first message.</param>
    /// <param name="interval">The time before each further one.</param>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    /// <inheritdoc cref="StartPeriodicTimer(object, object, TimeSpan)"/>
    /// <param name="key">The timer's key.</param>
    /// <param name="msg">The message.</param>
    /// <param name="initialDelay">The time before the first message.</param>
    /// <param name="interval">The time before each further one.</param>
    /// <param name="sender">In whose name.</param>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef? sender);

    /// <summary>Starts a timer that sends one message; replaces one with the same key.</summary>
    /// <param name="key">The timer's key.</param>
    /// <param name="msg">The message.</param>
    /// <param name="timeout">The time before the message.</param>
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    /// <inheritdoc cref="StartSingleTimer(object, object, TimeSpan)"/>
    /// <param name="key">The timer's key.</param>
    /// <param name="msg">The message.</param>
    /// <param name="timeout">The time before the message.</param>
    /// <param name="sender">In whose name.</param>
    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef? sender);

    /// <summary>Whether a timer is running.</summary>
    /// <param name="key">The timer's key.</param>
    /// <returns>True when it is.</returns>
    bool IsTimerActive(object key);

    /// <summary>Ends a timer, if it is running.</summary>
    /// <param name="key">The timer's key.</param>
    void Cancel(object key);

    /// <summary>Ends all timers.</summary>
    void CancelAll();
}

/// <summary>The timers of one actor. A message that comes from a timer carries the timer, so that a stale one is recognised.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, Expiry> _timers = [];

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => Start(key, msg, interval, interval, cell.Self);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef? sender) => Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval, cell.Self);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef? sender) =>
        Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null, cell.Self);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef? sender) => Start(key, msg, timeout, null, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
            timer.Cancelable.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
            timer.Cancelable.Cancel();
        _timers.Clear();
    }

    /// <summary>The message of a timer that is still wanted; null for a stale one.</summary>
    public object? Accept(Expiry expiry)
    {
        if (!_timers.TryGetValue(expiry.Key, out var present) || !ReferenceEquals(present, expiry))
            return null;
        if (!expiry.Repeats)
            Cancel(expiry.Key);
        return expiry.Message;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval, IActorRef? sender)
    {
        Cancel(key);
        var scheduler = cell.SystemImpl.Scheduler;
        var expiry = new Expiry(key, message, interval is not null, new Cancelable(scheduler));
        _timers.Add(key, expiry);
        if (interval is { } each)
            scheduler.ScheduleTellRepeatedly(delay, each, cell.Self, expiry, sender, expiry.Cancelable);
        else
            scheduler.ScheduleTellOnce(delay, cell.Self, expiry, sender, expiry.Cancelable);
    }

    /// <summary>What a timer sends: itself. The actor sees the message in it.</summary>
    public sealed class Expiry(object key, object message, bool repeats, ICancelable cancelable) : IAutoReceivedMessage, IDeadLetterSuppression
    {
        public object Key => key;

        public object Message => message;

        public bool Repeats => repeats;

        public ICancelable Cancelable => cancelable;
    }
}
