using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Expecting one message. Time limits are dilated; without one it is <see cref="RemainingOrDefault"/>.</content>
public abstract partial class TestKitBase
{
    /// <summary>Receives a message, which must be of a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="duration">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(blocking: true, duration, hint, assert: null, cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsg{T}(TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(blocking: false, duration, hint, assert: null, cancellationToken);

    /// <summary>Receives a message, which must equal another.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="message">The message that is expected.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message that came.</returns>
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, Equal(message, hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsg{T}(T, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, Equal(message, hint), cancellationToken);

    /// <summary>Receives a message, for which a predicate must hold.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="isMessage">The predicate.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What is expected; becomes part of the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, Holds(isMessage, hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsg{T}(Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, Holds(isMessage, hint), cancellationToken);

    /// <summary>Receives a message and looks closer at it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="assert">Throws if the message is wrong.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsg<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(blocking: true, timeout, hint, (message, _) => assert(message), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsg{T}(Action{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(blocking: false, timeout, hint, (message, _) => assert(message), cancellationToken);

    /// <summary>Receives a message, for which, and for its sender, a predicate must hold.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="isMessageAndSender">The predicate.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What is expected; becomes part of the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, Holds(isMessageAndSender, hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsg{T}(Func{T, IActorRef, bool}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, Holds(isMessageAndSender, hint), cancellationToken);

    /// <summary>Receives a message and looks closer at it and its sender.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="assertMessageAndSender">Throws if something is wrong.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, assertMessageAndSender, cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsg{T}(Action{T, IActorRef}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, assertMessageAndSender, cancellationToken);

    /// <summary>Receives a message, which must equal another in the eyes of a comparer.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="expected">The message that is expected.</param>
    /// <param name="comparer">The comparer.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message that came.</returns>
    public T ExpectMsg<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, Equal(expected, comparer, hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsg{T}(T, Func{T, T, bool}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgAsync<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, Equal(expected, comparer, hint), cancellationToken);

    /// <summary>Receives the notice that an actor has ended; the test must have watched it.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The notice.</returns>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint ?? $"Terminated {target}", EndOf(target, hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectTerminated"/>
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint ?? $"Terminated {target}", EndOf(target, hint), cancellationToken);

    private static string WithHint(string? hint) => string.IsNullOrEmpty(hint) ? "" : $" ({hint})";

    private Action<T, IActorRef> Equal<T>(T expected, string? hint) => (actual, _) =>
        _assertions.AssertEqual(expected, actual, "{0}", hint);

    private Action<T, IActorRef> Equal<T>(T expected, Func<T, T, bool> comparer, string? hint) =>
        (actual, _) => _assertions.AssertEqual(expected, actual, comparer, "{0}", hint);

    private Action<T, IActorRef> Holds<T>(Predicate<T>? predicate, string? hint) =>
        Holds<T>((message, _) => predicate is null || predicate(message), hint);

    private Action<T, IActorRef> Holds<T>(Func<T, IActorRef, bool> predicate, string? hint) => (message, sender) =>
    {
        var wanted = hint ?? "the predicate to return true";
        if (!predicate(message, sender))
            throw Failure($"Expected {wanted}, but it was false for {{{message}}} of type {typeof(T)} from {sender}");
    };

    private Action<Terminated, IActorRef> EndOf(IActorRef target, string? hint) => (terminated, _) =>
    {
        if (!target.Equals(terminated.ActorRef))
            throw Failure($"Expected that {target} terminated, but it was {terminated.ActorRef}{WithHint(hint)}");
    };

    private async ValueTask<T> Expect<T>(
        bool blocking, TimeSpan? timeout, string? hint, Action<T, IActorRef>? assert, CancellationToken cancellationToken)
    {
        var max = NotNegative(RemainingOrDilated(timeout));
        var envelope = await Receive(blocking, max, cancellationToken)
            ?? throw Failure($"Timeout {max} while waiting for a message of type {typeof(T)}{WithHint(hint)}");
        if (envelope.Message is not T message)
        {
            throw Failure(
                $"Expected a message of type {typeof(T)}, but received {{{envelope.Message}}} of type {envelope.Message.GetType()} " +
                $"from {envelope.Sender}{WithHint(hint)}");
        }

        assert?.Invoke(message, envelope.Sender);
        return message;
    }
}
