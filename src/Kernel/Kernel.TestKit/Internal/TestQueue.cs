using System.Collections.Concurrent;
using System.Diagnostics;

namespace Akka.TestKit.Internal;

/// <summary>
/// The messages that a test actor has got and the test has not looked at. The semaphore counts them, so a reader waits for an event and
/// never polls. A reader may block (then the call completes before it returns, on the caller's thread) or await.
/// </summary>
internal sealed class TestQueue : IDisposable
{
    private readonly ConcurrentQueue<MessageEnvelope> _messages = new();
    private readonly SemaphoreSlim _count = new(0);

    public bool IsEmpty => _messages.IsEmpty;

    public void Add(MessageEnvelope envelope)
    {
        _messages.Enqueue(envelope);
        _count.Release();
    }

    /// <summary>Takes the next message, or null when none came in time. A negative time is for ever.</summary>
    public async ValueTask<MessageEnvelope?> Take(bool blocking, TimeSpan max, CancellationToken cancellationToken)
    {
        if (!await Wait(blocking, max, cancellationToken))
            return null;
        var found = _messages.TryDequeue(out var envelope);
        Debug.Assert(found, "the semaphore counts the messages");
        return envelope;
    }

    /// <summary>Looks at the next message, which stays, or null when none came in time.</summary>
    public async ValueTask<MessageEnvelope?> Peek(bool blocking, TimeSpan max, CancellationToken cancellationToken)
    {
        if (!await Wait(blocking, max, cancellationToken))
            return null;
        var found = _messages.TryPeek(out var envelope);
        Debug.Assert(found, "the semaphore counts the messages");
        _count.Release();
        return envelope;
    }

    public void Dispose() => _count.Dispose();

    private ValueTask<bool> Wait(bool blocking, TimeSpan max, CancellationToken cancellationToken)
    {
        var timeout = max < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : max;
        return blocking ? new(_count.Wait(timeout, cancellationToken)) : new(_count.WaitAsync(timeout, cancellationToken));
    }
}
