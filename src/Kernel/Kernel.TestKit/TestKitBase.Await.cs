using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Waiting for what gives no notice of itself, and so has to be looked at again and again.</content>
public abstract partial class TestKitBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Tries an assertion again and again until it does not throw.</summary>
    /// <param name="assertion">The assertion.</param>
    /// <param name="duration">How long, before dilation; null for <see cref="RemainingOrDefault"/>. Then it throws itself.</param>
    /// <param name="interval">How long to wait between two tries; null for a short while.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitAssert(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Retry(blocking: true, Asynchronous(assertion), duration, interval, cancellationToken).Result();

    /// <inheritdoc cref="AwaitAssert"/>
    /// <returns>The wait.</returns>
    public Task AwaitAssertAsync(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Retry(blocking: false, Asynchronous(assertion), duration, interval, cancellationToken).AsTask();

    /// <inheritdoc cref="AwaitAssert"/>
    /// <returns>The wait.</returns>
    public Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Retry(blocking: false, assertion, duration, interval, cancellationToken).AsTask();

    /// <summary>Looks at a condition again and again until it holds, for <see cref="RemainingOrDefault"/>.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max: null, interval: null, message: null, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max: null, interval: null, message: null, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max: null, interval: null, message: null, cancellationToken);

    /// <summary>Looks at a condition again and again until it holds.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long, before dilation; null for <see cref="RemainingOrDefault"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, interval: null, message: null, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, TimeSpan?, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, interval: null, message: null, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, TimeSpan?, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, interval: null, message: null, cancellationToken);

    /// <summary>Looks at a condition again and again until it holds.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long, before dilation; null for <see cref="RemainingOrDefault"/>.</param>
    /// <param name="message">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, interval: null, message, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, TimeSpan?, string, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, interval: null, message, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, TimeSpan?, string, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, interval: null, message, cancellationToken);

    /// <summary>Looks at a condition again and again until it holds.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long, before dilation; null for <see cref="RemainingOrDefault"/>.</param>
    /// <param name="interval">How long to wait between two looks; null for a short while.</param>
    /// <param name="message">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default) =>
        Condition(blocking: true, Asynchronous(conditionIsFulfilled), max, interval, message, cancellationToken).Result();

    /// <inheritdoc cref="AwaitCondition(Func{bool}, TimeSpan?, TimeSpan?, string, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default) =>
        Condition(blocking: false, Asynchronous(conditionIsFulfilled), max, interval, message, cancellationToken).AsTask();

    /// <inheritdoc cref="AwaitCondition(Func{bool}, TimeSpan?, TimeSpan?, string, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default) =>
        Condition(blocking: false, conditionIsFulfilled, max, interval, message, cancellationToken).AsTask();

    /// <summary>Looks at a condition again and again until it holds or the time is over, and does not fail.</summary>
    /// <param name="conditionIsFulfilled">The condition.</param>
    /// <param name="max">How long, before dilation.</param>
    /// <param name="interval">How long to wait between two looks; null for a short while.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the condition held in the end.</returns>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Poll(blocking: true, Asynchronous(conditionIsFulfilled), Dilated(max), interval, cancellationToken).Result();

    /// <inheritdoc cref="AwaitConditionNoThrow"/>
    public Task<bool> AwaitConditionNoThrowAsync(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Poll(blocking: false, Asynchronous(conditionIsFulfilled), Dilated(max), interval, cancellationToken).AsTask();

    /// <inheritdoc cref="AwaitConditionNoThrow"/>
    public Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Poll(blocking: false, conditionIsFulfilled, Dilated(max), interval, cancellationToken).AsTask();

    private static Func<Task> Asynchronous(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };

    private static Func<Task<bool>> Asynchronous(Func<bool> condition) => () => Task.FromResult(condition());

    private static async ValueTask<bool> Poll(
        bool blocking, Func<Task<bool>> condition, TimeSpan max, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var stop = Now + max;
        while (!await condition())
        {
            if (Now >= stop)
                return false;
            await Blocking.Pause(blocking, NotNegative(Min(interval ?? DefaultInterval, stop - Now)), cancellationToken);
        }

        return true;
    }

    private async ValueTask Condition(
        bool blocking, Func<Task<bool>> condition, TimeSpan? max, TimeSpan? interval, string? message, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(max);
        if (!await Poll(blocking, condition, limit, interval, cancellationToken))
            throw Failure($"Timeout {limit} while waiting for a condition{WithHint(message)}");
        State.LastWasNoMsg = false;
    }

    private async ValueTask Retry(
        bool blocking, Func<Task> assertion, TimeSpan? duration, TimeSpan? interval, CancellationToken cancellationToken)
    {
        var stop = Now + RemainingOrDilated(duration);
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Now < stop)
            {
                // Not yet: try again.
            }

            await Blocking.Pause(blocking, NotNegative(Min(interval ?? DefaultInterval, stop - Now)), cancellationToken);
        }
    }
}
