using Akka.Actor;
using Akka.Streams.Implementation;

namespace Akka.Streams.Stage;

/// <summary>A running part with timers. They end with the stage.</summary>
public abstract class TimerGraphStageLogic : GraphStageLogic
{
    private readonly Dictionary<object, Timer> _timers = [];

    /// <inheritdoc/>
    protected TimerGraphStageLogic(Shape shape)
        : base(shape)
    {
    }

    /// <summary>Called when a timer is due.</summary>
    /// <param name="timerKey">The timer.</param>
    protected internal abstract void OnTimer(object timerKey);

    /// <summary>Starts a timer that is due once; one with the same key is cancelled.</summary>
    /// <param name="timerKey">The timer.</param>
    /// <param name="delay">The time before it.</param>
    protected internal void ScheduleOnce(object timerKey, TimeSpan delay)
    {
        CancelTimer(timerKey);
        var timer = new Timer(this, timerKey, repeats: false);
        _timers[timerKey] = timer;
        timer.Task = Materializer.ScheduleOnce(delay, timer.Due);
    }

    /// <summary>Starts a timer that is due again and again; one with the same key is cancelled.</summary>
    /// <param name="timerKey">The timer.</param>
    /// <param name="interval">The time before each time.</param>
    protected internal void ScheduleRepeatedly(object timerKey, TimeSpan interval) => ScheduleRepeatedly(timerKey, interval, interval);

    /// <summary>Starts a timer that is due again and again; one with the same key is cancelled.</summary>
    /// <param name="timerKey">The timer.</param>
    /// <param name="initialDelay">The time before the first time.</param>
    /// <param name="interval">The time before each further time.</param>
    protected internal void ScheduleRepeatedly(object timerKey, TimeSpan initialDelay, TimeSpan interval)
    {
        CancelTimer(timerKey);
        var timer = new Timer(this, timerKey, repeats: true);
        _timers[timerKey] = timer;
        timer.Task = Materializer.ScheduleRepeatedly(initialDelay, interval, timer.Due);
    }

    /// <summary>Cancels a timer.</summary>
    /// <param name="timerKey">The timer.</param>
    protected internal void CancelTimer(object timerKey)
    {
        if (_timers.Remove(timerKey, out var timer))
            timer.Task?.Cancel();
    }

    /// <summary>Tells whether a timer runs.</summary>
    /// <param name="timerKey">The timer.</param>
    /// <returns>Whether it does.</returns>
    protected internal bool IsTimerActive(object timerKey) => _timers.ContainsKey(timerKey);

    internal sealed override void StopOutside()
    {
        base.StopOutside();
        foreach (var timer in _timers.Values)
            timer.Task?.Cancel();
        _timers.Clear();
    }

    private sealed class Timer(TimerGraphStageLogic logic, object key, bool repeats) : Signal(logic)
    {
        public ICancelable? Task { get; set; }

        public void Due() => logic.Island.Post(this);

        public override void Deliver()
        {
            // A timer that was cancelled, or started anew, may be under way still.
            if (!logic._timers.TryGetValue(key, out var current) || current != this)
                return;
            if (!repeats)
                logic._timers.Remove(key);
            logic.OnTimer(key);
        }
    }
}
