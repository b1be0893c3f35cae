using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// The default queue: a chain of segments, written by any thread and read by one. A sender reserves a slot with one interlocked
/// increment and then publishes into it; nothing is allocated per message. There is no segment before the first message; segments
/// grow while messages pile up, and one that was read is used again.
/// </summary>
public sealed class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private const int FirstLength = 4;

    /// <summary>A queue that is read as fast as it is written needs no longer segments.</summary>
    private const int CalmLength = 64;

    private const int MaxLength = 1024;

    private Segment? _tail;
    private Segment? _spare;
    private Segment? _head;

    /// <summary>The reader's next slot in <see cref="_head"/>.</summary>
    private int _next;

    /// <summary>Whether a slot was reserved that has not been read. A sender reserves before it looks whether the mailbox must be
    /// scheduled, so that a mailbox that goes idle and then asks here misses no message.</summary>
    public bool HasMessages => Volatile.Read(ref _head) is { } head && (head.Reserved > _next || head.Next is not null);

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            var count = -_next;
            for (var segment = Volatile.Read(ref _head); segment is not null; segment = segment.Next)
                count += segment.Reserved;
            return Math.Max(count, 0);
        }
    }

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        while (true)
        {
            var tail = Volatile.Read(ref _tail);
            if (tail is not null && tail.TryAdd(in envelope))
                return;
            Grow(tail);
        }
    }

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope)
    {
        envelope = default;
        if (_head is not { } head)
            return false;
        if (_next == head.Length)
        {
            if (head.Next is not { } following)
                return false;
            _head = following;
            _next = 0;
            Volatile.Write(ref _spare, head);
            head = following;
        }

        if (!head.TryTake(_next, out envelope))
            return false;
        _next++;
        return true;
    }

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => this.DrainTo(owner, deadletters);

    /// <summary>Links a segment behind a full one. The caller adds a message afterwards and so wakes the reader, even if a slower
    /// sender has meanwhile put a message of its own into the new segment before it was linked.</summary>
    private void Grow(Segment? full)
    {
        if (full is null)
        {
            var first = new Segment(FirstLength);
            if (Interlocked.CompareExchange(ref _tail, first, null) is null)
                Volatile.Write(ref _head, first);
            return;
        }

        lock (full)
        {
            // A recycled segment may be the tail once more, and empty.
            if (!ReferenceEquals(Volatile.Read(ref _tail), full) || !full.IsFull)
                return;
            var pilesUp = !ReferenceEquals(Volatile.Read(ref _head), full);
            var length = pilesUp ? Math.Min(full.Length * 2, MaxLength) : Math.Min(full.Length, CalmLength);
            var next = Interlocked.Exchange(ref _spare, null);
            if (next?.Length == length)
                next.Reuse();
            else
                next = new Segment(length);
            full.Next = next;
            Volatile.Write(ref _tail, next);
        }
    }

    private struct Slot
    {
        /// <summary>Null until published, and again once read.</summary>
        public object? Message;
        public IActorRef? Sender;
    }

    private sealed class Segment(int length)
    {
        private readonly Slot[] _slots = new Slot[length];
        private Segment? _next;

        /// <summary>Slots given to senders; grows beyond the length when senders find the segment full.</summary>
        private int _reserved;

        public int Length => _slots.Length;

        public int Reserved => Math.Min(Volatile.Read(ref _reserved), _slots.Length);

        public bool IsFull => Volatile.Read(ref _reserved) >= _slots.Length;

        public Segment? Next
        {
            get => Volatile.Read(ref _next);
            set => Volatile.Write(ref _next, value);
        }

        public bool TryAdd(in Envelope envelope)
        {
            var slots = _slots;
            var index = Interlocked.Increment(ref _reserved) - 1;
            if ((uint)index >= (uint)slots.Length)
                return false;
            ref var slot = ref slots[index];
            slot.Sender = envelope.Sender;
            Volatile.Write(ref slot.Message, envelope.Message);
            return true;
        }

        /// <summary>False when the slot is free, or reserved by a sender that does not publish in the next moment.</summary>
        public bool TryTake(int index, out Envelope envelope)
        {
            ref var slot = ref _slots[index];
            var message = Volatile.Read(ref slot.Message) ?? WaitForPublication(index);
            if (message is null)
            {
                envelope = default;
                return false;
            }

            envelope = new Envelope(message, slot.Sender);
            slot = default;
            return true;
        }

        /// <summary>Called by a sender that has exclusive use of a segment that was read to its end.</summary>
        public void Reuse()
        {
            _next = null;
            Volatile.Write(ref _reserved, 0);
        }

        private object? WaitForPublication(int index)
        {
            var spin = default(SpinWait);
            ref var slot = ref _slots[index];
            while (Reserved > index && !spin.NextSpinWillYield)
            {
                spin.SpinOnce();
                if (Volatile.Read(ref slot.Message) is { } message)
                    return message;
            }

            return null;
        }
    }
}
