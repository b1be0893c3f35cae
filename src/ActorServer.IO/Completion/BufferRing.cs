using System.Collections;
using System.Numerics;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.IoUringCalls;

namespace ActorServer.IO.Completion;

/// <summary>
/// The buffers that receives pick from when their bytes have come (provided buffers, io_uring_register(2)): an idle connection has none.
/// The ring that offers them to the kernel and the buffers themselves are one piece of memory.
/// </summary>
internal sealed unsafe class BufferRing : IDisposable
{
    /// <summary>The number that receives name the ring by.</summary>
    public const ushort Group = 0;

    private readonly SharedMemory _memory;
    private readonly BufferEntry* _entries;
    private readonly byte* _buffers;
    private readonly BitArray _lent;
    private ushort _tail;

    /// <summary>Offers all buffers.</summary>
    /// <param name="ring">The io_uring.</param>
    /// <param name="count">How many; rounded up to a power of two, at most 32,768.</param>
    /// <param name="size">Bytes of each.</param>
    public BufferRing(int ring, int count, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1 << 15);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Count = (int)BitOperations.RoundUpToPowerOf2((uint)count);
        Size = size;
        var page = (nuint)Environment.SystemPageSize;
        var entries = ((nuint)(Count * sizeof(BufferEntry)) + page - 1) / page * page;
        _memory = new SharedMemory(entries + (nuint)Count * (nuint)size);
        _entries = (BufferEntry*)_memory.Start;
        _buffers = _memory.Start + entries;
        _lent = new BitArray(Count);
        var registration = new BufferRegistration { Address = (ulong)_entries, Entries = (uint)Count, Group = Group };
        var result = Register(ring, IORING_REGISTER_PBUF_RING, &registration, 1);
        if (result < 0)
        {
            _memory.Dispose();
            throw new SystemCallException($"io_uring_register({Count} buffers)", -result,
                "raise the limit of locked memory (ulimit -l), or use fewer buffers");
        }

        for (var id = 0; id < Count; id++) Offer((ushort)id);
    }

    /// <summary>How many buffers there are.</summary>
    public int Count { get; }

    /// <summary>Bytes of each.</summary>
    public int Size { get; }

    /// <summary>Buffers that nobody holds, as far as completions were taken.</summary>
    public int Free { get; private set; }

    /// <summary>A buffer's memory.</summary>
    public Span<byte> this[ushort id] => new(_buffers + (nuint)id * (nuint)Size, Size);

    /// <summary>Notes that a completion brought a buffer.</summary>
    public void Lend(ushort id)
    {
        _lent[id] = true;
        Free--;
    }

    /// <summary>Offers a lent buffer again.</summary>
    public void Recycle(ushort id)
    {
        // The same memory offered twice would be filled by two connections.
        if (!_lent[id]) throw new InvalidOperationException($"buffer {id} was given back already");
        _lent[id] = false;
        Offer(id);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private void Offer(ushort id)
    {
        // Field by field: where the first entry ends, the ring's tail lies.
        var entry = _entries + (_tail & (Count - 1));
        entry->Address = (ulong)(_buffers + (nuint)id * (nuint)Size);
        entry->Length = (uint)Size;
        entry->Id = id;
        // The entry is complete in memory before the kernel sees it (release).
        Volatile.Write(ref _entries->Tail, ++_tail);
        Free++;
    }
}
