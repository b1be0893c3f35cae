using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The default scheduler: a wheel of slots, one for each tick of time, that a thread of its own turns. Adding and calling off cost
/// the same however many timers there are. The thread sleeps until the next slot that is not empty; while nothing is scheduled it
/// parks. What is due runs on that thread, never early and at most about one tick late.
/// </summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private const long NothingPlanned = long.MaxValue;

    private readonly object _gate = new();
    private readonly Timer?[] _wheel;
    private readonly long _tickDuration;
    private readonly TimeSpan _shutdownTimeout;
    private readonly Thread _thread;
    private readonly List<Timer> _due = [];

    private int _count;
    private long _doneTick;
    private long _wakeUpTick = NothingPlanned;
    private bool _shutdown;

    /// <summary>Creates a scheduler and starts its thread.</summary>
    /// <param name="scheduler">The configuration of the actor system.</param>
    /// <param name="log">The scheduler's log.</param>
    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        var slots = scheduler.GetInt("akka.scheduler.ticks-per-wheel", 512);
        var tick = scheduler.GetTimeSpan("akka.scheduler.tick-duration", TimeSpan.FromMilliseconds(10));
        if (slots < 1)
            throw new ConfigurationException($"akka.scheduler.ticks-per-wheel is {slots}, it must be positive");
        if (tick <= TimeSpan.Zero)
            throw new ConfigurationException($"akka.scheduler.tick-duration is {tick}, it must be positive");
        _wheel = new Timer?[slots];
        _tickDuration = tick.Ticks;
        _shutdownTimeout = scheduler.GetTimeSpan("akka.scheduler.shutdown-timeout", TimeSpan.FromSeconds(5));
        _doneTick = MonotonicClock.Ticks / _tickDuration;
        _thread = new Thread(Run) { IsBackground = true, Name = "akka.scheduler" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => Util.MonotonicClock.Elapsed;

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => Util.MonotonicClock.ElapsedHighRes;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    /// <summary>The number of timers that are waiting.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _count;
        }
    }

    /// <summary>Ends the thread; what was scheduled is dropped.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _shutdown = true;
            Monitor.Pulse(_gate);
        }

        if (Thread.CurrentThread != _thread && !_thread.Join(_shutdownTimeout))
            Log.Warning("The scheduler's thread did not end within {0}", _shutdownTimeout);
    }

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Schedule(delay, TimeSpan.Zero, new ScheduledTell(receiver, message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef? sender,
        ICancelable? cancelable) => Schedule(initialDelay, interval, new ScheduledTell(receiver, message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        Schedule(delay, TimeSpan.Zero, new ActionRunnable(action), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Schedule(initialDelay, interval, new ActionRunnable(action), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) =>
        Schedule(delay, TimeSpan.Zero, action, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) =>
        Schedule(initialDelay, interval, action, cancelable);

    private void Schedule(TimeSpan delay, TimeSpan interval, IRunnable work, ICancelable? cancelable)
    {
        if (cancelable?.IsCancellationRequested == true)
            return;
        var timer = new Timer(this, work, interval.Ticks);
        lock (_gate)
        {
            if (_shutdown)
                throw new SchedulerException("cannot enqueue after timer shutdown");
            // Counted from now, and rounded up: never early.
            var due = MonotonicClock.Ticks + Math.Min(delay.Ticks, long.MaxValue / 2);
            Insert(timer, (due + _tickDuration - 1) / _tickDuration);
        }

        timer.CalledOffBy(cancelable);
    }

    private void Insert(Timer timer, long dueTick)
    {
        timer.DueTick = Math.Max(dueTick, _doneTick + 1);
        ref var slot = ref _wheel[timer.DueTick % _wheel.Length];
        timer.Next = slot;
        if (slot is not null)
            slot.Previous = timer;
        slot = timer;
        timer.IsWaiting = true;
        _count++;
        if (timer.DueTick < _wakeUpTick)
            Monitor.Pulse(_gate);
    }

    private void Remove(Timer timer)
    {
        if (!timer.IsWaiting)
            return;
        if (timer.Previous is { } previous)
            previous.Next = timer.Next;
        else
            _wheel[timer.DueTick % _wheel.Length] = timer.Next;
        if (timer.Next is { } next)
            next.Previous = timer.Previous;
        timer.Previous = timer.Next = null;
        timer.IsWaiting = false;
        _count--;
    }

    private void Run()
    {
        while (CollectDue())
        {
            foreach (var timer in _due)
                Fire(timer);
            _due.Clear();
        }
    }

    /// <summary>Waits until something is due.</summary>
    /// <returns>False when the scheduler is shut down.</returns>
    private bool CollectDue()
    {
        lock (_gate)
        {
            while (!_shutdown)
            {
                var now = MonotonicClock.Ticks;
                var nowTick = now / _tickDuration;
                for (var left = Math.Min(nowTick - _doneTick, _wheel.Length); left > 0 && _count > 0; left--)
                    CollectSlot(nowTick - left + 1, nowTick);
                _doneTick = nowTick;
                if (_due.Count > 0)
                    return true;
                _wakeUpTick = NextOccupied();
                if (_wakeUpTick == NothingPlanned)
                {
                    Monitor.Wait(_gate);
                }
                else
                {
                    // Monitor.Wait counts whole milliseconds; rounded up, so as not to wake up just before the tick.
                    var wait = (_wakeUpTick * _tickDuration) - now;
                    Monitor.Wait(_gate, (int)((wait + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond));
                }

                _wakeUpTick = NothingPlanned;
            }

            return false;
        }
    }

    private void CollectSlot(long tick, long nowTick)
    {
        var timer = _wheel[tick % _wheel.Length];
        while (timer is not null)
        {
            var next = timer.Next;
            // The others in the slot are due in a later round.
            if (timer.DueTick <= nowTick)
            {
                Remove(timer);
                _due.Add(timer);
            }

            timer = next;
        }
    }

    private long NextOccupied()
    {
        for (var tick = _doneTick + 1; _count > 0 && tick <= _doneTick + _wheel.Length; tick++)
        {
            if (_wheel[tick % _wheel.Length] is not null)
                return tick;
        }

        return NothingPlanned;
    }

    private void Fire(Timer timer)
    {
        if (timer.IsCalledOff)
            return;
        if (!timer.Repeats)
            timer.Done();
        try
        {
            timer.Work.Run();
        }
        catch (Exception e)
        {
            Log.Error(e, "A scheduled action failed: {0}", e.Message);
        }

        if (!timer.Repeats)
            return;
        if (timer.Work is ScheduledTell { IsPointless: true })
        {
            timer.Done();
            return;
        }

        lock (_gate)
        {
            // Kept to the beat; beats that were missed are left out.
            if (!timer.IsCalledOff && !_shutdown)
                Insert(timer, timer.DueTick + Math.Max(1, timer.Interval / _tickDuration));
        }
    }

    /// <summary>A message that is sent later.</summary>
    private sealed class ScheduledTell(ICanTell receiver, object message, IActorRef? sender) : IRunnable
    {
        /// <summary>The receiver has ended: sending again would only make dead letters, for ever.</summary>
        public bool IsPointless => receiver is LocalActorRef { IsTerminated: true };

        public void Run() => receiver.Tell(message, sender);

        public void Execute() => Run();
    }

    /// <summary>Something scheduled: a link in the list of a slot, guarded by the scheduler's lock.</summary>
    private sealed class Timer(HashedWheelTimerScheduler owner, IRunnable work, long interval)
    {
        private CancellationTokenRegistration _registration;

        public IRunnable Work => work;

        /// <summary>In ticks of 100 ns; zero for a timer that goes off once.</summary>
        public long Interval => interval;

        public bool Repeats => interval > 0;

        public long DueTick { get; set; }

        public bool IsWaiting { get; set; }

        public bool IsCalledOff { get; private set; }

        public Timer? Previous { get; set; }

        public Timer? Next { get; set; }

        public void CalledOffBy(ICancelable? cancelable)
        {
            if (cancelable is null)
                return;
            var registration = cancelable.Token.UnsafeRegister(static timer => ((Timer)timer!).CallOff(), this);
            lock (owner._gate)
            {
                _registration = registration;
                if (!IsCalledOff)
                    return;
            }

            // It has gone off or was called off before the registration was known.
            registration.Unregister();
        }

        /// <summary>It will not go off again: nobody need remember it.</summary>
        public void Done()
        {
            CancellationTokenRegistration registration;
            lock (owner._gate)
            {
                IsCalledOff = true;
                registration = _registration;
            }

            registration.Unregister();
        }

        private void CallOff()
        {
            lock (owner._gate)
            {
                IsCalledOff = true;
                owner.Remove(this);
            }
        }
    }
}
