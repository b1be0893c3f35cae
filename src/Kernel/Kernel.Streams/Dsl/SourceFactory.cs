using System.Threading.Channels;
using Akka.Actor;
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

    /// <summary>Gives the elements of an asynchronous enumeration, which each run starts anew.</summary>
    public static Source<T, NotUsed> From<T>(Func<IAsyncEnumerable<T>> asyncEnumerable) => FromGraph(new AsyncEnumerableSource<T>(asyncEnumerable));

    /// <summary>Gives one element again and again.</summary>
    public static Source<T, NotUsed> Repeat<T>(T element) => FromEnumerator(() => Forever(element));

    /// <summary>Gives the elements of an enumeration, over and over.</summary>
    public static Source<T, NotUsed> Cycle<T>(Func<IEnumerator<T>> enumeratorFactory) => FromEnumerator(() => Around(enumeratorFactory));

    /// <summary>Gives an element again and again as time goes by, as far as it is asked for.</summary>
    public static Source<T, ICancelable> Tick<T>(TimeSpan initialDelay, TimeSpan interval, T tick) => FromGraph(new TickSource<T>(initialDelay, interval, tick));

    /// <summary>Gives elements that follow from a state, until there is none.</summary>
    public static Source<TElem, NotUsed> Unfold<TState, TElem>(TState state, Func<TState, Util.Option<(TState, TElem)>> unfold) =>
        UnfoldAsync(state, s => Task.FromResult(unfold(s)));

    /// <summary>Gives elements that follow from a state, until there is none.</summary>
    public static Source<TElem, NotUsed> UnfoldAsync<TState, TElem>(TState state, Func<TState, Task<Util.Option<(TState, TElem)>>> unfoldAsync) =>
        FromGraph(new UnfoldSource<TState, TElem>(state, async s =>
        {
            var next = await unfoldAsync(s).ConfigureAwait(false);
            return next.HasValue ? (true, next.Value.Item1, next.Value.Item2) : (false, s, default!);
        }));

    /// <summary>Makes its source when the first element is asked for.</summary>
    public static Source<T, Task<TMat>> Lazily<T, TMat>(Func<Source<T, TMat>> create) => FromGraph(new LazySource<T, TMat>(create));

    /// <summary>Joins sources by a fan.</summary>
    public static Source<TOut2, NotUsed> Combine<TOut1, TOut2>(
        Source<TOut1, NotUsed> first,
        Source<TOut1, NotUsed> second,
        Func<int, IGraph<UniformFanInShape<TOut1, TOut2>, NotUsed>> strategy,
        params Source<TOut1, NotUsed>[] rest) => FromGraph(GraphDsl.Create(builder =>
        {
            var fan = builder.Add(strategy(rest.Length + 2));
            foreach (var source in (Source<TOut1, NotUsed>[])[first, second, .. rest])
                builder.From(source).To(fan);
            return new SourceShape<TOut2>(fan.Out);
        }));

    /// <summary>Makes lists of one element of each source.</summary>
    public static Source<System.Collections.Immutable.IImmutableList<T>, NotUsed> ZipN<T>(IEnumerable<Source<T, NotUsed>> sources) =>
        FromGraph(GraphDsl.Create(builder =>
        {
            Source<T, NotUsed>[] all = [.. sources];
            var fan = builder.Add(new ZipN<T>(all.Length));
            foreach (var source in all)
                builder.From(source).To(fan);
            return new SourceShape<System.Collections.Immutable.IImmutableList<T>>(fan.Out);
        }));

    /// <summary>Gives the result of a task.</summary>
    public static Source<T, NotUsed> FromTask<T>(Task<T> task) => FromGraph(new TaskSource<T, NotUsed>(() => (Found(task), NotUsed.Instance)));

    /// <summary>Gives what is set in the materialized value; the default means none.</summary>
    public static Source<T, TaskCompletionSource<T>> Maybe<T>() => FromGraph(new TaskSource<T, TaskCompletionSource<T>>(static () =>
    {
        var promise = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (FoundUnlessDefault(promise.Task), promise);
    }));

    /// <summary>Gives nothing and does not complete.</summary>
    public static Source<T, NotUsed> Never<T>() => Maybe<T>().MapMaterializedValue(static _ => NotUsed.Instance);

    /// <summary>Gives what is offered to the materialized queue.</summary>
    public static Source<T, ISourceQueueWithComplete<T>> Queue<T>(int bufferSize, OverflowStrategy overflowStrategy) =>
        FromGraph(new QueueSource<T>(bufferSize, overflowStrategy));

    /// <summary>Gives what is sent to the materialized actor; <see cref="Status.Success"/> completes, <see cref="Status.Failure"/> fails.</summary>
    public static Source<T, IActorRef> ActorRef<T>(int bufferSize, OverflowStrategy overflowStrategy) =>
        FromGraph(new ActorRefSource<T>(bufferSize, overflowStrategy, null));

    /// <summary>
    /// Gives what is sent to the materialized actor, one element at a time; the sender gets an acknowledgement when it may send the next.
    /// </summary>
    public static Source<T, IActorRef> ActorRefWithAck<T>(object ackMessage) =>
        FromGraph(new ActorRefSource<T>(1, OverflowStrategy.Fail, ackMessage));

    /// <summary>Gives what is written to the materialized channel.</summary>
    public static Source<T, ChannelWriter<T>> Channel<T>(int bufferSize, bool singleWriter = false, BoundedChannelFullMode fullMode = BoundedChannelFullMode.Wait) =>
        FromGraph(new ChannelSource<T, ChannelWriter<T>>(() =>
        {
            var channel = System.Threading.Channels.Channel.CreateBounded<T>(
                new BoundedChannelOptions(bufferSize) { SingleReader = true, SingleWriter = singleWriter, FullMode = fullMode });
            return (channel.Reader, channel.Writer);
        }));

    /// <summary>Gives what a channel has.</summary>
    public static Source<T, NotUsed> ChannelReader<T>(ChannelReader<T> channelReader) =>
        FromGraph(new ChannelSource<T, NotUsed>(() => (channelReader, NotUsed.Instance)));

    private static IEnumerator<T> Forever<T>(T element)
    {
        while (true)
            yield return element;
    }

    private static IEnumerator<T> Around<T>(Func<IEnumerator<T>> enumeratorFactory)
    {
        while (true)
        {
            using var elements = enumeratorFactory();
            if (!elements.MoveNext())
                throw new ArgumentException("empty iterator");
            do
                yield return elements.Current;
            while (elements.MoveNext());
        }
    }

    private static async Task<(bool HasValue, T Value)> Found<T>(Task<T> task) => (true, await task.ConfigureAwait(false));

    private static async Task<(bool HasValue, T Value)> FoundUnlessDefault<T>(Task<T> task)
    {
        var value = await task.ConfigureAwait(false);
        return (!EqualityComparer<T>.Default.Equals(value, default), value);
    }
}
