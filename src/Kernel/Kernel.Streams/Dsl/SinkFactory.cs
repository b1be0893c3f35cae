using System.Collections.Immutable;
using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Dsl;

/// <summary>Makes sinks.</summary>
public static partial class Sink
{
    /// <summary>Makes a sink of a graph with one inlet.</summary>
    public static Sink<T, TMat> FromGraph<T, TMat>(IGraph<SinkShape<T>, TMat> graph) => graph as Sink<T, TMat> ?? new Sink<T, TMat>(graph.Module);

    /// <summary>Calls a delegate for each element.</summary>
    public static Sink<T, Task<Done>> ForEach<T>(Action<T> action) => Collect(() => new ForEachCollector<T>(action));

    /// <summary>Takes every element and does nothing with it.</summary>
    public static Sink<T, Task<Done>> Ignore<T>() => ForEach<T>(static _ => { });

    /// <summary>Folds the elements.</summary>
    public static Sink<T, Task<TState>> Aggregate<T, TState>(TState zero, Func<TState, T, TState> aggregate) =>
        Collect(() => new AggregateCollector<T, TState>(zero, aggregate));

    /// <summary>Folds the elements, the first being the state at first.</summary>
    public static Sink<T, Task<T>> Sum<T>(Func<T, T, T> reduce) => Collect(() => new SumCollector<T>(reduce));

    /// <summary>Gathers the elements.</summary>
    public static Sink<T, Task<IImmutableList<T>>> Seq<T>() =>
        Collect(static () => new SeqCollector<T, IImmutableList<T>>(static list => [.. list]));

    /// <summary>Gathers the elements in a collection of its own.</summary>
    public static Sink<T, Task<TCollection>> Collection<T, TCollection>(Func<IReadOnlyList<T>, TCollection> finish) =>
        Collect(() => new SeqCollector<T, TCollection>(list => finish(list)));

    /// <summary>Takes the first element; fails when there is none.</summary>
    public static Sink<T, Task<T>> First<T>() => Collect(static () => new FirstCollector<T>(last: false, orDefault: false));

    /// <summary>Takes the first element, or the default.</summary>
    public static Sink<T, Task<T>> FirstOrDefault<T>() => Collect(static () => new FirstCollector<T>(last: false, orDefault: true));

    /// <summary>Takes the last element; fails when there is none.</summary>
    public static Sink<T, Task<T>> Last<T>() => Collect(static () => new FirstCollector<T>(last: true, orDefault: false));

    /// <summary>Takes the last element, or the default.</summary>
    public static Sink<T, Task<T>> LastOrDefault<T>() => Collect(static () => new FirstCollector<T>(last: true, orDefault: true));

    private static Sink<T, Task<TResult>> Collect<T, TResult>(Func<Collector<T, TResult>> start) => FromGraph(new CollectingSink<T, TResult>(start));
}
