using System.Buffers;
using System.Diagnostics;

namespace ActorServer.Protocol.Buffers;

/// <summary>
/// Bytes received and not yet let go, contiguous, in one pooled array that grows as far as the protocol reads on. Contiguous,
/// because a request's line and fields are handed out as spans; how far it grows is bounded by the limits that the protocol checks.
/// Positions count from the first byte held, so that they survive the buffer's growing and sliding.
/// </summary>
internal sealed class InputBuffer : IDisposable
{
    private const int FirstSize = 16 * 1024;
    private const int LeastRoom = 2 * 1024;

    private byte[]? _array;
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public Span<byte> Bytes => _array.AsSpan(_start, Length);

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(_start, Length);

    /// <summary>Room for at least <paramref name="wanted"/> more bytes.</summary>
    public Memory<byte> Tail(int wanted)
    {
        MakeRoom(wanted);
        return _array.AsMemory(_end);
    }

    /// <inheritdoc cref="Tail"/>
    public Span<byte> TailSpan(int wanted)
    {
        MakeRoom(wanted);
        return _array.AsSpan(_end);
    }

    /// <summary>Takes in what was received into <see cref="Tail"/>.</summary>
    public void Append(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (_array?.Length ?? 0) - _end);
        _end += count;
    }

    /// <summary>Lets go of the first bytes. One that is empty keeps its array for what comes next, unless that has grown.</summary>
    public void Consume(int count)
    {
        Debug.Assert(count <= Length);
        _start += count;
        if (Length > 0) return;
        if (_array is { Length: > FirstSize }) Dispose();
        else _start = _end = 0;
    }

    /// <summary>Lets go of all bytes.</summary>
    public void Clear() => Consume(Length);

    /// <summary>Lets go of what lies behind the first bytes.</summary>
    public void Truncate(int length)
    {
        Debug.Assert(length <= Length);
        _end = _start + length;
    }

    /// <summary>Takes bytes out of the middle: what lies behind moves up.</summary>
    public void Cut(int position, int count)
    {
        if (count == 0) return;
        Bytes[(position + count)..].CopyTo(Bytes[position..]);
        _end -= count;
    }

    /// <summary>Lets go of the array, if it holds nothing.</summary>
    public void ReleaseIfEmpty()
    {
        if (Length == 0) Dispose();
    }

    public bool IsRented => _array is not null;

    /// <summary>Drops everything.</summary>
    public void Dispose()
    {
        if (_array is not null) ArrayPool<byte>.Shared.Return(_array);
        _array = null;
        _start = _end = 0;
    }

    private void MakeRoom(int wanted)
    {
        wanted = Math.Max(wanted, LeastRoom);
        _array ??= ArrayPool<byte>.Shared.Rent(Math.Max(wanted, FirstSize));
        if (_array.Length - _end < wanted)
        {
            var target = _array;
            if (_array.Length - Length < wanted)
                target = ArrayPool<byte>.Shared.Rent(Math.Max(Length + wanted, _array.Length * 2));
            Buffer.BlockCopy(_array, _start, target, 0, Length);
            if (target != _array) ArrayPool<byte>.Shared.Return(_array);
            _array = target;
            _end -= _start;
            _start = 0;
        }
    }
}
