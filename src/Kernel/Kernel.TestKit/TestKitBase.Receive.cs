using System.Diagnostics.CodeAnalysis;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <content>Taking single messages, and looking at them. Time limits here are not dilated.</content>
public abstract partial class TestKitBase
{
    /// <summary>Receives one message.</summary>
    /// <param name="max">How long to wait: null for <see cref="RemainingOrDefault"/>; negative for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message, or null when none came.</returns>
    public object? ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Receive(blocking: true, max, cancellationToken).Result()?.Message;

    /// <inheritdoc cref="ReceiveOne"/>
    public async ValueTask<object?> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await Receive(blocking: false, max, cancellationToken))?.Message;

    /// <summary>Receives one message with its sender.</summary>
    /// <param name="envelope">The message; when none came, one without content.</param>
    /// <param name="max">How long to wait: null for <see cref="RemainingOrDefault"/>; negative for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether one came.</returns>
    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Found(Receive(blocking: true, max, cancellationToken).Result(), out envelope);

    /// <inheritdoc cref="TryReceiveOne"/>
    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(
        TimeSpan? max, CancellationToken cancellationToken = default) =>
        (Found(await Receive(blocking: false, max, cancellationToken), out var envelope), envelope);

    /// <summary>Looks at the next message; it stays in the queue.</summary>
    /// <param name="max">How long to wait: null for <see cref="RemainingOrDefault"/>; negative for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message, or null when none came.</returns>
    public object? PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Peek(blocking: true, max, cancellationToken).Result()?.Message;

    /// <inheritdoc cref="PeekOne(TimeSpan?, CancellationToken)"/>
    public async ValueTask<object?> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await Peek(blocking: false, max, cancellationToken))?.Message;

    /// <summary>Looks at the next message, however long it takes to come; it stays in the queue.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    public object? PeekOne(CancellationToken cancellationToken) => PeekOne(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <inheritdoc cref="PeekOne(CancellationToken)"/>
    public ValueTask<object?> PeekOneAsync(CancellationToken cancellationToken) =>
        PeekOneAsync(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Looks at the next message and its sender; it stays in the queue.</summary>
    /// <param name="envelope">The message; when none came, one without content.</param>
    /// <param name="max">How long to wait: null for <see cref="RemainingOrDefault"/>; negative for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether one came.</returns>
    public bool TryPeekOne(out MessageEnvelope envelope, TimeSpan? max, CancellationToken cancellationToken) =>
        Found(Peek(blocking: true, max, cancellationToken).Result(), out envelope);

    /// <inheritdoc cref="TryPeekOne"/>
    public async ValueTask<(bool success, MessageEnvelope envelope)> TryPeekOneAsync(TimeSpan? max, CancellationToken cancellationToken) =>
        (Found(await Peek(blocking: false, max, cancellationToken), out var envelope), envelope);

    private static bool Found([NotNullWhen(true)] MessageEnvelope? found, out MessageEnvelope envelope)
    {
        envelope = found ?? NullMessageEnvelope.Instance;
        return found is not null;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan NotNegative(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;

    // Every message that the test gets is taken here, so that LastSender and Within know of it.
    private async ValueTask<MessageEnvelope?> Receive(bool blocking, TimeSpan? max, CancellationToken cancellationToken)
    {
        var state = State;
        var envelope = await state.Queue.Take(blocking, max ?? NotNegative(RemainingOrDefault), cancellationToken);
        state.Last = envelope ?? NullMessageEnvelope.Instance;
        state.LastWasNoMsg = false;
        return envelope;
    }

    private ValueTask<MessageEnvelope?> Peek(bool blocking, TimeSpan? max, CancellationToken cancellationToken) =>
        State.Queue.Peek(blocking, max ?? NotNegative(RemainingOrDefault), cancellationToken);
}
