using static ActorServer.IO.Native.IoUringCalls;

namespace ActorServer.IO.Completion;

/// <summary>
/// The operations on their way to the kernel (io_uring(7)): we write entries and move the tail, the kernel reads them inside of
/// io_uring_enter(2) and moves the head.
/// </summary>
internal sealed unsafe class SubmissionRing
{
    private readonly uint* _head;
    private readonly uint* _tail;
    private readonly uint* _flags;
    private readonly uint _mask;
    private readonly Submission* _entries;
    private uint _next; // our tail; the kernel sees it once published

    public SubmissionRing(in Parameters parameters, byte* ring, Submission* entries)
    {
        var offsets = parameters.Submission;
        _head = (uint*)(ring + offsets.Head);
        _tail = (uint*)(ring + offsets.Tail);
        _flags = (uint*)(ring + offsets.Fifth);
        _mask = *(uint*)(ring + offsets.Mask);
        _entries = entries;
        // The kernel reads places of entries from an array; ours lie in their own order, for good.
        var places = (uint*)(ring + offsets.Seventh);
        for (uint i = 0; i <= _mask; i++) places[i] = i;
    }

    /// <summary>Entries that the kernel has not taken yet.</summary>
    public uint Waiting => _next - Volatile.Read(ref *_head);

    /// <summary>Whether completions wait in the kernel for room in their ring.</summary>
    public bool Overflown => (Volatile.Read(ref *_flags) & IORING_SQ_CQ_OVERFLOW) != 0;

    /// <summary>A cleared entry to fill in, or null when the ring is full.</summary>
    public Submission* Next()
    {
        if (Waiting > _mask) return null;
        var entry = _entries + (_next++ & _mask);
        *entry = default;
        return entry;
    }

    /// <summary>Shows the entries to the kernel: they are complete in memory before the tail moves (release).</summary>
    public uint Publish()
    {
        Volatile.Write(ref *_tail, _next);
        return Waiting;
    }
}
