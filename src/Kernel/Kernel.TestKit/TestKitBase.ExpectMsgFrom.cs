using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Expecting one message from a certain sender. Time limits are as with <c>ExpectMsg</c>.</content>
public abstract partial class TestKitBase
{
    /// <summary>Receives a message, which must be of a type and from a sender.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="sender">The sender.</param>
    /// <param name="duration">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsgFrom<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: true, duration, hint, From<T>(sender, message: null, hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: false, duration, hint, From<T>(sender, message: null, hint), cancellationToken);

    /// <summary>Receives a message, which must equal another and be from a sender.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="sender">The sender.</param>
    /// <param name="message">The message that is expected.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message that came.</returns>
    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, From(sender, Equal(message, hint), hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, T, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, From(sender, Equal(message, hint), hint), cancellationToken);

    /// <summary>Receives a message, for which a predicate must hold and which must be from a sender.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="sender">The sender.</param>
    /// <param name="isMessage">The predicate.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What is expected; becomes part of the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, From(sender, Holds(isMessage, hint), hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, From(sender, Holds(isMessage, hint), hint), cancellationToken);

    /// <summary>Receives a message; a predicate must hold for its sender and one for itself.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="isSender">The predicate for the sender.</param>
    /// <param name="isMessage">The predicate for the message.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What is expected; becomes part of the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsgFrom<T>(
        Predicate<IActorRef> isSender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, Holds<T>(isSender, isMessage, hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsgFrom{T}(Predicate{IActorRef}, Predicate{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Predicate<IActorRef> isSender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, Holds<T>(isSender, isMessage, hint), cancellationToken);

    /// <summary>Receives a message, which must be from a sender, and looks closer at it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="sender">The sender.</param>
    /// <param name="assertMessage">Throws if the message is wrong.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, From<T>(sender, (message, _) => assertMessage(message), hint), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsgFrom{T}(IActorRef, Action{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, From<T>(sender, (message, _) => assertMessage(message), hint), cancellationToken);

    /// <summary>Receives a message and looks closer at its sender and at itself.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="assertSender">Throws if the sender is wrong.</param>
    /// <param name="assertMessage">Throws if the message is wrong.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="hint">What to add to the text if the test fails.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public T ExpectMsgFrom<T>(
        Action<IActorRef> assertSender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: true, timeout, hint, Both(assertSender, assertMessage), cancellationToken).Result();

    /// <inheritdoc cref="ExpectMsgFrom{T}(Action{IActorRef}, Action{T}, TimeSpan?, string, CancellationToken)"/>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Action<IActorRef> assertSender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(blocking: false, timeout, hint, Both(assertSender, assertMessage), cancellationToken);

    private static Action<T, IActorRef> Both<T>(Action<IActorRef> assertSender, Action<T> assertMessage) => (message, sender) =>
    {
        assertSender(sender);
        assertMessage(message);
    };

    private Action<T, IActorRef> From<T>(IActorRef expected, Action<T, IActorRef>? message, string? hint) => (actual, sender) =>
    {
        if (!expected.Equals(sender))
            throw Failure($"Expected a message from {expected}, but {{{actual}}} is from {sender}{WithHint(hint)}");
        message?.Invoke(actual, sender);
    };

    private Action<T, IActorRef> Holds<T>(Predicate<IActorRef>? isSender, Predicate<T>? isMessage, string? hint) =>
        Holds<T>((message, sender) => (isSender is null || isSender(sender)) && (isMessage is null || isMessage(message)), hint);
}
