using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A queue without limit in which the owner can put messages in front.</summary>
public sealed class UnboundedDequeMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly UnboundedMessageQueue _queue = new();
    private readonly Front _front = new();

    /// <inheritdoc/>
    public bool HasMessages => _front.Count > 0 || _queue.HasMessages;

    /// <inheritdoc/>
    public int Count => _front.Count + _queue.Count;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(receiver, envelope);

    /// <inheritdoc/>
    public void EnqueueFirst(Envelope envelope) => _front.Push(envelope);

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope) => _front.TryPop(out envelope) || _queue.TryDequeue(out envelope);

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => this.DrainTo(owner, deadletters);
}

/// <summary>
/// A queue with a limit in which the owner can put messages in front. What is put in front was in the queue before, so it never waits
/// for room; it counts towards the limit all the same.
/// </summary>
/// <param name="capacity">The limit.</param>
/// <param name="pushTimeOut">How long a sender waits; zero for not at all, negative for ever.</param>
public sealed class BoundedDequeMessageQueue(int capacity, TimeSpan pushTimeOut) : IMessageQueue, IBoundedDequeBasedMessageQueueSemantics
{
    private readonly BoundedMessageQueue _queue = new(capacity, pushTimeOut);
    private readonly Front _front = new();

    /// <inheritdoc/>
    public TimeSpan PushTimeOut
    {
        get => _queue.PushTimeOut;
        set => _queue.PushTimeOut = value;
    }

    /// <inheritdoc/>
    public bool HasMessages => _front.Count > 0 || _queue.HasMessages;

    /// <inheritdoc/>
    public int Count => _front.Count + _queue.Count;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (Count >= capacity && PushTimeOut == TimeSpan.Zero)
            BoundedMessageQueue.NoRoom(receiver, envelope);
        else
            _queue.Enqueue(receiver, envelope);
    }

    /// <inheritdoc/>
    public void EnqueueFirst(Envelope envelope) => _front.Push(envelope);

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope) => _front.TryPop(out envelope) || _queue.TryDequeue(out envelope);

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => this.DrainTo(owner, deadletters);
}

/// <summary>Messages that their owner put in front. Only the owner's thread pushes and pops; any thread may count.</summary>
internal sealed class Front
{
    private readonly Stack<Envelope> _envelopes = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Push(Envelope envelope)
    {
        _envelopes.Push(envelope);
        Volatile.Write(ref _count, _envelopes.Count);
    }

    public bool TryPop(out Envelope envelope)
    {
        if (_count == 0 || !_envelopes.TryPop(out envelope))
        {
            envelope = default;
            return false;
        }

        Volatile.Write(ref _count, _envelopes.Count);
        return true;
    }
}
