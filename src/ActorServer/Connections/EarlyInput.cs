using System.Buffers;

namespace ActorServer.Connections;

/// <summary>
/// Bytes that a client sent before the protocol wanted them, out of the buffers that all connections of a loop share. Pooled, and nothing
/// while empty.
/// </summary>
internal sealed class EarlyInput : IDisposable
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Keeps bytes for later.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _end < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_end - _start + bytes.Length);
            _bytes.AsSpan(_start, _end - _start).CopyTo(larger);
            (_end, _start) = (_end - _start, 0);
            GiveBack();
            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Moves the first bytes elsewhere; how many.</summary>
    public int Take(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, _end - _start);
        _bytes.AsSpan(_start, count).CopyTo(destination);
        _start += count;
        if (IsEmpty) Dispose();
        return count;
    }

    /// <summary>Drops everything.</summary>
    public void Dispose()
    {
        _start = _end = 0;
        GiveBack();
        _bytes = [];
    }

    private void GiveBack()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
    }
}
