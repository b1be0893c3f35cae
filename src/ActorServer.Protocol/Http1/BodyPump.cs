using System.Buffers.Text;
using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Http1;

/// <summary>Pulls a reply's body from its source into the output, a bounded piece at a time, framed as its head announced (RFC 9112 §7.1).</summary>
internal sealed class BodyPump(HttpLimits limits) : IDisposable
{
    // A chunk that fits in a block of 64 KiB with its frame has at most four digits before its line end.
    private const int ChunkHead = 6;
    private const int ChunkTail = 2;
    private const int LeastPiece = 256;

    private IBodySource? _source;
    private ReplyWriter.End _end;
    private long _remaining;

    /// <summary>Whether nothing has been pulled yet: the first piece goes out with the head.</summary>
    public bool IsFresh { get; private set; }

    public void Begin(IBodySource source, ReplyWriter.End end)
    {
        _source = source;
        _end = end;
        _remaining = source.Length ?? long.MaxValue;
        IsFresh = true;
    }

    /// <summary>Adds the next piece.</summary>
    /// <returns>More while the source goes on; Refused if it ended before its announced length.</returns>
    public Progress Pull(Blocks output)
    {
        IsFresh = false;
        var size = Math.Clamp(limits.OutputBytes, LeastPiece, Blocks.LargestBlock);
        if (_end == ReplyWriter.End.Chunks) return PullChunk(output, size);

        if (_remaining > 0)
        {
            var span = output.GetSpan((int)Math.Min(size, _remaining));
            var count = Fill(span[..(int)Math.Min(span.Length, _remaining)]);
            output.Advance(count);
            _remaining -= count;
            if (count == 0 && _end == ReplyWriter.End.Length) return Progress.Refused;
            if (count > 0 && _remaining > 0) return Progress.More;
        }
        return Progress.Done;
    }

    public void Dispose()
    {
        // First forgotten: one that throws is not to throw again when the connection ends.
        var source = _source;
        _source = null;
        source?.Dispose();
    }

    private Progress PullChunk(Blocks output, int size)
    {
        var span = output.GetSpan(size);
        var count = Fill(span[ChunkHead..Math.Min(size, span.Length - ChunkTail)]);
        if (count == 0)
        {
            output.Write("0\r\n\r\n"u8);
            return Progress.Done;
        }

        Utf8Formatter.TryFormat(count, span, out var digits, 'x');
        "\r\n"u8.CopyTo(span[digits..]);
        // Short chunks have short heads: close the gap.
        if (digits + 2 < ChunkHead) span.Slice(ChunkHead, count).CopyTo(span[(digits + 2)..]);
        "\r\n"u8.CopyTo(span[(digits + 2 + count)..]);
        output.Advance(digits + 2 + count + ChunkTail);
        return Progress.More;
    }

    private int Fill(Span<byte> destination)
    {
        var count = _source!.Fill(destination);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)destination.Length, nameof(count));
        return count;
    }
}
