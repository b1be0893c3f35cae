using Akka.Streams.Implementation.Stages;
using Akka.Streams.Stage;

namespace Akka.Streams.Dsl;

/// <summary>Sources that are started again when they end.</summary>
public static class RestartSource
{
    /// <summary>Starts a source again when it completes or fails.</summary>
    public static Source<T, NotUsed> WithBackoff<T, TMat>(Func<Source<T, TMat>> sourceFactory, RestartSettings settings) =>
        Source.FromGraph(new Restarted<T, TMat>(sourceFactory, settings, onlyOnFailures: false));

    /// <summary>Starts a source again when it fails.</summary>
    public static Source<T, NotUsed> OnFailuresWithBackoff<T, TMat>(Func<Source<T, TMat>> sourceFactory, RestartSettings settings) =>
        Source.FromGraph(new Restarted<T, TMat>(sourceFactory, settings, onlyOnFailures: true));

    private sealed class Restarted<T, TMat>(Func<Source<T, TMat>> factory, RestartSettings settings, bool onlyOnFailures) : SourceStage<T>
    {
        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new RestartLogic<NotUsed, T>(
            Shape,
            null,
            Shape.Outlet,
            settings,
            onlyOnFailures,
            logic => logic.SubFusingMaterializer.Materialize(factory().To(logic.FromInner!.Sink), inheritedAttributes));
    }
}

/// <summary>Flows that are started again when they end; elements that are inside then are lost.</summary>
public static class RestartFlow
{
    /// <summary>Starts a flow again when it completes or fails.</summary>
    public static Flow<TIn, TOut, NotUsed> WithBackoff<TIn, TOut, TMat>(Func<Flow<TIn, TOut, TMat>> flowFactory, RestartSettings settings) =>
        Flow.FromGraph(new Restarted<TIn, TOut, TMat>(flowFactory, settings, onlyOnFailures: false));

    /// <summary>Starts a flow again when it fails.</summary>
    public static Flow<TIn, TOut, NotUsed> OnFailuresWithBackoff<TIn, TOut, TMat>(Func<Flow<TIn, TOut, TMat>> flowFactory, RestartSettings settings) =>
        Flow.FromGraph(new Restarted<TIn, TOut, TMat>(flowFactory, settings, onlyOnFailures: true));

    private sealed class Restarted<TIn, TOut, TMat>(Func<Flow<TIn, TOut, TMat>> factory, RestartSettings settings, bool onlyOnFailures) : FlowStage<TIn, TOut>
    {
        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new RestartLogic<TIn, TOut>(
            Shape,
            Shape.Inlet,
            Shape.Outlet,
            settings,
            onlyOnFailures,
            logic => logic.SubFusingMaterializer.Materialize(
                Source.FromGraph(logic.ToInner!.Source).Via(factory()).To(logic.FromInner!.Sink), inheritedAttributes));
    }
}

/// <summary>Sinks that are started again when they end; elements that are inside then are lost.</summary>
public static class RestartSink
{
    /// <summary>Starts a sink again when it cancels.</summary>
    public static Sink<T, NotUsed> WithBackoff<T, TMat>(Func<Sink<T, TMat>> sinkFactory, RestartSettings settings) =>
        Sink.FromGraph(new Restarted<T, TMat>(sinkFactory, settings));

    private sealed class Restarted<T, TMat>(Func<Sink<T, TMat>> factory, RestartSettings settings) : SinkStage<T, NotUsed>
    {
        public override ILogicAndMaterializedValue<NotUsed> CreateLogicAndMaterializedValue(Attributes inheritedAttributes) =>
            new LogicAndMaterializedValue<NotUsed>(
                new RestartLogic<T, NotUsed>(
                    Shape,
                    Shape.Inlet,
                    null,
                    settings,
                    onlyOnFailures: false,
                    logic => logic.SubFusingMaterializer.Materialize(Source.FromGraph(logic.ToInner!.Source).To(factory()), inheritedAttributes)),
                NotUsed.Instance);
    }
}
