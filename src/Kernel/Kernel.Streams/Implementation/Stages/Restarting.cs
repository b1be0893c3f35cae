using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Runs a graph inside, and again when it ends: a source, a flow or a sink, by which ends this stage has.</summary>
internal sealed class RestartLogic<TIn, TOut> : TimerGraphStageLogic
{
    private readonly Inlet<TIn>? _in;
    private readonly Outlet<TOut>? _out;
    private readonly RestartSettings _settings;
    private readonly bool _onlyOnFailures;
    private readonly Action<RestartLogic<TIn, TOut>> _run;
    private TimeSpan _started;
    private int _restarts;
    private bool _finishing;

    public RestartLogic(
        Shape shape,
        Inlet<TIn>? inlet,
        Outlet<TOut>? outlet,
        RestartSettings settings,
        bool onlyOnFailures,
        Action<RestartLogic<TIn, TOut>> run)
        : base(shape)
    {
        _in = inlet;
        _out = outlet;
        _settings = settings;
        _onlyOnFailures = onlyOnFailures;
        _run = run;
        if (inlet is not null)
        {
            SetHandler(
                inlet,
                () =>
                {
                    if (ToInner is { IsAvailable: true } inner)
                        inner.Push(Grab(inlet));
                },
                () =>
                {
                    _finishing = true;
                    if (ToInner is { IsClosed: false } inner && !IsAvailable(inlet))
                        inner.Complete();
                    else if (IsTimerActive(this) && !IsAvailable(inlet))
                        CompleteStage();
                    if (outlet is not null)
                        return;

                    // A sink has no other end that keeps it going: what is pending still goes in.
                    SetKeepGoing(true);
                    if (ToInner is null or { IsClosed: true } && !IsAvailable(inlet))
                        CompleteStage();
                },
                e =>
                {
                    ToInner?.Fail(e);
                    FailStage(e);
                });
        }

        if (outlet is not null)
        {
            SetHandler(
                outlet,
                () =>
                {
                    if (FromInner is { IsClosed: false, HasBeenPulled: false } inner)
                        inner.Pull();
                },
                cause =>
                {
                    FromInner?.Cancel(cause);
                    CancelStage(cause);
                });
        }
    }

    /// <summary>Gets where the inner graph gets its elements.</summary>
    public SubSourceOutlet<TIn>? ToInner { get; private set; }

    /// <summary>Gets where the inner graph gives its elements.</summary>
    public SubSinkInlet<TOut>? FromInner { get; private set; }

    public override void PreStart() => Begin();

    public override void PostStop()
    {
        ToInner?.Complete();
        FromInner?.Cancel();
    }

    protected internal override void OnTimer(object timerKey) => Begin();

    private void Begin()
    {
        _started = Materializer.System.Scheduler.MonotonicClock;
        if (_in is { } inlet)
            ToInner = NewToInner(inlet);
        if (_out is { } outlet)
            FromInner = NewFromInner(outlet);
        _run(this);
        if (_out is not null && IsAvailable(_out) && FromInner is { IsClosed: false, HasBeenPulled: false } inner)
            inner.Pull();
    }

    private SubSourceOutlet<TIn> NewToInner(Inlet<TIn> inlet)
    {
        var inner = new SubSourceOutlet<TIn>(this, "Restart.in");
        inner.SetHandler(new LambdaOutHandler(
            () =>
            {
                if (IsAvailable(inlet))
                {
                    inner.Push(Grab(inlet));
                    if (!IsClosed(inlet))
                        return;
                    inner.Complete();
                    if (_out is null)
                        CompleteStage();
                }
                else if (IsClosed(inlet))
                {
                    inner.Complete();
                }
                else if (!HasBeenPulled(inlet))
                {
                    Pull(inlet);
                }
            },
            cause =>
            {
                // Of a flow that ends, the outlet tells; a sink has none.
                if (_out is null)
                    Ended(cause is SubscriptionWithCancelException.NonFailureCancellation ? null : cause);
            }));
        return inner;
    }

    private SubSinkInlet<TOut> NewFromInner(Outlet<TOut> outlet)
    {
        var inner = new SubSinkInlet<TOut>(this, "Restart.out");
        inner.SetHandler(new LambdaInHandler(() => Push(outlet, inner.Grab()), () => Ended(null), Ended));
        return inner;
    }

    private void Ended(Exception? cause)
    {
        if (IsTimerActive(this))
            return;
        if (cause is null && (_onlyOnFailures || _finishing))
        {
            CompleteStage();
            return;
        }

        var lived = Materializer.System.Scheduler.MonotonicClock - _started;
        if (lived > _settings.MaxRestartsWithin)
            _restarts = 0;
        if (_restarts >= _settings.MaxRestarts || _finishing)
        {
            if (cause is null)
                CompleteStage();
            else
                FailStage(cause);
            return;
        }

        ScheduleOnce(this, _settings.Backoff(_restarts++));
    }
}
