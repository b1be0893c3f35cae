using Akka.Actor;
using Akka.Event;
using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Dsl;

public sealed partial class Source<TOut, TMat>
{
    /// <summary>Makes a value with a task that ends as the stream does here.</summary>
    public Source<TOut, TMat2> WatchTermination<TMat2>(Func<TMat, Task<Done>, TMat2> materializerFunction) =>
        ViaMaterialized(new TerminationWatcher<TOut>(), materializerFunction);

    /// <summary>Puts a last element in place of a failure; none leaves the failure.</summary>
    public Source<TOut, TMat> Recover(Func<Exception, Util.Option<TOut>> partialFunc) => Via(new Recover<TOut>(partialFunc));

    /// <summary>Puts a source in place of a failure, a number of times; null leaves the failure, a negative number means any.</summary>
    public Source<TOut, TMat> RecoverWithRetries<TMat2>(Func<Exception, IGraph<SourceShape<TOut>, TMat2>?> partialFunc, int attempts) =>
        Via(new RecoverWith<TOut, TMat2>(partialFunc, attempts));

    /// <summary>Puts another failure in place of a failure.</summary>
    public Source<TOut, TMat> SelectError(Func<Exception, Exception> selector) => Via(new SelectError<TOut>(selector));

    /// <summary>Writes what passes to the log.</summary>
    public Source<TOut, TMat> Log(string name, Func<TOut, object>? extract = null, ILoggingAdapter? log = null) =>
        Via(new Log<TOut>(name, extract ?? (static element => element!), log));

    /// <summary>Asks an actor about each element, a number of them at a time.</summary>
    public Source<TAnswer, TMat> Ask<TAnswer>(IActorRef actorRef, TimeSpan timeout, int parallelism = 2) =>
        Watch(actorRef).SelectAsync(parallelism, element => actorRef.Ask<TAnswer>(element!, timeout));

    /// <summary>Fails with a <see cref="WatchedActorTerminatedException"/> when an actor ends.</summary>
    public Source<TOut, TMat> Watch(IActorRef actorRef) => Via(new Watch<TOut>(actorRef));

    /// <summary>Takes the elements of each element's source, one source after the other.</summary>
    public Source<TOut2, TMat> ConcatMany<TOut2, TMat2>(Func<TOut, IGraph<SourceShape<TOut2>, TMat2>> flatten) =>
        Select(flatten).Via(new Flatten<TOut2, TMat2>(1));

    /// <summary>Takes the elements of each element's source, of a number of sources at a time.</summary>
    public Source<TOut2, TMat> MergeMany<TOut2, TMat2>(int breadth, Func<TOut, IGraph<SourceShape<TOut2>, TMat2>> flatten) =>
        Select(flatten).Via(new Flatten<TOut2, TMat2>(breadth));

    /// <summary>Gives the first elements, and the rest as a source.</summary>
    public Source<(System.Collections.Immutable.IImmutableList<TOut>, Source<TOut, NotUsed>), TMat> PrefixAndTail(int n) => Via(new PrefixAndTail<TOut>(n));

    /// <summary>Gives also the elements of another source, as they come.</summary>
    public Source<TOut, TMat> Merge<TMat2>(IGraph<SourceShape<TOut>, TMat2> other, bool eagerComplete = false) =>
        Via(Fans.With<UniformFanInShape<TOut, TOut>, NotUsed, TOut, TOut, TOut, TMat2>(new Merge<TOut>(2, eagerComplete), other));

    /// <summary>Gives also the elements of another source, both being sorted.</summary>
    public Source<TOut, TMat> MergeSorted<TMat2>(IGraph<SourceShape<TOut>, TMat2> other, Comparison<TOut>? compare = null) =>
        Via(Fans.With<UniformFanInShape<TOut, TOut>, NotUsed, TOut, TOut, TOut, TMat2>(new MergeSorted<TOut>(compare ?? Comparer<TOut>.Default.Compare), other));

