using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.MessageQueues;

/// <summary>A queue with a limit: at the limit a sender waits for room, and gives the message to dead letters if there comes none.</summary>
/// <param name="capacity">The limit.</param>
/// <param name="pushTimeOut">How long a sender waits; zero for not at all, negative for ever.</param>
public sealed class BoundedMessageQueue(int capacity, TimeSpan pushTimeOut) : IMessageQueue, IBoundedMessageQueueSemantics
{
    private readonly UnboundedMessageQueue _queue = new();
    private readonly SemaphoreSlim _room = new(capacity, capacity);

    /// <inheritdoc/>
    public TimeSpan PushTimeOut { get; set; } = pushTimeOut;

    /// <inheritdoc/>
    public bool HasMessages => _queue.HasMessages;

    /// <inheritdoc/>
    public int Count => _queue.Count;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (_room.Wait(PushTimeOut < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : PushTimeOut))
            _queue.Enqueue(receiver, envelope);
        else
            NoRoom(receiver, envelope);
    }

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope)
    {
        if (!_queue.TryDequeue(out envelope))
            return false;
        _room.Release();
        return true;
    }

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => this.DrainTo(owner, deadletters);

    internal static void NoRoom(IActorRef receiver, Envelope envelope) => ((IInternalActorRef)receiver).Provider.DeadLetters.Tell(
        new DeadLetter(envelope.Message, envelope.Sender ?? receiver, receiver),
        envelope.Sender);
}
