using System.Collections;
using System.Runtime.CompilerServices;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Expecting none, one of several, or several messages; fishing for one.</content>
public abstract partial class TestKitBase
{
    /// <summary>Waits for <see cref="RemainingOrDefault"/>; no message may come.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        Silence(blocking: true, RemainingOrDefault, cancellationToken).Result();

    /// <inheritdoc cref="ExpectNoMsg(CancellationToken)"/>
    /// <returns>The wait.</returns>
    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        Silence(blocking: false, RemainingOrDefault, cancellationToken);

    /// <summary>Waits; no message may come.</summary>
    /// <param name="duration">How long, before dilation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Silence(blocking: true, Dilated(duration), cancellationToken).Result();

    /// <inheritdoc cref="ExpectNoMsg(TimeSpan, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Silence(blocking: false, Dilated(duration), cancellationToken);

    /// <summary>Waits; no message may come.</summary>
    /// <param name="milliseconds">How long, before dilation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <inheritdoc cref="ExpectNoMsg(int, CancellationToken)"/>
    /// <returns>The wait.</returns>
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>Receives a message, which must equal one of several.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="messages">What it may equal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        AnyOf(blocking: true, messages, cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsgAnyOf"/>
    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        AnyOf(blocking: false, messages, cancellationToken);

    /// <summary>Receives as many messages as are given; they must equal those, in whatever order.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="messages">The messages that are expected.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages in the order in which they came.</returns>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        AllOf(blocking: true, RemainingOrDefault, messages, cancellationToken).List();

    /// <inheritdoc cref="ExpectMsgAllOf{T}(IReadOnlyCollection{T}, CancellationToken)"/>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        AllOf(blocking: false, RemainingOrDefault, messages, cancellationToken);

    /// <summary>Receives as many messages as are given; they must equal those, in whatever order.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="max">How long it may take until all have come, before dilation.</param>
    /// <param name="messages">The messages that are expected.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages in the order in which they came.</returns>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        AllOf(blocking: true, Dilated(max), messages, cancellationToken).List();

    /// <inheritdoc cref="ExpectMsgAllOf{T}(TimeSpan, IReadOnlyCollection{T}, CancellationToken)"/>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        AllOf(blocking: false, Dilated(max), messages, cancellationToken);

    /// <summary>Receives messages until a predicate holds for one; the others are dropped.</summary>
    /// <param name="isMessage">The predicate.</param>
    /// <param name="max">How long it may take, before dilation.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    /// <inheritdoc cref="FishForMessage(Predicate{object}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Receives messages until one is of a type and a predicate holds for it; the others are dropped.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="isMessage">The predicate.</param>
    /// <param name="max">How long it may take, before dilation.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(blocking: true, isMessage, dropped: null, max, hint, cancellationToken).Result();

    /// <inheritdoc cref="FishForMessage{T}(Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(blocking: false, isMessage, dropped: null, max, hint, cancellationToken);

    /// <summary>Receives messages until one is of a type and a predicate holds for it; the others are dropped.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="isMessage">The predicate.</param>
    /// <param name="allMessages">Gets the messages that were dropped, after it has been cleared; null to forget them.</param>
    /// <param name="max">How long it may take, before dilation.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T FishForMessage<T>(
        Predicate<T> isMessage,
        ArrayList? allMessages,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default) =>
        Fish(blocking: true, isMessage, allMessages, max, hint, cancellationToken).Result();

    /// <inheritdoc cref="FishForMessage{T}(Predicate{T}, ArrayList, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage,
        ArrayList? allMessages,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default) =>
        Fish(blocking: false, isMessage, allMessages, max, hint, cancellationToken);

    /// <summary>Receives messages until the time is over; none may be of a type, the others are dropped.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="max">How long, before dilation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The wait.</returns>
    public async Task FishUntilMessageAsync<T>(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var stop = Now + RemainingOrDilated(max);
        while (await Receive(blocking: false, NotNegative(stop - Now), cancellationToken) is { } envelope)
        {
            if (envelope.Message is T)
                throw Failure($"Expected no message of type {typeof(T)}, but received {envelope}");
        }

        State.LastWasNoMsg = true;
    }

    private async ValueTask Silence(bool blocking, TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Now;
        if (await Receive(blocking, NotNegative(duration), cancellationToken) is { } envelope)
            throw Failure($"Expected no message for {duration}, but received {envelope} after {Now - start}");
        State.LastWasNoMsg = true;
    }

    private async ValueTask<T> AnyOf<T>(bool blocking, IEnumerable<T> messages, CancellationToken cancellationToken)
    {
        var max = RemainingOrDefault;
        var expected = messages.ToList();
        var envelope = await Receive(blocking, NotNegative(max), cancellationToken)
            ?? throw Failure($"Timeout {max} while waiting for any of {Listed(expected)}");
        return envelope.Message is T message && expected.Contains(message)
            ? message
            : throw Failure($"Expected any of {Listed(expected)}, but received {envelope}");
    }

    private async IAsyncEnumerable<T> AllOf<T>(
        bool blocking, TimeSpan max, IReadOnlyCollection<T> messages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stop = Now + max;
        var missing = messages.ToList();
        var received = new List<T>();
        var unexpected = new List<object>();
        while (received.Count + unexpected.Count < messages.Count)
        {
            var envelope = await Receive(blocking, NotNegative(stop - Now), cancellationToken)
                ?? throw Failure($"Timeout {max} while waiting for all of {Listed(messages)}: {Difference()}");
            if (envelope.Message is T message && missing.Remove(message))
                received.Add(message);
            else
                unexpected.Add(envelope.Message);
        }

        if (unexpected.Count > 0)
            throw Failure($"Expected all of {Listed(messages)}: {Difference()}");
        foreach (var message in received)
            yield return message;

        string Difference() => $"missing {Listed(missing)}, not expected {Listed(unexpected)}";
    }

    private async ValueTask<T> Fish<T>(
        bool blocking, Predicate<T> isMessage, ArrayList? dropped, TimeSpan? max, string hint, CancellationToken cancellationToken)
    {
        dropped?.Clear();
        var limit = RemainingOrDilated(max);
        var stop = Now + limit;
        while (true)
        {
            var envelope = await Receive(blocking, NotNegative(stop - Now), cancellationToken)
                ?? throw Failure($"Timeout {limit} while fishing for a message of type {typeof(T)}{WithHint(hint)}");
            if (envelope.Message is T message && isMessage(message))
                return message;
            dropped?.Add(envelope.Message);
        }
    }
}
