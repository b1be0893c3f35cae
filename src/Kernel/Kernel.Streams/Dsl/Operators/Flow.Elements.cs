using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Dsl;

public sealed partial class Flow<TIn, TOut, TMat>
{
    /// <summary>Transforms each element.</summary>
    public Flow<TIn, TOut2, TMat> Select<TOut2>(Func<TOut, TOut2> mapper) => Via(new Select<TOut, TOut2>(mapper));

    /// <summary>Lets the elements through that meet a condition.</summary>
    public Flow<TIn, TOut, TMat> Where(Func<TOut, bool> predicate) => Via(new Where<TOut>(predicate));

    /// <summary>Lets the elements through that do not meet a condition.</summary>
    public Flow<TIn, TOut, TMat> WhereNot(Func<TOut, bool> predicate) => Via(new Where<TOut>(element => !predicate(element)));

    /// <summary>Transforms the elements that meet a condition and drops the others.</summary>
    public Flow<TIn, TOut2, TMat> Collect<TOut2>(Func<TOut, bool> isDefined, Func<TOut, TOut2> collector) => Via(Stages.Collect(isDefined, collector));

    /// <summary>Lets the elements of a class through.</summary>
    public Flow<TIn, TOut2, TMat> CollectType<TOut2>()
        where TOut2 : class => Via(Stages.Collect<TOut, TOut2>(static element => element is TOut2, static element => (element as TOut2)!));

    /// <summary>Turns each element into any number of elements.</summary>
    public Flow<TIn, TOut2, TMat> SelectMany<TOut2>(Func<TOut, IEnumerable<TOut2>> mapConcater) =>
        Via(new SelectMany<TOut, TOut2>(() => mapConcater));

    /// <summary>Turns each element into any number of elements, with a state for each run.</summary>
    public Flow<TIn, TOut2, TMat> StatefulSelectMany<TOut2>(Func<Func<TOut, IEnumerable<TOut2>>> mapConcaterFactory) =>
        Via(new SelectMany<TOut, TOut2>(mapConcaterFactory));

    /// <summary>Transforms each element with a state that runs along; the state may leave a last element.</summary>
    public Flow<TIn, TOut2, TMat> StatefulSelect<TState, TOut2>(Func<TState> create, Func<TState, TOut, (TState State, TOut2 Element)> function) =>
        Via(Stages.StatefulSelect(create, function));

    /// <summary>Lets the first elements through, then completes.</summary>
    public Flow<TIn, TOut, TMat> Take(long n) => Via(new Take<TOut>(n));

    /// <summary>Lets elements through while a condition holds, then completes.</summary>
    public Flow<TIn, TOut, TMat> TakeWhile(Func<TOut, bool> predicate, bool inclusive = false) => Via(new TakeWhile<TOut>(predicate, inclusive));

    /// <summary>Drops the first elements.</summary>
    public Flow<TIn, TOut, TMat> Skip(long n) => Via(Stages.Skip<TOut>(n));

    /// <summary>Drops elements while a condition holds.</summary>
    public Flow<TIn, TOut, TMat> SkipWhile(Func<TOut, bool> predicate) => Via(Stages.SkipWhile(predicate));

    /// <summary>Drops an element that equals the one before.</summary>
    public Flow<TIn, TOut, TMat> Deduplicate() => Via(Stages.Deduplicate<TOut>());

    /// <summary>Fails when there are more elements than allowed.</summary>
    public Flow<TIn, TOut, TMat> Limit(long max) => Via(Stages.Limit<TOut>(max, static _ => 1));

    /// <summary>Fails when the elements cost more than allowed.</summary>
    public Flow<TIn, TOut, TMat> LimitWeighted(long max, Func<TOut, long> costFunc) => Via(Stages.Limit(max, costFunc));

    /// <summary>Gives the index of each element with it.</summary>
    public Flow<TIn, (TOut Element, long Index), TMat> ZipWithIndex() =>
        Via(Stages.StatefulSelect(static () => 0L, static (long index, TOut element) => (index + 1, (element, index))));
}
