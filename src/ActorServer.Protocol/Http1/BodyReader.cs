using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Http1;

/// <summary>
/// Moves a request's body out of the input, chunk framing removed (RFC 9112 §6 and §7.1). Chunk lines are held to the grammar to the
/// byte: lenient readers of them are what smuggled requests pass through.
/// </summary>
internal sealed class BodyReader(HttpLimits limits)
{
    private enum State
    {
        Data,        // of a body with a length
        ChunkLine,
        ChunkData,
        ChunkEnd,
        Trailer,
        Done,
    }

    // 16 digits fill 64 bits; more are zeros or nonsense. White space before an extension counts as part of it.
    private const int MaxSizeDigits = 16;

    // With the head before it, this still fits in a block of 64 KiB.
    private const int LargestRead = 32 * 1024;

    private readonly FieldReader _trailer = new(limits);
    private State _state;
    private long _remaining;   // of the body, or of the chunk

    public Refusal Refusal { get; private set; }

    /// <summary>How much is known to be still to come; a hint for the size of the next read.</summary>
    public int Expected => (int)Math.Min(_remaining, LargestRead);

    public bool IsDone => _state == State.Done;

    public void Begin(Framing framing)
    {
        _trailer.Clear();
        _remaining = framing.Length ?? 0;
        _state = framing.IsChunked ? State.ChunkLine : _remaining > 0 ? State.Data : State.Done;
    }

    /// <summary>Reads on.</summary>
    /// <param name="input">The input; the request begins at its start.</param>
    /// <param name="start">Where in it the body's next byte lies.</param>
    /// <param name="request">The request, for its trailers.</param>
    /// <param name="body">Where the body goes.</param>
    /// <param name="position">Where in the input reading stopped: all before it is dealt with.</param>
    public Progress Read(InputBuffer input, int start, HttpRequest request, Blocks body, out int position)
    {
        position = start;
        while (_state != State.Done)
        {
            ReadOnlySpan<byte> bytes = input.Bytes[position..];
            var before = _state;
            switch (_state)
            {
                case State.Data or State.ChunkData:
                    var count = (int)Math.Min(_remaining, bytes.Length);
                    body.Write(bytes[..count]);
                    position += count;
                    _remaining -= count;
                    if (_remaining == 0) _state = before == State.Data ? State.Done : State.ChunkEnd;
                    break;

                case State.ChunkLine:
                    var line = ReadChunkLine(bytes, out var length);
                    if (line == Progress.Refused) return line;
                    if (line == Progress.More) break;
                    if (_remaining > limits.BodyBytes - body.Length) return Refuse(Refusal.BodySize);
                    position += length;
                    _state = _remaining == 0 ? State.Trailer : State.ChunkData;
                    break;

                case State.ChunkEnd:
                    if (bytes.IsEmpty || bytes is [(byte)'\r']) break;
                    if (bytes is not [(byte)'\r', (byte)'\n', ..]) return Refuse(Refusal.Framing);
                    position += 2;
                    _state = State.ChunkLine;
                    break;

                case State.Trailer:
                    var trailer = _trailer.Read(bytes);
                    if (trailer == Progress.Refused) return Refuse(_trailer.Refusal);
                    if (trailer == Progress.More) break;
                    if (!ParseTrailer(input, position, request)) return Refuse(Refusal.Framing);
                    position += _trailer.Length;
                    _state = State.Done;
                    break;
            }
            if (_state == before) return Progress.More;
        }
        return Progress.Done;
    }

    /// <summary>Reads <c>chunk-size [ chunk-ext ] CRLF</c> into <see cref="_remaining"/>.</summary>
    private Progress ReadChunkLine(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        long size = 0;
        var digits = 0;
        for (; digits < bytes.Length && Grammar.HexValue(bytes[digits]) is >= 0 and var value; digits++)
        {
            if (digits == MaxSizeDigits || size > long.MaxValue >> 4) return Refuse(Refusal.Framing);
            size = size << 4 | (long)value;
        }
        if (digits == bytes.Length) return Progress.More;
        if (digits == 0) return Refuse(Refusal.Framing);

        var rest = bytes[digits..];
        var found = rest.IndexOf((byte)'\n');
        var extension = found < 0 ? rest : rest[..found];
        var ended = extension is [.., (byte)'\r'];
        if (ended) extension = extension[..^1];
        if (extension.Length > limits.ChunkExtensionBytes || !IsExtension(extension, whole: found >= 0) || (found >= 0 && !ended)) return Refuse(Refusal.Framing);
        if (found < 0) return Progress.More;

        _remaining = size;
        length = digits + found + 1;
        return Progress.Done;
    }

    // Nothing, or white space up to a semicolon and then anything printable. White space alone may go on to be that.
    private static bool IsExtension(ReadOnlySpan<byte> text, bool whole)
    {
        if (Grammar.HasControl(text)) return false;
        var start = text.TrimStart(" \t"u8);
        return start.IsEmpty ? text.IsEmpty || !whole : start[0] == ';';
    }

    /// <summary>Takes the trailer apart; fields that would frame or route the message anew are not welcome (RFC 9110 §6.5.1).</summary>
    private bool ParseTrailer(InputBuffer input, int start, HttpRequest request)
    {
        if (!HeadReader.Parse(input, start, _trailer.Length, new HeadReader.Parsed(request, request.Trailers, framing: null))) return false;
        return !request.Trailers.TryGet("content-length"u8, out _)
            && !request.Trailers.TryGet("transfer-encoding"u8, out _)
            && !request.Trailers.TryGet("host"u8, out _);
    }

    private Progress Refuse(Refusal refusal)
    {
        Refusal = refusal;
        return Progress.Refused;
    }
}
