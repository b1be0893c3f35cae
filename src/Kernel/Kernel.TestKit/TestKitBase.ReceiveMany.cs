using System.Collections;
using System.Runtime.CompilerServices;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Taking several messages. Time limits here are dilated.</content>
public abstract partial class TestKitBase
{
    /// <summary>Receives a number of messages; they all have to come within <see cref="RemainingOrDefault"/>.</summary>
    /// <param name="numberOfMessages">The number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages in their order.</returns>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Several(blocking: true, numberOfMessages, RemainingOrDefault, cancellationToken).List();

    /// <inheritdoc cref="ReceiveN(int, CancellationToken)"/>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Several(blocking: false, numberOfMessages, RemainingOrDefault, cancellationToken);

    /// <summary>Receives a number of messages.</summary>
    /// <param name="numberOfMessages">The number.</param>
    /// <param name="max">How long it may take until all have come.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages in their order.</returns>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Several(blocking: true, numberOfMessages, Dilated(max), cancellationToken).List();

    /// <inheritdoc cref="ReceiveN(int, TimeSpan, CancellationToken)"/>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Several(blocking: false, numberOfMessages, Dilated(max), cancellationToken);

    /// <summary>
    /// Receives messages until the filter gives null, the time is over or there are enough. The message that ends it stays in the queue.
    /// </summary>
    /// <typeparam name="T">What the filter makes of a message.</typeparam>
    /// <param name="max">How long it may take in all.</param>
    /// <param name="filter">Makes something of a message, or null to end.</param>
    /// <param name="msgs">How many messages are enough.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the filter made.</returns>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        While(blocking: true, filter, max, idle: null, msgs, cancellationToken).List();

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        While(blocking: false, filter, max, idle: null, msgs, cancellationToken);

    /// <summary>As the others; also ends when nothing has come for a while.</summary>
    /// <typeparam name="T">What the filter makes of a message.</typeparam>
    /// <param name="max">How long it may take in all.</param>
    /// <param name="idle">How long it may take until the next message.</param>
    /// <param name="filter">Makes something of a message, or null to end.</param>
    /// <param name="msgs">How many messages are enough.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the filter made.</returns>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        While(blocking: true, filter, max, idle, msgs, cancellationToken).List();

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        While(blocking: false, filter, max, idle, msgs, cancellationToken);

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T?> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        While(blocking: true, filter, max, idle, msgs, cancellationToken).List();

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T?> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        While(blocking: false, filter, max, idle, msgs, cancellationToken);

    /// <summary>
    /// Receives messages as long as a predicate holds, the time is not over and there are not enough. The message that ends it stays in
    /// the queue.
    /// </summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="shouldContinue">The predicate.</param>
    /// <param name="max">How long it may take in all.</param>
    /// <param name="idle">How long it may take until the next message.</param>
    /// <param name="msgs">How many messages are enough.</param>
    /// <param name="shouldIgnoreOtherMessageTypes">Whether a message of another type is dropped, rather than the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages of the type.</returns>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default) =>
        While(blocking: true, shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, cancellationToken).List();

    /// <inheritdoc cref="ReceiveWhile{T}(Predicate{T}, TimeSpan?, TimeSpan?, int, bool, CancellationToken)"/>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default) =>
        While(blocking: false, shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, cancellationToken);

    /// <summary>Receives messages until none has come for a while.</summary>
    /// <param name="max">How long the silence must last.</param>
    /// <param name="maxMessages">It is an error if so many messages come before; null for any number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages before the silence.</returns>
    public async Task<ArrayList> WaitForRadioSilenceAsync(
        TimeSpan? max = null, uint? maxMessages = null, CancellationToken cancellationToken = default)
    {
        var silence = RemainingOrDilated(max);
        var messages = new ArrayList();
        while (await Receive(blocking: false, silence, cancellationToken) is { } envelope)
        {
            messages.Add(envelope.Message);
            if (messages.Count >= maxMessages)
                throw Failure($"Expected a silence of {silence} before {maxMessages} messages, but got {Listed(messages.Cast<object>())}");
        }

        return messages;
    }

    private static string Listed<T>(IEnumerable<T> messages) => $"[{string.Join(", ", messages)}]";

    private async IAsyncEnumerable<object> Several(
        bool blocking, int count, TimeSpan max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stop = Now + max;
        for (var i = 0; i < count; i++)
        {
            var envelope = await Receive(blocking, NotNegative(stop - Now), cancellationToken)
                ?? throw Failure($"Timeout {max} while waiting for {count} messages: only {i} came");
            yield return envelope.Message;
        }
    }

    private IAsyncEnumerable<T> While<T>(
        bool blocking, Func<object, T?> filter, TimeSpan? max, TimeSpan? idle, int count, CancellationToken cancellationToken) =>
        While<T>(
            blocking,
            message => filter(message) is { } result ? (Verdict.Keep, result) : (Verdict.Stop, default),
            max,
            idle,
            count,
            cancellationToken);

    private IAsyncEnumerable<T> While<T>(
        bool blocking,
        Predicate<T> shouldContinue,
        TimeSpan? max,
        TimeSpan? idle,
        int count,
        bool ignoreOthers,
        CancellationToken cancellationToken) =>
        While<T>(
            blocking,
            message => message is T match
                ? (shouldContinue(match) ? Verdict.Keep : Verdict.Stop, match)
                : (ignoreOthers ? Verdict.Drop : Verdict.Stop, default),
            max,
            idle,
            count,
            cancellationToken);

    private async IAsyncEnumerable<T> While<T>(
        bool blocking,
        Func<object, (Verdict Verdict, T? Result)> judge,
        TimeSpan? max,
        TimeSpan? idle,
        int count,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stop = Now + RemainingOrDilated(max);
        var pause = idle is null ? TimeSpan.MaxValue : Dilated(idle.Value);
        var last = State.Last;
        for (var i = 0; i < count;)
        {
            if (await Peek(blocking, NotNegative(Min(stop - Now, pause)), cancellationToken) is not { } next)
                break;
            var (verdict, result) = judge(next.Message);
            if (verdict == Verdict.Stop)
                break;
            await Receive(blocking, TimeSpan.Zero, cancellationToken);
            if (verdict == Verdict.Drop)
                continue;
            last = next;
            i++;
            yield return result!;
        }

        State.Last = last;
        State.LastWasNoMsg = true;
    }

    private enum Verdict
    {
        Keep,
        Drop,
        Stop,
    }
}
