using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>
/// An actor's queues and its scheduling state. One and the same mailbox is handed to <see cref="ExecutorService.Execute"/> whenever
/// its actor has something to do, for the actor's whole life; it is never with the executor twice at a time.
/// </summary>
public class Mailbox : IRunnable
{
    // The state is one number: three flags, and above them how often the actor was suspended.
    private const int Scheduled = 1;
    private const int Closed = 2;
    private const int Draining = 4;
    private const int SuspendUnit = 8;

    private ActorCell? _actor;

    /// <summary>A stack of system messages, newest on top; <see cref="NoMessage"/> once the mailbox is closed.</summary>
    private SystemMessage? _systemMessages;
    private int _state;

    /// <summary>Creates a mailbox.</summary>
    /// <param name="messageQueue">Where ordinary messages wait.</param>
    public Mailbox(IMessageQueue messageQueue) => MessageQueue = messageQueue;

    /// <summary>Where ordinary messages wait.</summary>
    public IMessageQueue MessageQueue { get; }

    /// <summary>The dispatcher that runs this mailbox.</summary>
    public MessageDispatcher Dispatcher => Actor.Dispatcher;

    internal ActorCell Actor => _actor ?? throw new InvalidOperationException("The mailbox has no actor yet.");

    internal bool IsClosed => (Volatile.Read(ref _state) & Closed) != 0;

    internal bool IsScheduled => (Volatile.Read(ref _state) & Scheduled) != 0;

    internal int SuspendCount => Volatile.Read(ref _state) / SuspendUnit;

    internal bool IsSuspended => SuspendCount > 0;

    internal bool HasMessages => MessageQueue.HasMessages;

    internal int NumberOfMessages => MessageQueue.Count;

    internal bool HasSystemMessages => Volatile.Read(ref _systemMessages) is not (null or NoMessage);

    /// <summary>Ties the mailbox to its actor.</summary>
    /// <param name="actorCell">The actor.</param>
    public virtual void SetActor(ActorCell actorCell) => _actor = actorCell;

    /// <summary>Runs the actor: its system messages, then as many messages as the dispatcher's throughput allows.</summary>
    public void Run()
    {
        if (IsClosed)
            return;
        var actor = Actor;
        var outer = ActorCell.Current;
        ActorCell.Current = actor;
        try
        {
            ProcessSystemMessages(actor);
            ProcessMessages(actor);
            if (Volatile.Read(ref _state) < Closed)
                actor.ForgetMessage();
        }
        finally
        {
            ActorCell.Current = outer;
            Interlocked.And(ref _state, ~Scheduled);
            actor.Dispatcher.RegisterForExecution(this, hasMessageHint: false, hasSystemMessageHint: false);
        }
    }

    void IThreadPoolWorkItem.Execute() => Run();

    /// <summary>Sends all that is left to dead letters; called once the mailbox is closed.</summary>
    public virtual void CleanUp()
    {
        var left = Interlocked.Exchange(ref _systemMessages, NoMessage.Instance);
        DiscardSystemMessages(left is NoMessage ? null : OldestFirst(left));
        // A sender that came late drains the queue, too; see Enqueue. Two threads must not read it at once, so the second leaves its
        // message to the first, which looks once more when it has said that it is done.
        do
        {
            if ((Interlocked.Or(ref _state, Draining) & Draining) != 0)
                return;
            MessageQueue.CleanUp(Actor.Self, Actor.SystemImpl.DeadLetterMailbox.MessageQueue);
            Interlocked.And(ref _state, ~Draining);
        }
        while (HasMessages);
    }

    internal virtual void Enqueue(IActorRef receiver, in Envelope envelope)
    {
        MessageQueue.Enqueue(receiver, envelope);
        // The sender must see the state as it is after the message became visible; the default queue has the barrier already.
        if (MessageQueue is not UnboundedMessageQueue)
            Interlocked.MemoryBarrier();
        if (IsClosed)
            CleanUp();
    }

