using Akka.Event;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation.Stages;

/// <summary>Materializes to a task that ends as the stream does here.</summary>
internal sealed class TerminationWatcher<T> : FlowStage<T, T, Task<Done>>
{
    public override ILogicAndMaterializedValue<Task<Done>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, inheritedAttributes);
        return new LogicAndMaterializedValue<Task<Done>>(logic, logic.End);
    }

    private sealed class Logic(TerminationWatcher<T> stage, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        private readonly TaskCompletionSource<Done> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Done> End => _end.Task;

        public override void OnPush() => Push(Out, Grab(In));

        public override void OnUpstreamFinish()
        {
            _end.TrySetResult(Done.Instance);
            CompleteStage();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            _end.TrySetException(e);
            FailStage(e);
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            if (cause is SubscriptionWithCancelException.NonFailureCancellation)
                _end.TrySetResult(Done.Instance);
            else
                _end.TrySetException(cause);
            CancelStage(cause);
        }

        public override void PostStop() => _end.TrySetException(new AbruptStageTerminationException(this));
    }
}

/// <summary>Puts an element in place of a failure.</summary>
internal sealed class Recover<T>(Func<Exception, Util.Option<T>> recovery) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, recovery, inheritedAttributes);

    private sealed class Logic(Recover<T> stage, Func<Exception, Util.Option<T>> recovery, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        public override void OnPush() => Push(Out, Grab(In));

        public override void OnUpstreamFailure(Exception e)
        {
            var element = recovery(e);
            if (element.HasValue)
                Emit(Out, element.Value, CompleteStage);
            else
                FailStage(e);
        }
    }
}

/// <summary>Puts another failure in place of a failure.</summary>
internal sealed class SelectError<T>(Func<Exception, Exception> selector) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, selector, inheritedAttributes);

    private sealed class Logic(SelectError<T> stage, Func<Exception, Exception> selector, Attributes attributes) : FlowLogic<T, T>(stage.Shape, attributes)
    {
        public override void OnPush() => Push(Out, Grab(In));

        public override void OnUpstreamFailure(Exception e) => FailStage(selector(e));
    }
}

/// <summary>Puts a source in place of a failure, a number of times; a negative number means any.</summary>
internal sealed class RecoverWith<T, TMat>(Func<Exception, IGraph<SourceShape<T>, TMat>?> recovery, int attempts) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, recovery, attempts, inheritedAttributes);

    private sealed class Logic(RecoverWith<T, TMat> stage, Func<Exception, IGraph<SourceShape<T>, TMat>?> recovery, int attempts, Attributes attributes)
        : FlowLogic<T, T>(stage.Shape, attributes)
    {
        private SubSinkInlet<T>? _other;
        private int _attempts;

        private protected override bool ForwardsDemand => false;

        public override void OnPull()
        {
            if (_other is null)
                Pull(In);
            else
                _other.Pull();
        }

        public override void OnPush() => Push(Out, Grab(In));

        public override void OnUpstreamFailure(Exception e) => Switch(e);

        public override void PostStop() => _other?.Cancel();

        private void Switch(Exception cause)
        {
            if ((attempts >= 0 && _attempts >= attempts) || recovery(cause) is not { } source)
            {
                FailStage(cause);
                return;
            }

            _attempts++;
            var inlet = new SubSinkInlet<T>(this, "RecoverWith");
            inlet.SetHandler(new LambdaInHandler(() => Push(Out, inlet.Grab()), CompleteStage, Switch));
            _other = inlet;
            SetKeepGoing(true);
            if (IsAvailable(Out))
                inlet.Pull();
            SubFusingMaterializer.Materialize(Source.FromGraph(source).To(inlet.Sink), Attributes);
        }
    }
}

/// <summary>Writes what passes to the log.</summary>
internal sealed class Log<T>(string name, Func<T, object> extract, ILoggingAdapter? adapter) : FlowStage<T, T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, name, extract, adapter, inheritedAttributes);

    private sealed class Logic(Log<T> stage, string name, Func<T, object> extract, ILoggingAdapter? adapter, Attributes attributes)
        : FlowLogic<T, T>(stage.Shape, attributes)
    {
        private readonly Attributes.LogLevels _levels = attributes.GetAttribute<Attributes.LogLevels>()
            ?? new Attributes.LogLevels(LogLevel.DebugLevel, LogLevel.DebugLevel, LogLevel.ErrorLevel);

        private ILoggingAdapter _log = NoLogger.Instance;

        public override void PreStart() => _log = adapter ?? Logging.GetLogger(Materializer.System, "stream");

        public override void OnPush()
        {
            var element = Grab(In);
            _log.Log(_levels.OnElement, "[{0}] Element: {1}", name, extract(element));
            Push(Out, element);
        }

        public override void OnUpstreamFinish()
        {
            _log.Log(_levels.OnFinish, "[{0}] Upstream finished.", name);
            CompleteStage();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            _log.Log(_levels.OnFailure, e, "[{0}] Upstream failed.", name);
            FailStage(e);
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            _log.Log(_levels.OnFinish, "[{0}] Downstream finished.", name);
            CancelStage(cause);
        }
    }
}

/// <summary>Graphs of a fan and another graph, with one inlet and one outlet left.</summary>
internal static class Fans
{
    /// <summary>A fan whose second inlet, or first if told so, takes a source.</summary>
    public static Graph<FlowShape<TIn, TOut>, TMat> With<TShape, TFan, TIn, TOther, TOut, TMat>(
        IGraph<TShape, TFan> fan,
        IGraph<SourceShape<TOther>, TMat> source,
        bool otherFirst = false)
        where TShape : Shape
    {
        var (own, other) = otherFirst ? (1, 0) : (0, 1);
        return new(
            new FlowShape<TIn, TOut>(new Inlet<TIn>("in"), new Outlet<TOut>("out")),
            new CompositeModule([fan.Module, source.Module], [(new At(1, 0), new At(0, other))], [new At(0, own)], [new At(0, 0)], static v => v[1], Attributes.None));
    }

    /// <summary>A fan whose second outlet leads to a sink.</summary>
    public static Graph<FlowShape<T, T>, TMat> To<T, TMat>(IGraph<UniformFanOutShape<T, T>, NotUsed> fan, IGraph<SinkShape<T>, TMat> sink) => new(
        new FlowShape<T, T>(new Inlet<T>("in"), new Outlet<T>("out")),
        new CompositeModule([fan.Module, sink.Module], [(new At(0, 1), new At(1, 0))], [new At(0, 0)], [new At(0, 0)], static v => v[1], Attributes.None));
}

/// <summary>Gives each element to the second outlet too, if that asks for it.</summary>
internal sealed class WireTapStage<T> : GraphStage<UniformFanOutShape<T, T>>
{
    public override UniformFanOutShape<T, T> Shape { get; } = new(2);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape);

    private sealed class Logic : InGraphStageLogic
    {
        private readonly UniformFanOutShape<T, T> _shape;

        public Logic(UniformFanOutShape<T, T> shape)
            : base(shape)
        {
            _shape = shape;
            SetHandler(shape.In, this);
            SetHandler(shape.Out(0), () => Pull(shape.In));
            SetHandler(shape.Out(1), static () => { }, static _ => { });
        }

        public override void OnPush()
        {
            var element = Grab(_shape.In);
            Push(_shape.Out(0), element);
            if (IsAvailable(_shape.Out(1)))
                Push(_shape.Out(1), element);
        }
    }
}
