using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Messages that an actor puts aside to handle them later.</summary>
public interface IStash
{
    /// <summary>How many messages are put aside.</summary>
    int Count { get; }

    /// <summary>How many can be; -1 for any number.</summary>
    int Capacity { get; }

    /// <summary>Whether none is put aside.</summary>
    bool IsEmpty { get; }

    /// <summary>Whether one is put aside.</summary>
    bool NonEmpty { get; }

    /// <summary>Whether no other can be put aside.</summary>
    bool IsFull { get; }

    /// <summary>Puts the message that is being handled aside.</summary>
    /// <exception cref="StashOverflowException">There is no room.</exception>
    /// <exception cref="IllegalActorStateException">It was put aside already.</exception>
    void Stash();

    /// <summary>Puts the oldest message that is put aside in front of the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all messages that are put aside in front of the mailbox, oldest first.</summary>
    void UnstashAll();

    /// <summary>Puts some of the messages that are put aside in front of the mailbox, oldest first, and forgets the others.</summary>
    /// <param name="predicate">Says which.</param>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Takes all messages out.</summary>
    /// <returns>The messages, oldest first.</returns>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Puts messages before those that are put aside.</summary>
    /// <param name="envelopes">The messages, oldest first.</param>
    void Prepend(IEnumerable<Envelope> envelopes);
}

/// <summary>On an actor: it has a stash.</summary>
public interface IActorStash
{
    /// <summary>The stash; set by the kernel after the constructor has run.</summary>
    IStash Stash { get; set; }
}

/// <summary>On an actor: it has a stash without limit of its own, and a mailbox that goes with it.</summary>
public interface IWithStash : IActorStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics>;

/// <summary>On an actor: it has a stash without limit and a mailbox without limit.</summary>
public interface IWithUnboundedStash : IActorStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>;

/// <summary>On an actor: it has a stash with a limit and a mailbox with a limit.</summary>
public interface IWithBoundedStash : IActorStash, IRequiresMessageQueue<IBoundedDequeBasedMessageQueueSemantics>;

/// <summary>The usual stash: a queue beside the mailbox.</summary>
internal sealed class ActorStash : IStash
{
    private readonly ActorCell _cell;
    private readonly IDequeBasedMessageQueueSemantics _mailbox;
    private LinkedList<Envelope> _stashed = [];

    /// <summary>Whether the message that is being handled was put aside.</summary>
    private bool _hasCurrent;

    private ActorStash(ActorCell cell, IDequeBasedMessageQueueSemantics mailbox, int capacity)
    {
        _cell = cell;
        _mailbox = mailbox;
        Capacity = capacity;
    }

    /// <inheritdoc/>
    public int Count => _stashed.Count;

    /// <inheritdoc/>
    public int Capacity { get; }

    /// <inheritdoc/>
    public bool IsEmpty => Count == 0;

    /// <inheritdoc/>
    public bool NonEmpty => !IsEmpty;

    /// <inheritdoc/>
    public bool IsFull => Capacity >= 0 && Count >= Capacity;

    /// <inheritdoc/>
    public void Stash()
    {
        if (_cell.CurrentEnvelope is not { } envelope)
            throw new IllegalActorStateException("There is no message to stash");
        if (_hasCurrent)
            throw new IllegalActorStateException($"Can't stash the same message {envelope.Message} more than once");
        if (IsFull)
            throw new StashOverflowException($"Couldn't enqueue message {envelope.Message} from {envelope.Sender} to stash of {_cell.Self}");
        _stashed.AddLast(envelope);
        _hasCurrent = true;
    }

    /// <inheritdoc/>
    public void Unstash()
    {
        if (_stashed.First is not { } first)
            return;
        _stashed.RemoveFirst();
        _mailbox.EnqueueFirst(first.Value);
    }

    /// <inheritdoc/>
    public void UnstashAll() => UnstashAll(static _ => true);

    /// <inheritdoc/>
    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        foreach (var envelope in ClearStash().Reverse().Where(predicate))
            _mailbox.EnqueueFirst(envelope);
    }

    /// <inheritdoc/>
    public IEnumerable<Envelope> ClearStash()
    {
        var stashed = _stashed;
        _stashed = [];
        return stashed;
    }

    /// <inheritdoc/>
    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Reverse())
            _stashed.AddFirst(envelope);
    }

    /// <summary>Another message is about to be handled.</summary>
    public void BeginMessage() => _hasCurrent = false;

    /// <summary>Makes the stash of an actor. Its limit is in the props or the deployment, otherwise in the mailbox's section.</summary>
    public static ActorStash For(ActorCell cell, IActorStash actor)
    {
        if (cell.Mailbox.MessageQueue is not IDequeBasedMessageQueueSemantics deque)
        {
            throw new NotSupportedException(
                $"{actor.GetType()} has a stash and needs a mailbox with a deque, such as akka.actor.mailbox.unbounded-deque-based; it has a {cell.Mailbox.MessageQueue.GetType()}");
        }

        var capacity = cell.Props.Deploy.StashCapacity;
        if (capacity < 0)
            capacity = cell.SystemImpl.Mailboxes.GetMailboxType(cell.Props, cell.Dispatcher.Configurator).StashCapacity;
        return new ActorStash(cell, deque, capacity);
    }
}
