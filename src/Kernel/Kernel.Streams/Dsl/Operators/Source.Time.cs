using Akka.Streams.Implementation.Stages;

namespace Akka.Streams.Dsl;

public sealed partial class Source<TOut, TMat>
{
    /// <summary>Gathers elements until there are enough or time is up.</summary>
    public Source<IEnumerable<TOut>, TMat> GroupedWithin(int n, TimeSpan timeout) => Via(new GroupedWithin<TOut>(n, static _ => 1, timeout));

    /// <summary>Gathers elements until they cost enough or time is up.</summary>
    public Source<IEnumerable<TOut>, TMat> GroupedWeightedWithin(long maxWeight, TimeSpan interval, Func<TOut, long> costFn) =>
        Via(new GroupedWithin<TOut>(maxWeight, costFn, interval));

    /// <summary>Lets a number of elements pass in a time, and bursts of at most another number.</summary>
    public Source<TOut, TMat> Throttle(int elements, TimeSpan per, int maximumBurst, ThrottleMode mode) =>
        Via(new Throttle<TOut>(elements, per, maximumBurst, static _ => 1, mode));

    /// <summary>Lets elements of a total cost pass in a time, and bursts of at most another cost.</summary>
    public Source<TOut, TMat> Throttle(int cost, TimeSpan per, int maximumBurst, Func<TOut, int> calculateCost, ThrottleMode mode) =>
        Via(new Throttle<TOut>(cost, per, maximumBurst, calculateCost, mode));

    /// <summary>Shifts elements in time; what waits is bounded by the input buffer attribute.</summary>
    public Source<TOut, TMat> Delay(TimeSpan of, OverflowStrategy strategy = OverflowStrategy.Backpressure) => Via(new Delay<TOut>(of, strategy));

    /// <summary>Asks for no element until time is up.</summary>
    public Source<TOut, TMat> InitialDelay(TimeSpan delay) => Via(new Window<TOut>(delay, Window<TOut>.Kind.InitialDelay));

    /// <summary>Completes when time is up.</summary>
    public Source<TOut, TMat> TakeWithin(TimeSpan duration) => Via(new Window<TOut>(duration, Window<TOut>.Kind.Take));

    /// <summary>Drops elements until time is up.</summary>
    public Source<TOut, TMat> SkipWithin(TimeSpan duration) => Via(new Window<TOut>(duration, Window<TOut>.Kind.Skip));

    /// <summary>Fails with <see cref="TimeoutException"/> when the first element does not come in time.</summary>
    public Source<TOut, TMat> InitialTimeout(TimeSpan timeout) => Via(new Timeout<TOut>(timeout, Timeout<TOut>.Kind.Initial));

    /// <summary>Fails with <see cref="TimeoutException"/> when the stream does not complete in time.</summary>
    public Source<TOut, TMat> CompletionTimeout(TimeSpan timeout) => Via(new Timeout<TOut>(timeout, Timeout<TOut>.Kind.Completion));

    /// <summary>Fails with <see cref="TimeoutException"/> when no element comes for a time.</summary>
    public Source<TOut, TMat> IdleTimeout(TimeSpan timeout) => Via(new Timeout<TOut>(timeout, Timeout<TOut>.Kind.Idle));

    /// <summary>Fails with <see cref="TimeoutException"/> when an element is not asked for in time.</summary>
    public Source<TOut, TMat> BackpressureTimeout(TimeSpan timeout) => Via(new Timeout<TOut>(timeout, Timeout<TOut>.Kind.Backpressure));

    /// <summary>Puts in an element when one is asked for and none comes for a time.</summary>
    public Source<TOut, TMat> KeepAlive(TimeSpan timeout, Func<TOut> injectElement) => Via(new KeepAlive<TOut>(timeout, injectElement));
}
