using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Dsl;

public sealed partial class Flow<TIn, TOut, TMat>
{
    /// <summary>Starts a task for each element, a number of them at a time; the results keep the order of the elements.</summary>
    public Flow<TIn, TOut2, TMat> SelectAsync<TOut2>(int parallelism, Func<TOut, Task<TOut2>> asyncMapper) =>
        Via(new SelectAsync<TOut, TOut2>(parallelism, asyncMapper, ordered: true));

    /// <summary>Starts a task for each element, a number of them at a time; the results come as the tasks end.</summary>
    public Flow<TIn, TOut2, TMat> SelectAsyncUnordered<TOut2>(int parallelism, Func<TOut, Task<TOut2>> asyncMapper) =>
        Via(new SelectAsync<TOut, TOut2>(parallelism, asyncMapper, ordered: false));

    /// <summary>Emits the states that the elements lead to, beginning with the first.</summary>
    public Flow<TIn, TState, TMat> Scan<TState>(TState zero, Func<TState, TOut, TState> scan) => Via(new Scan<TOut, TState>(zero, null, scan));

    /// <summary>Emits the states that the elements lead to, beginning with the first.</summary>
    public Flow<TIn, TState, TMat> ScanAsync<TState>(TState zero, Func<TState, TOut, Task<TState>> scan) => Via(new Scan<TOut, TState>(zero, scan, null));

    /// <summary>Emits the last state that the elements lead to.</summary>
    public Flow<TIn, TState, TMat> Aggregate<TState>(TState zero, Func<TState, TOut, TState> fold) =>
        Via(new Gather<TOut, TState, TState>(() => zero, fold, static _ => false, static state => state, emitsEmpty: true));

    /// <summary>Emits what remains of the elements when two are made one again and again.</summary>
    public Flow<TIn, TOut, TMat> Sum(Func<TOut, TOut, TOut> reduce) => Via(Stages.Sum(reduce));

    /// <summary>Emits groups of a number of elements; the last group may be smaller.</summary>
    public Flow<TIn, IEnumerable<TOut>, TMat> Grouped(int n) => Via(Stages.Grouped<TOut>(n, static _ => 1));

    /// <summary>Emits groups of elements that cost at least as much together.</summary>
    public Flow<TIn, IEnumerable<TOut>, TMat> GroupedWeighted(long minWeight, Func<TOut, long> costFn) => Via(Stages.Grouped(minWeight, costFn));

    /// <summary>Emits windows that slide over the elements.</summary>
    public Flow<TIn, IEnumerable<TOut>, TMat> Sliding(int n, int step = 1) => Via(new Sliding<TOut>(n, step));

    /// <summary>Puts an element between the others.</summary>
    public Flow<TIn, TOut, TMat> Intersperse(TOut inject) => Via(new Intersperse<TOut>(hasEnds: false, default, inject, default));

    /// <summary>Puts elements before the first, between the others and after the last.</summary>
    public Flow<TIn, TOut, TMat> Intersperse(TOut start, TOut inject, TOut end) => Via(new Intersperse<TOut>(hasEnds: true, start, inject, end));

    /// <summary>Keeps elements that nobody asks for yet.</summary>
    public Flow<TIn, TOut, TMat> Buffer(int size, OverflowStrategy strategy) => Via(new Buffer<TOut>(size, strategy));

    /// <summary>Makes one of several elements while nobody asks.</summary>
    public Flow<TIn, TOut2, TMat> ConflateWithSeed<TOut2>(Func<TOut, TOut2> seed, Func<TOut2, TOut, TOut2> aggregate) =>
        Via(new Batch<TOut, TOut2>(1, static _ => 0, seed, aggregate));

    /// <summary>Makes one of several elements while nobody asks.</summary>
    public Flow<TIn, TOut, TMat> Conflate(Func<TOut, TOut, TOut> aggregate) => ConflateWithSeed(static element => element, aggregate);

    /// <summary>Makes one of up to a number of elements while nobody asks.</summary>
    public Flow<TIn, TOut2, TMat> Batch<TOut2>(long max, Func<TOut, TOut2> seed, Func<TOut2, TOut, TOut2> aggregate) =>
        Via(new Batch<TOut, TOut2>(max, static _ => 1, seed, aggregate));

    /// <summary>Makes one of elements of up to a total cost while nobody asks.</summary>
    public Flow<TIn, TOut2, TMat> BatchWeighted<TOut2>(long max, Func<TOut, long> costFunction, Func<TOut, TOut2> seed, Func<TOut2, TOut, TOut2> aggregate) =>
        Via(new Batch<TOut, TOut2>(max, costFunction, seed, aggregate));

    /// <summary>Makes elements of the last one as long as somebody asks.</summary>
    public Flow<TIn, TOut2, TMat> Expand<TOut2>(Func<TOut, IEnumerator<TOut2>> extrapolate) => Via(new Expand<TOut, TOut2>(extrapolate));
}
