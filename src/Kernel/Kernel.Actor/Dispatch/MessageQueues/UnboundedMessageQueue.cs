using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// The default queue: a chain of segments, written by any thread and read by one. A sender reserves a slot with one interlocked
/// increment and then publishes into it; nothing is allocated per message. There is no segment before the first message. A segment
/// that was read to its last message is used again from its start; one that overflows before is followed by one of twice its length,
/// or by one that was used before: a queue that keeps overflowing allocates nothing, and one that has stopped to gives the memory up.
/// </summary>
public sealed class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private const int FirstLength = 2;
    private const int MaxLength = 1024;

    /// <summary>A longer segment is given up after so many rounds in which a fraction of it would have done.</summary>
    private const int KeptLength = 64;
    private const int CalmRounds = 64;

    /// <summary>Segments that are kept for the next overflow, at most: a million messages, sixteen mebibytes.</summary>
    private const int MaxSpares = 1024;

    private Segment? _tail;

    /// <summary>A stack of segments that were read. The reader adds to it and empties it; senders take, one at a time.</summary>
    private Segment? _spares;
    private Segment? _head;

    /// <summary>The reader's next slot in <see cref="_head"/>.</summary>
    private int _next;
    private int _calmRounds;
    private int _roundsWithoutSpares;

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

    /// <summary>The number of slots of the segment that is being written.</summary>
    internal int SegmentLength => Volatile.Read(ref _tail)?.Length ?? 0;

    /// <summary>The number of segments that are kept for the next overflow.</summary>
    internal int Spares => Volatile.Read(ref _spares)?.Depth ?? 0;

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
        if (_next == head.Length && head.Next is { } following)
        {
            _head = following;
            _next = 0;
            if (!head.IsRetired)
                Keep(head);
            head = following;
        }

        if (_next < head.Length && head.TryTake(_next, out envelope))
        {
            _next++;
            return true;
        }

        if (_next > 0 && !head.IsRetired && head.TryRewind(_next))
            Rewound(head);
        return false;
    }

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => this.DrainTo(owner, deadletters);

    /// <summary>All was read, and the segment is used again from its start, unless it has been too long for a while.</summary>
    private void Rewound(Segment head)
    {
        if (_spares is not null && ++_roundsWithoutSpares == CalmRounds)
            Volatile.Write(ref _spares, null);
        var used = _next;
        _next = 0;
        if (head.Length <= KeptLength || used > head.Length / 8)
            _calmRounds = 0;
        else if (++_calmRounds == CalmRounds && head.TryRetire())
            (_next, _calmRounds, _spares) = (head.Length, 0, null);
    }

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
            // It may have been read and used again meanwhile.
            if (!ReferenceEquals(Volatile.Read(ref _tail), full) || !full.IsFull)
                return;
            var next = TakeSpare();
            if (full.IsRetired)
                next = new Segment(FirstLength);
            else if (next is not null && next.Length >= full.Length)
                next.Reuse();
            else
                next = new Segment(Math.Min(full.Length * 2, MaxLength));
            full.Next = next;
            Volatile.Write(ref _tail, next);
        }
    }

    private void Keep(Segment read)
    {
        _roundsWithoutSpares = 0;
        Segment? top;
        do
        {
            top = Volatile.Read(ref _spares);
            if (top?.Depth == MaxSpares)
                return;
            read.PutOn(top);
        }
        while (Interlocked.CompareExchange(ref _spares, read, top) != top);
    }

    /// <summary>Only by the sender that has locked the full tail. So a segment that is seen on top cannot be taken by somebody else, used,
    /// read and put back meanwhile, with another one below it.</summary>
    private Segment? TakeSpare()
    {
        Segment? top;
        do
            top = Volatile.Read(ref _spares);
        while (top is not null && Interlocked.CompareExchange(ref _spares, top.Below, top) != top);
        return top;
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

        /// <summary>The spare below this one.</summary>
        public Segment? Below { get; private set; }

        /// <summary>How many spares there are, from this one down.</summary>
        public int Depth { get; private set; }

        public int Reserved => Math.Min(Volatile.Read(ref _reserved), _slots.Length);

        /// <summary>Full by decision: what follows shall be short.</summary>
        public bool IsRetired { get; private set; }

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

        /// <summary>Called by the reader when it has read so many slots.</summary>
        /// <returns>False when a sender has reserved another one.</returns>
        public bool TryRewind(int read) => Interlocked.CompareExchange(ref _reserved, 0, read) == read;

        /// <summary>Called by the reader when it has rewound: no sender shall use this segment any more.</summary>
        /// <returns>False when one has already.</returns>
        public bool TryRetire()
        {
            IsRetired = Interlocked.CompareExchange(ref _reserved, _slots.Length, 0) == 0;
            return IsRetired;
        }

        /// <summary>Called by the reader when it has read the segment to its end.</summary>
        public void PutOn(Segment? below) => (Below, Depth) = (below, (below?.Depth ?? 0) + 1);

        /// <summary>Called by a sender that has exclusive use of a segment that was read to its end.</summary>
        public void Reuse()
        {
            Below = null;
            _next = null;
            IsRetired = false;
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
