using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Kernel.Streams.Tests;

/// <summary>A scheduler whose time passes only when it is told to.</summary>
public sealed class ManualScheduler(Config config, ILoggingAdapter log) : SchedulerBase(config, log)
{
    public const string Config = """akka.scheduler.implementation = "Kernel.Streams.Tests.ManualScheduler, Kernel.Streams.Tests" """;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<(Action Run, TimeSpan? Interval, ICancelable? Cancelable), TimeSpan> _tasks = new();
    private TimeSpan _now;

    public override TimeSpan MonotonicClock
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => DateTimeOffset.UnixEpoch + MonotonicClock;

    public void Advance(TimeSpan time)
    {
        TimeSpan end;
        lock (_gate)
            end = _now + time;
        while (true)
        {
            (Action Run, TimeSpan? Interval, ICancelable? Cancelable) task;
            lock (_gate)
            {
                if (!_tasks.TryPeek(out task, out var due) || due > end)
                {
                    _now = end;
                    return;
                }

                _tasks.Dequeue();
                _now = due;
                if (task.Interval is { } interval && task.Cancelable?.IsCancellationRequested != true)
                    _tasks.Enqueue(task, due + interval);
            }

            if (task.Cancelable?.IsCancellationRequested != true)
                task.Run();
        }
    }

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) => Add(delay, null, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) => Add(delay, null, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action run, ICancelable? cancelable)
    {
        lock (_gate)
            _tasks.Enqueue((run, interval, cancelable), _now + delay);
    }
}
