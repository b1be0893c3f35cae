using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A locked heap of messages, with messages that the owner put in front before it.</summary>
/// <typeparam name="TRank">What the heap orders by.</typeparam>
public abstract class PriorityMessageQueue<TRank> : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly PriorityQueue<Envelope, TRank> _heap;
    private readonly Front _front = new();
    private readonly Lock _gate = new();

    private protected PriorityMessageQueue(int initialCapacity) => _heap = new PriorityQueue<Envelope, TRank>(initialCapacity);

    /// <inheritdoc/>
    public bool HasMessages => Count > 0;

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (_gate)
                return _heap.Count + _front.Count;
        }
    }

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_gate)
            _heap.Enqueue(envelope, Rank(envelope.Message));
    }

    /// <inheritdoc/>
    public void EnqueueFirst(Envelope envelope) => _front.Push(envelope);

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope)
    {
        if (_front.TryPop(out envelope))
            return true;
        lock (_gate)
            return _heap.TryDequeue(out envelope, out _);
    }

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => this.DrainTo(owner, deadletters);

    /// <summary>Ranks a message; called one at a time.</summary>
    private protected abstract TRank Rank(object message);
}

/// <summary>Gives the message with the lowest number first; equal numbers in any order.</summary>
/// <param name="priorityGenerator">Ranks a message.</param>
/// <param name="initialCapacity">How many messages there is room for before the queue grows.</param>
public sealed class UnboundedPriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity)
    : PriorityMessageQueue<int>(initialCapacity)
{
    private protected override int Rank(object message) => priorityGenerator(message);
}

/// <summary>Gives the message with the lowest number first; equal numbers in the order in which they came.</summary>
/// <param name="priorityGenerator">Ranks a message.</param>
/// <param name="initialCapacity">How many messages there is room for before the queue grows.</param>
public sealed class UnboundedStablePriorityMessageQueue(Func<object, int> priorityGenerator, int initialCapacity)
    : PriorityMessageQueue<(int Priority, long Arrival)>(initialCapacity)
{
    private long _arrivals;

    private protected override (int Priority, long Arrival) Rank(object message) => (priorityGenerator(message), _arrivals++);
}
