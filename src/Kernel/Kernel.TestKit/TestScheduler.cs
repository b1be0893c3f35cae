using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A scheduler with virtual time: it stands still until the test advances it. What is due then runs on the test's thread, in the order
/// of time, and of scheduling for equal times. While something runs, the clock shows the time for which it was scheduled.
/// </summary>
public sealed class TestScheduler : SchedulerBase
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Entry, (DateTimeOffset Time, long Number)> _entries = new();
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private DateTimeOffset _now;
    private long _number;

    /// <summary>Creates a scheduler.</summary>
    /// <param name="schedulerConfig">The configuration of the actor system.</param>
    /// <param name="log">The scheduler's log.</param>
    public TestScheduler(Config schedulerConfig, ILoggingAdapter log)
        : base(schedulerConfig, log) => _now = _start;

    /// <summary>The virtual time.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => Now - _start;

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => Now;

    /// <summary>Lets time pass, and runs what is due.</summary>
    /// <param name="offset">How much; zero runs what is due now.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public void Advance(TimeSpan offset)
    {
        ValidateDelay(offset, nameof(offset));
        AdvanceTo(Now + offset);
    }

    /// <summary>Lets time pass up to a point, and runs what is due.</summary>
    /// <param name="when">The point.</param>
    /// <exception cref="InvalidOperationException">It lies in the past.</exception>
    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < Now)
            throw new InvalidOperationException($"Time does not go back: it is {Now:O} already, not {when:O}.");
        while (Due(when) is { } entry)
            entry.Run();
    }

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Schedule(delay, null, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Schedule(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        Schedule(delay, null, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Schedule(initialDelay, interval, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) =>
        Schedule(delay, null, action.Run, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) =>
        Schedule(initialDelay, interval, action.Run, cancelable);

    private void Schedule(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        lock (_gate)
            Add(_now + delay, new Entry(action, interval, cancelable));
    }

    private void Add(DateTimeOffset time, Entry entry) => _entries.Enqueue(entry, (time, _number++));

    /// <summary>Moves the clock to the next entry up to a point and takes that; or else to the point.</summary>
    private Entry? Due(DateTimeOffset when)
    {
        lock (_gate)
        {
            while (_entries.TryPeek(out var entry, out var priority) && priority.Time <= when)
            {
                _entries.Dequeue();
                if (entry.IsCancelled)
                    continue;
                Advance(priority.Time);
                if (entry.Interval is { } interval)
                    Add(priority.Time + interval, entry);
                return entry;
            }

            Advance(when);
            return null;
        }

        // An entry that is run may itself have advanced the clock beyond.
        void Advance(DateTimeOffset time) => _now = time > _now ? time : _now;
    }

    private sealed record Entry(Action Run, TimeSpan? Interval, ICancelable? Cancelable)
    {
        public bool IsCancelled => Cancelable is { IsCancellationRequested: true };
    }
}
