using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
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

    /// <summary>Cancels at once.</summary>
    public static Sink<T, NotUsed> Cancelled<T>() => FromGraph(new CancelledSink<T>());

    /// <summary>Starts a task for each element, a number of them at a time.</summary>
    public static Sink<T, Task<Done>> ForEachAsync<T>(int parallelism, Func<T, Task> action) => Flow.Create<T>()
        .SelectAsyncUnordered(parallelism, async element =>
        {
            await action(element).ConfigureAwait(false);
            return Done.Instance;
        })
        .ToMaterialized(Ignore<Done>(), Keep.Right);

    /// <summary>Calls a delegate for elements on the thread pool, a number of them at a time.</summary>
    public static Sink<T, Task<Done>> ForEachParallel<T>(int parallelism, Action<T> action) =>
        ForEachAsync<T>(parallelism, element => Task.Run(() => action(element)));

    /// <summary>Calls a delegate at the end.</summary>
    public static Sink<T, NotUsed> OnComplete<T>(Action success, Action<Exception> failure) => Ignore<T>().MapMaterializedValue(done =>
    {
        _ = Tell(done);
        return NotUsed.Instance;

        async Task Tell(Task task)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (task.IsCompletedSuccessfully)
                success();
            else
                failure(Completion.Cause(task));
        }
    });

    /// <summary>Spreads the elements over sinks by a fan.</summary>
    public static Sink<TIn, NotUsed> Combine<TIn, TOut>(
        Func<int, IGraph<UniformFanOutShape<TIn, TOut>, NotUsed>> strategy,
        Sink<TOut, NotUsed> first,
        Sink<TOut, NotUsed> second,
        params Sink<TOut, NotUsed>[] rest) => FromGraph(GraphDsl.Create(builder =>
        {
            var fan = builder.Add(strategy(rest.Length + 2));
            foreach (var sink in (Sink<TOut, NotUsed>[])[first, second, .. rest])
                builder.From(fan).To(sink);
            return new SinkShape<TIn>(fan.In);
        }));

    /// <summary>Sends each element to an actor, however fast they come, and then how the stream has ended.</summary>
    public static Sink<T, NotUsed> ActorRef<T>(IActorRef actorRef, object onCompleteMessage, Func<Exception, object>? onFailureMessage = null) =>
        FromGraph(new ActorRefSink<T>(actorRef, null, null, onCompleteMessage, onFailureMessage ?? (static e => new Status.Failure(e))));

    /// <summary>Sends each element to an actor when it has acknowledged the one before, and then how the stream has ended.</summary>
    public static Sink<T, NotUsed> ActorRefWithAck<T>(
        IActorRef actorRef,
        object onInitMessage,
        object ackMessage,
        object onCompleteMessage,
        Func<Exception, object>? onFailureMessage = null) =>
        FromGraph(new ActorRefSink<T>(actorRef, onInitMessage, ackMessage, onCompleteMessage, onFailureMessage ?? (static e => new Status.Failure(e))));

    /// <summary>Gives the elements to whoever reads the materialized channel.</summary>
    public static Sink<T, ChannelReader<T>> ChannelReader<T>(int bufferSize, bool singleReader, BoundedChannelFullMode fullMode = BoundedChannelFullMode.Wait) =>
        FromGraph(new ChannelSink<T, ChannelReader<T>>(
            () =>
            {
                var channel = Channel.CreateBounded<T>(
                    new BoundedChannelOptions(bufferSize) { SingleWriter = true, SingleReader = singleReader, FullMode = fullMode });
                return (channel.Writer, channel.Reader);
            },
            isOwner: true));

    /// <summary>Writes the elements to a channel, and its end if it is told to.</summary>
    public static Sink<T, NotUsed> FromWriter<T>(ChannelWriter<T> writer, bool isOwner) =>
        FromGraph(new ChannelSink<T, NotUsed>(() => (writer, NotUsed.Instance), isOwner));

    /// <summary>Gives the elements to whoever asks the materialized queue.</summary>
    public static Sink<T, ISinkQueue<T>> Queue<T>() => Flow.FromGraph(KillSwitches.Single<T>())
        .ToMaterialized(ChannelReader<T>(16, singleReader: false), static ISinkQueue<T> (kill, reader) => new ChannelSinkQueue<T>(reader, kill.Shutdown));

    private static Sink<T, Task<TResult>> Collect<T, TResult>(Func<Collector<T, TResult>> start) => FromGraph(new CollectingSink<T, TResult>(start));
}
