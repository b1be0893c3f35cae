using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>The running part of a flow with timers. It hands elements and demand on, unless told otherwise.</summary>
internal abstract class TimedFlowLogic<TIn, TOut> : TimerGraphStageLogic, IInHandler, IOutHandler
{
    protected TimedFlowLogic(FlowShape<TIn, TOut> shape)
        : base(shape)
    {
        In = shape.Inlet;
        Out = shape.Outlet;
        SetHandler(In, this);
        SetHandler(Out, this);
    }

    protected Inlet<TIn> In { get; }

    protected Outlet<TOut> Out { get; }

    /// <summary>Gets the time that the scheduler knows.</summary>
    protected TimeSpan Now => Materializer.System.Scheduler.MonotonicClock;

    public abstract void OnPush();

    public virtual void OnPull() => Pull(In);

    public virtual void OnUpstreamFinish() => CompleteStage();

    public virtual void OnUpstreamFailure(Exception e) => FailStage(e);

    public virtual void OnDownstreamFinish(Exception cause) => CancelStage(cause);

    protected internal override void OnTimer(object timerKey)
    {
    }

    protected void PullOnce()
    {
        if (!HasBeenPulled(In) && !IsClosed(In))
            Pull(In);
    }
}

/// <summary>Emits what has come, when there is enough of it or time is up.</summary>
internal sealed class GroupedWithin<T>(long max, Func<T, long> cost, TimeSpan interval) : FlowStage<T, IEnumerable<T>>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, max, cost, interval);

    private sealed class Logic(GroupedWithin<T> stage, long max, Func<T, long> cost, TimeSpan interval) : TimedFlowLogic<T, IEnumerable<T>>(stage.Shape)
    {
        private List<T> _group = [];
        private long _cost;
        private bool _due;

        public override void PreStart()
        {
            ScheduleRepeatedly(this, interval);
            Pull(In);
        }

        public override void OnPush()
        {
            var element = Grab(In);
            _group.Add(element);
            _cost += cost(element);
            if (_cost >= max)
                _due = true;
            Flush();
        }

        public override void OnPull() => Flush();

        public override void OnUpstreamFinish()
        {
            if (_group.Count == 0)
                CompleteStage();
            else
                _due = true;
            Flush();
        }

        protected internal override void OnTimer(object timerKey)
        {
            _due = _group.Count > 0;
            Flush();
        }

        private void Flush()
        {
            if (_due && IsAvailable(Out))
            {
                if (_cost >= max)
                    ScheduleRepeatedly(this, interval);
                var group = _group;
                _group = [];
                _cost = 0;
                _due = false;
                Push(Out, group);
                if (IsClosed(In))
                    CompleteStage();
            }

            if (_cost < max)
                PullOnce();
        }
    }
}

/// <summary>Lets elements pass at a rate: a bucket that time fills with tokens, of which each element takes some.</summary>
internal sealed class Throttle<T>(int cost, TimeSpan per, int maximumBurst, Func<T, int> costCalculation, ThrottleMode mode) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(per, TimeSpan.Zero);
        return new Logic(this, (double)per.Ticks / cost, Math.Max(maximumBurst, mode == ThrottleMode.Enforcing ? 0 : 1), costCalculation, mode);
    }

    private sealed class Logic(Throttle<T> stage, double ticksPerToken, int capacity, Func<T, int> cost, ThrottleMode mode) : TimedFlowLogic<T, T>(stage.Shape)
    {
        private double _tokens = capacity;
        private TimeSpan _filled;
        private T? _waiting;
        private bool _finishing;

        public override void PreStart() => _filled = Now;

        public override void OnPush()
        {
            var element = Grab(In);
            var now = Now;
            _tokens = Math.Min(capacity, _tokens + ((now - _filled).Ticks / ticksPerToken)) - cost(element);
            _filled = now;
            if (_tokens >= -1e-9)
            {
                Push(Out, element);
                return;
            }

            if (mode == ThrottleMode.Enforcing)
                throw new OverflowException("Maximum throttle throughput exceeded.");
            _waiting = element;
            ScheduleOnce(this, TimeSpan.FromTicks((long)Math.Ceiling(-_tokens * ticksPerToken)));
        }

        public override void OnUpstreamFinish()
        {
            if (IsTimerActive(this))
                _finishing = true;
            else
                CompleteStage();
        }

        protected internal override void OnTimer(object timerKey)
        {
            Push(Out, _waiting!);
            _waiting = default;
            if (_finishing)
                CompleteStage();
        }
    }
}

