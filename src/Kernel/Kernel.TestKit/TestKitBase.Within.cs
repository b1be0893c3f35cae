using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Time limits for blocks of code, and what is left of them.</content>
public abstract partial class TestKitBase
{
    /// <summary>What is left of the innermost <c>Within</c>, or else <c>akka.test.single-expect-default</c>, dilated.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    /// <summary>What is left of the innermost <c>Within</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeSpan Remaining =>
        State.End is { } end ? end - Now : throw new InvalidOperationException("Remaining may not be called outside of \"Within\".");

    /// <summary>What is left of the innermost <c>Within</c>, or else something.</summary>
    /// <param name="duration">What, if there is no <c>Within</c>.</param>
    /// <returns>A time limit.</returns>
    public TimeSpan RemainingOr(TimeSpan duration) => State.End is { } end ? end - Now : duration;

    /// <summary>A time limit as it is, or if there is none, <see cref="RemainingOrDefault"/>.</summary>
    /// <param name="timeout">The time limit.</param>
    /// <returns>A time limit.</returns>
    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? RemainingOrDefault;

    /// <summary>A time limit as a test gives it, dilated, or if it gives none, <see cref="RemainingOrDefault"/>.</summary>
    /// <param name="duration">The time limit.</param>
    /// <returns>A time limit.</returns>
    /// <exception cref="ArgumentException">It is infinite.</exception>
    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration switch
    {
        null => RemainingOrDefault,
        { } given when given < TimeSpan.Zero => throw new ArgumentException("A test may not wait for ever.", nameof(duration)),
        { } given => Dilated(given),
    };

    /// <summary>Runs a block of code, which must not take too long.</summary>
    /// <param name="max">How long it may take, before dilation; less if it is inside of another <c>Within</c> that ends earlier.</param>
    /// <param name="action">The code; what it waits for is bounded by what is left.</param>
    /// <param name="epsilonValue">How much longer it may take after all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, hint: null, epsilonValue, cancellationToken);

    /// <summary>Runs a block of code, which must not take too long.</summary>
    /// <param name="max">How long it may take, before dilation; less if it is inside of another <c>Within</c> that ends earlier.</param>
    /// <param name="actionAsync">The code; what it waits for is bounded by what is left.</param>
    /// <param name="epsilonValue">How much longer it may take after all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The block.</returns>
    public Task WithinAsync(
        TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, hint: null, epsilonValue, cancellationToken);

    /// <summary>Runs a block of code, which must take neither too long nor too short a time.</summary>
    /// <param name="min">How long it must take; not dilated.</param>
    /// <param name="max">How long it may take, before dilation; less if it is inside of another <c>Within</c> that ends earlier.</param>
    /// <param name="action">The code; what it waits for is bounded by what is left.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="epsilonValue">How much longer it may take after all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void Within(
        TimeSpan min,
        TimeSpan max,
        Action action,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Block(min, max, () => Done(action), hint, epsilonValue, cancellationToken).Result();

    /// <summary>Runs a block of code, which must take neither too long nor too short a time.</summary>
    /// <param name="min">How long it must take; not dilated.</param>
    /// <param name="max">How long it may take, before dilation; less if it is inside of another <c>Within</c> that ends earlier.</param>
    /// <param name="actionAsync">The code; what it waits for is bounded by what is left.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="epsilonValue">How much longer it may take after all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The block.</returns>
    public async Task WithinAsync(
        TimeSpan min,
        TimeSpan max,
        Func<Task> actionAsync,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actionAsync);
        await Block(min, max, () => Done(actionAsync), hint, epsilonValue, cancellationToken);
    }

    /// <summary>Runs a block of code, which must not take too long.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="max">How long it may take, before dilation; less if it is inside of another <c>Within</c> that ends earlier.</param>
    /// <param name="function">The code; what it waits for is bounded by what is left.</param>
    /// <param name="epsilonValue">How much longer it may take after all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the code returns.</returns>
    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, hint: null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within{T}(TimeSpan, Func{T}, TimeSpan?, CancellationToken)"/>
    public Task<T> WithinAsync<T>(
        TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, hint: null, epsilonValue, cancellationToken);

    /// <summary>Runs a block of code, which must take neither too long nor too short a time.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="min">How long it must take; not dilated.</param>
    /// <param name="max">How long it may take, before dilation; less if it is inside of another <c>Within</c> that ends earlier.</param>
    /// <param name="function">The code; what it waits for is bounded by what is left.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="epsilonValue">How much longer it may take after all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the code returns.</returns>
    public T Within<T>(
        TimeSpan min,
        TimeSpan max,
        Func<T> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Block(min, max, () => Task.FromResult(function()), hint, epsilonValue, cancellationToken).Result();

    /// <inheritdoc cref="Within{T}(TimeSpan, TimeSpan, Func{T}, string, TimeSpan?, CancellationToken)"/>
    public async Task<T> WithinAsync<T>(
        TimeSpan min,
        TimeSpan max,
        Func<Task<T>> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return await Block(min, max, function, hint, epsilonValue, cancellationToken);
    }

    private static Task<bool> Done(Action action)
    {
        action();
        return Task.FromResult(true);
    }

    private static async Task<bool> Done(Func<Task> action)
    {
        await action();
        return true;
    }

    private async ValueTask<T> Block<T>(
        TimeSpan min, TimeSpan max, Func<Task<T>> code, string? hint, TimeSpan? epsilonValue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var state = State;
        var outerEnd = state.End;
        var start = Now;
        var limit = Dilated(max);
        if (outerEnd is { } outer)
            limit = Min(limit, outer - start);
        if (limit < min)
            throw Failure($"Required min time {min} not possible, only {limit} left{WithHint(hint)}");
        var patience = limit + (epsilonValue ?? TimeSpan.Zero);

        state.LastWasNoMsg = false;
        state.End = start + limit;
        T result;
        try
        {
            // What waits in the block knows the end. Code that does not is given up, so that the test fails instead of hanging.
            result = await code().WaitAsync(patience + Dilated(TestKitSettings.SingleExpectDefault), cancellationToken);
        }
        catch (TimeoutException) when (Now - start > patience + Dilated(TestKitSettings.SingleExpectDefault))
        {
            throw Failure($"Block is still running after {Now - start}, exceeding {limit}{WithHint(hint)}");
        }
        finally
        {
            state.End = outerEnd;
        }

        var elapsed = Now - start;
        if (elapsed < min)
            throw Failure($"Block took {elapsed}, should at least have taken {min}{WithHint(hint)}");
        if (elapsed > patience && !state.LastWasNoMsg)
            throw Failure($"Block took {elapsed}, exceeding {limit}{WithHint(hint)}");
        return result;
    }
}
