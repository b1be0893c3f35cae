namespace Akka.Streams.Implementation.Stages;

/// <summary>Operators that are one of the stages with a delegate of their own.</summary>
internal static class Stages
{
    public static Choose<TIn, TOut> Collect<TIn, TOut>(Func<TIn, bool> isDefined, Func<TIn, TOut> collector) => new(_ => (element, out result) =>
    {
        var defined = isDefined(element);
        result = defined ? collector(element) : default!;
        return defined;
    });

    public static Choose<TIn, TOut> StatefulSelect<TState, TIn, TOut>(Func<TState> create, Func<TState, TIn, (TState State, TOut Element)> function) => new(_ =>
    {
        var state = create();
        return (element, out result) =>
        {
            (state, result) = function(state, element);
            return true;
        };
    });

    public static Choose<T, T> Skip<T>(long count) => new(_ =>
    {
        var left = count;
        return (element, out result) =>
        {
            result = element;
            return left-- <= 0;
        };
    });

    public static Choose<T, T> SkipWhile<T>(Func<T, bool> predicate) => new(_ =>
    {
        var skipping = true;
        return (element, out result) =>
        {
            result = element;
            skipping = skipping && predicate(element);
            return !skipping;
        };
    });

    public static Choose<T, T> Deduplicate<T>() => new(_ =>
    {
        var any = false;
        var last = default(T);
        return (element, out result) =>
        {
            var same = any && EqualityComparer<T>.Default.Equals(last, element);
            any = true;
            last = result = element;
            return !same;
        };
    });

    public static Choose<T, T> Limit<T>(long max, Func<T, long> cost) => new(_ =>
    {
        var left = max;
        return (element, out result) =>
        {
            left -= cost(element);
            result = element;
            return left >= 0 ? true : throw new StreamLimitReachedException(max);
        };
    });

    public static Gather<T, (bool Any, T Value), T> Sum<T>(Func<T, T, T> reduce) => new(
        static () => default,
        (state, element) => (true, state.Any ? reduce(state.Value, element) : element),
        static _ => false,
        static state => state.Any ? state.Value : throw new NoSuchElementException("Sum over empty stream"),
        emitsEmpty: true);

    public static Gather<T, (List<T> Elements, long Cost), IEnumerable<T>> Grouped<T>(long size, Func<T, long> cost)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return new(
            static () => ([], 0),
            (group, element) =>
            {
                group.Elements.Add(element);
                return (group.Elements, group.Cost + cost(element));
            },
            group => group.Cost >= size,
            static group => group.Elements,
            emitsEmpty: false);
    }
}