    /// <summary>Gives also the elements of another source, a number of each in turn.</summary>
    public Source<TOut, TMat> Interleave<TMat2>(IGraph<SourceShape<TOut>, TMat2> other, int segmentSize) =>
        Via(Fans.With<UniformFanInShape<TOut, TOut>, NotUsed, TOut, TOut, TOut, TMat2>(new Interleave<TOut>(2, segmentSize), other));

    /// <summary>Gives also the elements of another source, behind these.</summary>
    public Source<TOut, TMat> Concat<TMat2>(IGraph<SourceShape<TOut>, TMat2> other) =>
        Via(Fans.With<UniformFanInShape<TOut, TOut>, NotUsed, TOut, TOut, TOut, TMat2>(new Concat<TOut>(), other));

    /// <summary>Gives also the elements of another source, before these.</summary>
    public Source<TOut, TMat> Prepend<TMat2>(IGraph<SourceShape<TOut>, TMat2> other) =>
        Via(Fans.With<UniformFanInShape<TOut, TOut>, NotUsed, TOut, TOut, TOut, TMat2>(new Concat<TOut>(), other, otherFirst: true));

    /// <summary>Gives the elements of another source if there are none here.</summary>
    public Source<TOut, TMat> OrElse<TMat2>(IGraph<SourceShape<TOut>, TMat2> secondary) =>
        Via(Fans.With<UniformFanInShape<TOut, TOut>, NotUsed, TOut, TOut, TOut, TMat2>(new OrElseStage<TOut>(), secondary));

    /// <summary>Makes pairs with the elements of another source.</summary>
    public Source<(TOut, TOut2), TMat> Zip<TOut2, TMat2>(IGraph<SourceShape<TOut2>, TMat2> other) =>
        Via(Fans.With<FanInShape<TOut, TOut2, (TOut, TOut2)>, NotUsed, TOut, TOut2, (TOut, TOut2), TMat2>(new Zip<TOut, TOut2>(), other));

    /// <summary>Makes one element of one here and one of another source.</summary>
    public Source<TOut3, TMat> ZipWith<TOut2, TOut3, TMat2>(IGraph<SourceShape<TOut2>, TMat2> other, Func<TOut, TOut2, TOut3> combine) =>
        Via(Fans.With<FanInShape<TOut, TOut2, TOut3>, NotUsed, TOut, TOut2, TOut3, TMat2>(new ZipWith<TOut, TOut2, TOut3>(combine), other));

    /// <summary>Gives each element to a sink too, as slowly as the slower of both.</summary>
    public Source<TOut, TMat> AlsoTo<TMat2>(IGraph<SinkShape<TOut>, TMat2> that) => Via(Fans.To(new Broadcast<TOut>(2, eagerCancel: true), that));

    /// <summary>Gives each element to a sink too, as slowly as the slower of both.</summary>
    public Source<TOut, TMat3> AlsoToMaterialized<TMat2, TMat3>(IGraph<SinkShape<TOut>, TMat2> that, Func<TMat, TMat2, TMat3> materializerFunction) =>
        ViaMaterialized(Fans.To(new Broadcast<TOut>(2, eagerCancel: true), that), materializerFunction);

    /// <summary>Gives each element to a sink too, as far as that asks for it.</summary>
    public Source<TOut, TMat> WireTap<TMat2>(IGraph<SinkShape<TOut>, TMat2> that) => Via(Fans.To(new WireTapStage<TOut>(), that));

    /// <summary>Calls a delegate for each element.</summary>
    public Source<TOut, TMat> WireTap(Action<TOut> action) => Select(element =>
    {
        action(element);
        return element;
    });

    /// <summary>Gives the elements that meet a condition to a sink instead.</summary>
    public Source<TOut, TMat> DivertTo<TMat2>(IGraph<SinkShape<TOut>, TMat2> that, Func<TOut, bool> when) =>
        Via(Fans.To(new Partition<TOut>(2, element => when(element) ? 1 : 0, eagerCancel: true), that));
}
