using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Dsl;

/// <summary>Makes flows.</summary>
public static class Flow
{
    /// <summary>Makes a flow of a graph with one inlet and one outlet.</summary>
    public static Flow<TIn, TOut, TMat> FromGraph<TIn, TOut, TMat>(IGraph<FlowShape<TIn, TOut>, TMat> graph) =>
        graph as Flow<TIn, TOut, TMat> ?? new Flow<TIn, TOut, TMat>(graph.Module);

    /// <summary>Makes the flow that hands elements on as they are, to begin others with.</summary>
    public static Flow<T, T, NotUsed> Create<T>() => FromGraph(new Identity<T>());

    /// <summary>Makes the flow that hands elements on as they are, to begin others with.</summary>
    public static Flow<T, T, TMat> Create<T, TMat>() => FromGraph(new Identity<T>()).MapMaterializedValue(static _ => default(TMat)!);

    /// <summary>Makes a flow that transforms each element.</summary>
    public static Flow<TIn, TOut, NotUsed> FromFunction<TIn, TOut>(Func<TIn, TOut> function) => FromGraph(new Select<TIn, TOut>(function));

    /// <summary>Makes a flow of a sink and a source that have nothing to do with one another.</summary>
    public static Flow<TIn, TOut, NotUsed> FromSinkAndSource<TIn, TOut, TMat1, TMat2>(
        IGraph<SinkShape<TIn>, TMat1> sink,
        IGraph<SourceShape<TOut>, TMat2> source) => FromSinkAndSource(sink, source, Keep.None);

    /// <summary>Makes a flow of a sink and a source that have nothing to do with one another.</summary>
    public static Flow<TIn, TOut, TMat> FromSinkAndSource<TIn, TOut, TMat1, TMat2, TMat>(
        IGraph<SinkShape<TIn>, TMat1> sink,
        IGraph<SourceShape<TOut>, TMat2> source,
        Func<TMat1, TMat2, TMat> combine) => new(new Implementation.CompositeModule(
            [sink.Module, source.Module],
            [],
            [new(0, 0)],
            [new(1, 0)],
            values => combine((TMat1)values[0]!, (TMat2)values[1]!),
            Attributes.None));
}
