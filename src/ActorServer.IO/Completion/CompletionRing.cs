using static ActorServer.IO.Native.IoUringCalls;

namespace ActorServer.IO.Completion;

/// <summary>
/// The results on their way from the kernel (io_uring(7)): it writes entries and moves the tail, we read them and move the head.
/// </summary>
internal sealed unsafe class CompletionRing
{
    private readonly uint* _head;
    private readonly uint* _tail;
    private readonly uint _mask;
    private readonly CompletedOperation* _entries;

    public CompletionRing(in Parameters parameters, byte* ring)
    {
        var offsets = parameters.Completion;
        _head = (uint*)(ring + offsets.Head);
        _tail = (uint*)(ring + offsets.Tail);
        _mask = *(uint*)(ring + offsets.Mask);
        _entries = (CompletedOperation*)(ring + offsets.Sixth);
    }

    /// <summary>Whether there is nothing to take.</summary>
    public bool IsEmpty => Volatile.Read(ref *_tail) == *_head;

    /// <summary>Moves completions to the front of a span; how many.</summary>
    public int Take(Span<CompletedOperation> completions)
    {
        // The tail is read before the entries (acquire); they are copied before the head gives their place away (release).
        var head = *_head;
        var count = (int)Math.Min(Volatile.Read(ref *_tail) - head, (uint)completions.Length);
        for (var i = 0; i < count; i++) completions[i] = _entries[(head + (uint)i) & _mask];
        Volatile.Write(ref *_head, head + (uint)count);
        return count;
    }
}