/// <summary>Shifts elements in time.</summary>
internal sealed class Delay<T>(TimeSpan delay, OverflowStrategy strategy) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) =>
        new Logic(this, delay, strategy, inheritedAttributes.GetAttribute<Attributes.InputBuffer>()?.Max ?? 16);

    private sealed class Logic(Delay<T> stage, TimeSpan delay, OverflowStrategy strategy, int capacity) : TimedFlowLogic<T, T>(stage.Shape)
    {
        private readonly BoundedQueue<(T Element, TimeSpan Due)> _queue = new(capacity, strategy);
        private (T Element, TimeSpan Due)? _head;

        public override void PreStart() => Pull(In);

        public override void OnPush()
        {
            _queue.Offer((Grab(In), Now + delay));
            Go();
        }

        public override void OnPull() => Go();

        public override void OnUpstreamFinish() => Go();

        protected internal override void OnTimer(object timerKey) => Go();

        private void Go()
        {
            if (_head is null && _queue.Count > 0)
                _head = _queue.Take();
            if (_head is { } head && IsAvailable(Out))
            {
                var wait = head.Due - Now;
                if (wait > TimeSpan.Zero)
                {
                    if (!IsTimerActive(this))
                        ScheduleOnce(this, wait);
                }
                else
                {
                    _head = null;
                    Push(Out, head.Element);
                }
            }

            if (IsClosed(In))
            {
                if (_head is null && _queue.Count == 0)
                    CompleteStage();
            }
            else if (strategy != OverflowStrategy.Backpressure || _queue.Count + (_head is null ? 0 : 1) < capacity)
            {
                PullOnce();
            }
        }
    }
}

/// <summary>Lets elements pass only before, or only after, a moment.</summary>
internal sealed class Window<T>(TimeSpan duration, Window<T>.Kind kind) : FlowStage<T, T>
{
    internal enum Kind
    {
        /// <summary>Completes when time is up.</summary>
        Take,

        /// <summary>Drops elements until time is up.</summary>
        Skip,

        /// <summary>Asks for no element until time is up.</summary>
        InitialDelay,
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, duration, kind);

    private sealed class Logic(Window<T> stage, TimeSpan duration, Kind kind) : TimedFlowLogic<T, T>(stage.Shape)
    {
        private bool _over;

        public override void PreStart() => ScheduleOnce(this, duration);

        public override void OnPush()
        {
            if (kind == Kind.Skip && !_over)
                Pull(In);
            else
                Push(Out, Grab(In));
        }

        public override void OnPull()
        {
            if (kind != Kind.InitialDelay || _over)
                Pull(In);
        }

        protected internal override void OnTimer(object timerKey)
        {
            _over = true;
            if (kind == Kind.Take)
                CompleteStage();
            else if (kind == Kind.InitialDelay && IsAvailable(Out))
                PullOnce();
        }
    }
}

/// <summary>Fails when something takes too long.</summary>
internal sealed class Timeout<T>(TimeSpan timeout, Timeout<T>.Kind kind) : FlowStage<T, T>
{
    internal enum Kind
    {
        /// <summary>The first element.</summary>
        Initial,

        /// <summary>The completion.</summary>
        Completion,

        /// <summary>The next element.</summary>
        Idle,

        /// <summary>The demand for the next element.</summary>
        Backpressure,
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, timeout, kind);

    private sealed class Logic(Timeout<T> stage, TimeSpan timeout, Kind kind) : TimedFlowLogic<T, T>(stage.Shape)
    {
        private TimeSpan _since;
        private bool _begun;
        private bool _demanded;

        public override void PreStart()
        {
            _since = Now;
            ScheduleOnce(this, timeout);
        }

        public override void OnPush()
        {
            _begun = true;
            _demanded = false;
            _since = Now;
            Push(Out, Grab(In));
        }

        public override void OnPull()
        {
            _demanded = true;
            Pull(In);
        }

        protected internal override void OnTimer(object timerKey)
        {
            var safe = (kind == Kind.Initial && _begun) || (kind == Kind.Backpressure && _demanded);
            var left = _since + timeout - Now;
            if (kind == Kind.Initial && safe)
                return;
            if (kind is Kind.Completion or Kind.Initial || (!safe && left <= TimeSpan.Zero))
            {
                FailStage(new TimeoutException(kind switch
                {
                    Kind.Initial => $"The first element has not yet passed through in {timeout}.",
                    Kind.Completion => $"The stream has not been completed in {timeout}.",
                    Kind.Idle => $"No elements passed in the last {timeout}.",
                    _ => $"No demand signalled in the last {timeout}.",
                }));
                return;
            }

            ScheduleOnce(this, safe || left <= TimeSpan.Zero ? timeout : left);
        }
    }
}

/// <summary>Puts in an element when none has come for a time.</summary>
internal sealed class KeepAlive<T>(TimeSpan timeout, Func<T> inject) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, timeout, inject);

    private sealed class Logic(KeepAlive<T> stage, TimeSpan timeout, Func<T> inject) : TimedFlowLogic<T, T>(stage.Shape)
    {
        private T? _held;
        private bool _holds;

        public override void PreStart() => Pull(In);

        public override void OnPush()
        {
            var element = Grab(In);
            if (IsAvailable(Out))
            {
                CancelTimer(this);
                Push(Out, element);
                PullOnce();
                return;
            }

            _held = element;
            _holds = true;
        }

        public override void OnPull()
        {
            if (!_holds)
            {
                ScheduleOnce(this, timeout);
                return;
            }

            _holds = false;
            Push(Out, _held!);
            if (IsClosed(In))
                CompleteStage();
            else
                PullOnce();
        }

        public override void OnUpstreamFinish()
        {
            if (!_holds)
                CompleteStage();
        }

        protected internal override void OnTimer(object timerKey)
        {
            if (IsAvailable(Out))
                Push(Out, inject());
        }
    }
}
