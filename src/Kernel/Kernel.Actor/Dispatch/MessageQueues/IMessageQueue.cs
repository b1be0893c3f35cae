using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// The queue in a mailbox. Any thread may enqueue; one thread at a time, the one that runs the actor, dequeues.
/// </summary>
public interface IMessageQueue
{
    /// <summary>Whether there is a message, or one is just being added.</summary>
    bool HasMessages { get; }

    /// <summary>The number of messages; a guess while others use the queue.</summary>
    int Count { get; }

    /// <summary>Adds a message.</summary>
    /// <param name="receiver">Whose queue this is; where a message goes that finds no room.</param>
    /// <param name="envelope">The message.</param>
    void Enqueue(IActorRef receiver, Envelope envelope);

    /// <summary>Takes the next message.</summary>
    /// <param name="envelope">The message, when the result is true.</param>
    /// <returns>Whether there was one.</returns>
    bool TryDequeue(out Envelope envelope);

    /// <summary>Empties the queue after its actor's end.</summary>
    /// <param name="owner">The actor that ended.</param>
    /// <param name="deadletters">Where the messages go.</param>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}

/// <summary>What the queues of this kernel have in common.</summary>
internal static class MessageQueueExtensions
{
    /// <summary>Moves everything from a queue to dead letters.</summary>
    public static void DrainTo(this IMessageQueue queue, IActorRef owner, IMessageQueue deadLetters)
    {
        while (queue.TryDequeue(out var envelope))
            deadLetters.Enqueue(owner, envelope);
    }
}
