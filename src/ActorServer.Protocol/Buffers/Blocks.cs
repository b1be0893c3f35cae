using System.Buffers;
using System.Diagnostics;

namespace ActorServer.Protocol.Buffers;

/// <summary>
/// A queue of bytes in pooled blocks of at most 64 KiB: written at one end, taken from the other, and moved from queue to queue
/// without copying. Request bodies, reply bodies and output are such queues.
/// </summary>
/// <param name="keeps">
/// Whether one that is empty keeps a first block for what comes next, until <see cref="Dispose"/>; otherwise it holds none.
/// </param>
internal sealed class Blocks(bool keeps = false) : IBufferWriter<byte>, IDisposable
{
    /// <summary>The size that blocks grow to; a writer that asks for more in one piece gets it.</summary>
    public const int LargestBlock = 64 * 1024;

    private const int FirstBlock = 4 * 1024;

    private Block? _first;
    private Block? _last;
    private Block? _spare;    // one empty block object, so that a steady connection allocates none; its array is kept, too, or empty
    private int _taken;       // of the first block

    /// <summary>Bytes held.</summary>
    public long Length { get; private set; }

    public bool IsEmpty => Length == 0;

    public bool IsRented => _first is not null || _spare is { Array.Length: > 0 };

    /// <summary>The first bytes, as many as lie together.</summary>
    public ReadOnlyMemory<byte> First => _first is null ? default : _first.Array.AsMemory(_taken, _first.Count - _taken);

    /// <summary>The same, and quicker: a memory asks what it is made of.</summary>
    public ReadOnlySpan<byte> FirstSpan => _first is null ? default : _first.Array.AsSpan(_taken, _first.Count - _taken);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var block = Room(sizeHint);
        return block.Array.AsMemory(block.Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        var block = Room(sizeHint);
        return block.Array.AsSpan(block.Count);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _last is null ? 0 : _last.Array.Length - _last.Count);
        if (count == 0) return;
        _last!.Count += count;
        Length += count;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = GetSpan();
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Lets go of the first bytes.</summary>
    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _first is null ? 0 : _first.Count - _taken);
        _taken += count;
        Length -= count;
        while (_first is not null && _taken == _first.Count) DropFirst();
    }

    /// <summary>Copies everything and lets go of it; the destination has room for it.</summary>
    public void DrainTo(Span<byte> destination)
    {
        while (_first is not null)
        {
            var bytes = FirstSpan;
            bytes.CopyTo(destination);
            destination = destination[bytes.Length..];
            DropFirst();
        }
        Length = 0;
    }

    /// <summary>Gives everything to another queue, behind what that one holds.</summary>
    public void MoveTo(Blocks other)
    {
        if (_first is null) return;
        if (other.IsEmpty) other.Clear();
        Debug.Assert(_taken == 0, "Only an untouched queue moves: the other one counts what is taken of its own first block.");
        if (other._last is null) other._first = _first;
        else other._last.Following = _first;
        other._last = _last;
        other.Length += Length;
        _first = _last = null;
        Length = 0;
    }

    /// <summary>Everything held, for reading. Valid until the queue changes.</summary>
    public ReadOnlySequence<byte> Sequence
    {
        get
        {
            if (_first is null) return default;
            if (_first == _last) return new ReadOnlySequence<byte>(_first.Array, _taken, _first.Count - _taken);
            long index = 0;
            for (var block = _first; block is not null; block = block.Following) index = block.Place(index);
            return new ReadOnlySequence<byte>(_first, _taken, _last!, _last!.Count);
        }
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_first is not null) DropFirst();
        Length = 0;
    }

    /// <summary>Drops everything, with all memory.</summary>
    public void Dispose()
    {
        Clear();
        if (_spare is { Array.Length: > 0 }) Return(_spare);
    }

    private Block Room(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_last is not null && _last.Array.Length - _last.Count >= Math.Max(sizeHint, 1)) return _last;

        var size = _last is null ? FirstBlock : Math.Min(_last.Array.Length * 4, LargestBlock);
        size = Math.Max(size, sizeHint);
        if (_last is { Count: 0 })
        {
            // Asked for, never filled, and too small now.
            Return(_last);
            _last.Array = ArrayPool<byte>.Shared.Rent(size);
            return _last;
        }

        var block = _spare ?? new Block();
        _spare = null;
        if (block.Array.Length < size)
        {
            if (block.Array.Length > 0) Return(block);
            block.Array = ArrayPool<byte>.Shared.Rent(size);
        }

        block.Count = 0;
        if (_last is null) _first = block;
        else _last.Following = block;
        _last = block;
        return block;
    }

    private void DropFirst()
    {
        if (_first is not { } block) return;
        _first = block.Following;
        if (_first is null) _last = null;
        _taken = 0;
        block.Following = null;
        var hasSpare = _spare is { Array.Length: > 0 };
        if (hasSpare || !keeps || block.Array.Length != FirstBlock) Return(block);
        if (!hasSpare) _spare = block;
    }

    private static void Return(Block block)
    {
        ArrayPool<byte>.Shared.Return(block.Array);
        block.Array = [];
    }

    private sealed class Block : ReadOnlySequenceSegment<byte>
    {
        public byte[] Array = [];
        public int Count;

        public Block? Following
        {
            get => (Block?)Next;
            set => Next = value;
        }

        public long Place(long index)
        {
            Memory = Array.AsMemory(0, Count);
            RunningIndex = index;
            return index + Count;
        }
    }
}