    internal virtual void SystemEnqueue(IActorRef receiver, SystemMessage message)
    {
        while (true)
        {
            var top = Volatile.Read(ref _systemMessages);
            if (top is NoMessage)
            {
                Actor.SystemImpl.DeadLetterMailbox.SystemEnqueue(receiver, message);
                return;
            }

            message.Next = top;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _systemMessages, message, top), top))
                return;
        }
    }

    internal bool TryDequeue(out Envelope envelope) => MessageQueue.TryDequeue(out envelope);

    /// <summary>True when the caller must hand the mailbox to the executor.</summary>
    internal bool TrySchedule(bool hasMessageHint, bool hasSystemMessageHint)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if ((state & (Scheduled | Closed)) != 0)
                return false;
            if (!hasSystemMessageHint && !HasSystemMessages && (state >= SuspendUnit || !(hasMessageHint || HasMessages)))
                return false;
            if (Interlocked.CompareExchange(ref _state, state | Scheduled, state) == state)
                return true;
        }
    }

    /// <summary>The executor did not take the mailbox after all.</summary>
    internal void Unschedule() => Interlocked.And(ref _state, ~Scheduled);

    internal void Suspend() => Interlocked.Add(ref _state, SuspendUnit);

    internal void Resume()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state < SuspendUnit || Interlocked.CompareExchange(ref _state, state - SuspendUnit, state) == state)
                return;
        }
    }

    internal void BecomeClosed() => Interlocked.Or(ref _state, Closed);

    private static SystemMessage? OldestFirst(SystemMessage? newest)
    {
        SystemMessage? oldest = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }

        return oldest;
    }

    private void ProcessMessages(ActorCell actor)
    {
        var dispatcher = actor.Dispatcher;
        var left = Math.Max(dispatcher.Throughput, 1);
        var deadline = dispatcher.ThroughputDeadlineTime is { } limit ? MonotonicClock.Ticks + limit : long.MaxValue;
        while (Volatile.Read(ref _state) < Closed && MessageQueue.TryDequeue(out var envelope))
        {
            actor.Invoke(envelope);
            if (Volatile.Read(ref _systemMessages) is not null)
                ProcessSystemMessages(actor);
            if (--left <= 0 || (deadline != long.MaxValue && MonotonicClock.Ticks >= deadline))
                return;
        }
    }

    private void ProcessSystemMessages(ActorCell actor)
    {
        while (HasSystemMessages)
        {
            var message = OldestFirst(Interlocked.Exchange(ref _systemMessages, null));
            while (message is not null)
            {
                var next = message.Next;
                message.Next = null;
                actor.SystemInvoke(message);
                if (IsClosed)
                {
                    DiscardSystemMessages(next);
                    return;
                }

                message = next;
            }
        }
    }

    private void DiscardSystemMessages(SystemMessage? oldest)
    {
        while (oldest is not null)
        {
            var next = oldest.Next;
            oldest.Next = null;
            Actor.SystemImpl.DeadLetterMailbox.SystemEnqueue(Actor.Self, oldest);
            oldest = next;
        }
    }
}

/// <summary>The mailbox of all actors that have ended: what comes in goes to dead letters.</summary>
internal sealed class DeadLetterMailbox : Mailbox
{
    private readonly IActorRef _deadLetters;

    public DeadLetterMailbox(IActorRef deadLetters)
        : base(new DeadLetterMessageQueue(deadLetters))
    {
        _deadLetters = deadLetters;
        // There is never anything to run.
        BecomeClosed();
    }

    public override void CleanUp()
    {
    }

    internal override void Enqueue(IActorRef receiver, in Envelope envelope) => MessageQueue.Enqueue(receiver, envelope);

    internal override void SystemEnqueue(IActorRef receiver, SystemMessage message) =>
        _deadLetters.Tell(new DeadLetter(message, receiver, receiver), receiver);
}

/// <summary>Turns every message into a <see cref="DeadLetter"/>.</summary>
internal sealed class DeadLetterMessageQueue(IActorRef deadLetters) : IMessageQueue
{
    public bool HasMessages => false;

    public int Count => 0;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        // A message may come here twice: to an actor that ended, which was the dead letters' own.
        if (envelope.Message is AllDeadLetters)
            return;
        var sender = envelope.Sender ?? ActorRefs.NoSender;
        deadLetters.Tell(DeadLetterActorRef.Wrap(envelope.Message, sender, receiver), sender);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        envelope = default;
        return false;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
    }
}
