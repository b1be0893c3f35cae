using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Gives an element again and again, as far as it is asked for.</summary>
internal sealed class TickSource<T>(TimeSpan initialDelay, TimeSpan interval, T tick) : SourceStage<T, Actor.ICancelable>
{
    public override ILogicAndMaterializedValue<Actor.ICancelable> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, initialDelay, interval, tick);
        return new LogicAndMaterializedValue<Actor.ICancelable>(logic, logic.Cancelable);
    }

    private sealed class Logic : TimerGraphStageLogic
    {
        private readonly Outlet<T> _out;
        private readonly TimeSpan _initialDelay;
        private readonly TimeSpan _interval;
        private readonly T _tick;

        public Logic(TickSource<T> stage, TimeSpan initialDelay, TimeSpan interval, T tick)
            : base(stage.Shape)
        {
            _out = stage.Shape.Outlet;
            _initialDelay = initialDelay;
            _interval = interval;
            _tick = tick;
            Cancelable = new StageCancelable(GetAsyncCallback(CompleteStage));
            SetHandler(_out, new EagerTerminateOutput());
        }

        public StageCancelable Cancelable { get; }

        public override void PreStart() => ScheduleRepeatedly(this, _initialDelay, _interval);

        public override void PostStop() => Cancelable.Stopped();

        protected internal override void OnTimer(object timerKey)
        {
            if (IsAvailable(_out))
                Push(_out, _tick);
        }
    }
}

/// <summary>Cancelling it completes a stage.</summary>
internal sealed class StageCancelable(Action complete) : Actor.ICancelable
{
    private readonly CancellationTokenSource _source = new();

    public bool IsCancellationRequested => _source.IsCancellationRequested;

    public CancellationToken Token => _source.Token;

    public void Cancel() => Cancel(throwOnFirstException: false);

    public void Cancel(bool throwOnFirstException)
    {
        complete();
        _source.Cancel(throwOnFirstException);
    }

    public void CancelAfter(TimeSpan delay)
    {
        _source.Token.Register(complete);
        _source.CancelAfter(delay);
    }

    public void CancelAfter(int millisecondsDelay) => CancelAfter(TimeSpan.FromMilliseconds(millisecondsDelay));

    public void Stopped() => _source.Cancel();
}
