using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Dsl;

/// <summary>Makes sources.</summary>
public static partial class Source
{
    /// <summary>Makes a source of a graph with one outlet.</summary>
    public static Source<T, TMat> FromGraph<T, TMat>(IGraph<SourceShape<T>, TMat> source) => source as Source<T, TMat> ?? new Source<T, TMat>(source.Module);

    /// <summary>Gives the elements of an enumeration, which each run starts anew.</summary>
    public static Source<T, NotUsed> From<T>(IEnumerable<T> enumerable) => FromGraph(new EnumerableSource<T>(enumerable.GetEnumerator));

    /// <summary>Gives the elements of an enumeration, which each run starts anew.</summary>
    public static Source<T, NotUsed> FromEnumerator<T>(Func<IEnumerator<T>> enumeratorFactory) => FromGraph(new EnumerableSource<T>(enumeratorFactory));

    /// <summary>Gives one element.</summary>
    public static Source<T, NotUsed> Single<T>(T element) => FromGraph(new SingleSource<T>(element));

    /// <summary>Gives no element and completes.</summary>
    public static Source<T, NotUsed> Empty<T>() => FromGraph(new EmptySource<T>(null));

    /// <summary>Gives no element and fails.</summary>
    public static Source<T, NotUsed> Failed<T>(Exception cause) => FromGraph(new EmptySource<T>(cause));
}
