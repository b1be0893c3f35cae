using System.Buffers.Text;

namespace ActorServer.Bench.Load;

/// <summary>
/// Finds the end of one HTTP/1.1 reply after the other in a stream of bytes: the status, the framing (RFC 9112 section 6) and nothing else.
/// Whole input and byte-at-a-time input give the same; allocates nothing once it is warm.
/// </summary>
public sealed class ReplyParser
{
    private const int LongestHead = 64 * 1024;

    private enum State { Head, Body, BodyToEnd, ChunkSize, ChunkData, ChunkEnd, Trailer }

    private byte[] _head = []; // what came of a head that is not complete yet, or of a line of a chunked body
    private int _headLength;
    private State _state;
    private long _left;

    /// <summary>The status of the last complete reply.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the server said that it closes the connection after this reply.</summary>
    public bool Close { get; private set; }

    /// <summary>Whether a reply has begun that ends with the stream, for want of another end.</summary>
    public bool EndsWithStream => _state == State.BodyToEnd;

    /// <summary>Forgets the connection: the next bytes are another one's first.</summary>
    public void Reset() => (_state, _headLength, _left, Status, Close) = (State.Head, 0, 0, 0, false);

    /// <summary>Takes bytes until a reply is complete.</summary>
    /// <param name="bytes">What arrived.</param>
    /// <param name="complete">Whether a reply ended within them.</param>
    /// <returns>How many bytes were taken: all of them unless a reply is complete.</returns>
    /// <exception cref="InvalidDataException">This is not HTTP/1.1, or not framed in a way it knows.</exception>
    public int Take(ReadOnlySpan<byte> bytes, out bool complete)
    {
        complete = false;
        var taken = 0;
        while (!complete && taken < bytes.Length)
        {
            var rest = bytes[taken..];
            taken += _state switch
            {
                State.Head => TakeHead(rest, out complete),
                State.Body => Skip(rest, out complete),
                State.ChunkData => Skip(rest, out _),
                State.BodyToEnd => rest.Length,
                _ => TakeLine(rest, out complete),
            };
        }

        return taken;
    }

    private int TakeHead(ReadOnlySpan<byte> bytes, out bool complete)
    {
        complete = false;
        var end = SplitEnd(bytes);
        if (end < 0) end = bytes.IndexOf("\r\n\r\n"u8) is var at and >= 0 ? at + 4 : -1;
        if (end < 0)
        {
            Keep(bytes);
            return bytes.Length;
        }

        if (_headLength == 0)
        {
            complete = Begin(bytes[..(end - 2)]);
            return end;
        }

        Keep(bytes[..end]);
        var length = _headLength - 2;
        _headLength = 0;
        complete = Begin(_head.AsSpan(0, length));
        return end;
    }

    /// <summary>How many of the bytes complete an empty line that what came before has begun; -1 when it has not.</summary>
    private int SplitEnd(ReadOnlySpan<byte> bytes)
    {
        var empty = "\r\n\r\n"u8;
        for (var missing = 1; missing < empty.Length; missing++)
        {
            if (_head.AsSpan(0, _headLength).EndsWith(empty[..^missing]) && bytes.StartsWith(empty[^missing..])) return missing;
        }

        return -1;
    }

    /// <summary>Reads a complete head, each line with its end.</summary>
    /// <returns>Whether the reply ends with it.</returns>
    private bool Begin(ReadOnlySpan<byte> head)
    {
        // HTTP/1.1 200 OK
        if (head.Length < 14 || !head.StartsWith("HTTP/1."u8) || !Utf8Parser.TryParse(head[9..12], out int status, out var digits) || digits != 3)
            throw new InvalidDataException("the reply does not begin with a status line of HTTP/1.x");
        long length = -1;
        var chunked = false;
        var close = head[7] == '0';
        var lines = head[(head.IndexOf((byte)'\n') + 1)..];
        while (lines.Length > 0)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = lines[..end].TrimEnd((byte)'\r');
            lines = lines[(end + 1)..];
            if (line.Length < 11) continue;
            // Only these begin with c or t.
            switch (line[0] | 0x20)
            {
                case 'c' when Value(line, "content-length"u8, out var value):
                    if (!Utf8Parser.TryParse(value, out length, out var used) || used != value.Length || length < 0)
                        throw new InvalidDataException("the reply has a Content-Length that is no number");
                    break;
                case 'c' when Value(line, "connection"u8, out var value):
                    close = System.Text.Ascii.EqualsIgnoreCase(value, "close"u8) || (close && !System.Text.Ascii.EqualsIgnoreCase(value, "keep-alive"u8));
                    break;
                case 't' when Value(line, "transfer-encoding"u8, out var value):
                    chunked = System.Text.Ascii.EqualsIgnoreCase(value, "chunked"u8)
                        ? true : throw new InvalidDataException("the reply has a Transfer-Encoding other than chunked");
                    break;
                default: break;
            }
        }

        if (status is >= 100 and < 200) return false; // interim: the final one follows (RFC 9110 section 15.2)
        (Status, Close, _left) = (status, close, length);
        _state = status is 204 or 304 ? State.Head
            : chunked ? State.ChunkSize
            : length > 0 ? State.Body
            : length == 0 ? State.Head
            : State.BodyToEnd;
        if (_state == State.BodyToEnd) Close = true;
        return _state == State.Head;
    }

    private int Skip(ReadOnlySpan<byte> bytes, out bool complete)
    {
        var count = (int)Math.Min(_left, bytes.Length);
        _left -= count;
        complete = _left == 0;
        if (complete) _state = _state == State.ChunkData ? State.ChunkEnd : State.Head;
        return count;
    }

    /// <summary>A line of a chunked body: a size, the end of a chunk, or a trailer field (RFC 9112 section 7.1).</summary>
    private int TakeLine(ReadOnlySpan<byte> bytes, out bool complete)
    {
        complete = false;
        var end = bytes.IndexOf((byte)'\n');
        Keep(end < 0 ? bytes : bytes[..(end + 1)]);
        if (end < 0) return bytes.Length;
        var line = _head.AsSpan(0, _headLength).TrimEnd("\r\n"u8);
        _headLength = 0;
        if (_state == State.ChunkSize)
        {
            if (!Utf8Parser.TryParse(line, out long size, out var digits, 'x') || size < 0 || (digits < line.Length && line[digits] is not ((byte)';' or (byte)' ')))
                throw new InvalidDataException("the reply has a chunk without a size");
            _left = size;
            _state = size == 0 ? State.Trailer : State.ChunkData;
        }
        else if (_state == State.ChunkEnd)
        {
            _state = line.IsEmpty ? State.ChunkSize : throw new InvalidDataException("a chunk of the reply is longer than its size");
        }
        else if (line.IsEmpty)
        {
            _state = State.Head;
            complete = true;
        }

        return end + 1;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_headLength + bytes.Length > LongestHead) throw new InvalidDataException($"the reply has a head of more than {LongestHead} bytes");
        if (_headLength + bytes.Length > _head.Length) Array.Resize(ref _head, Math.Max(512, 2 * (_headLength + bytes.Length)));
        bytes.CopyTo(_head.AsSpan(_headLength));
        _headLength += bytes.Length;
    }

    private static bool Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (line.Length <= name.Length || line[name.Length] != ':' || !System.Text.Ascii.EqualsIgnoreCase(line[..name.Length], name)) return false;
        value = line[(name.Length + 1)..].Trim(" \t"u8);
        return true;
    }
}
