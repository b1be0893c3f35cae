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
}
