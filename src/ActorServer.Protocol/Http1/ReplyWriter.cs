using System.Buffers.Text;
using System.Globalization;
using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Http1;

/// <summary>Renders replies (RFC 9112 §4 and §6): the head and what is written of the body in one piece where that is small.</summary>
internal sealed class ReplyWriter(HttpOptions options)
{
    // Bodies up to this size are copied behind their head, so that one send takes both; larger ones are passed on as they are.
    private const int CopiedBody = 16 * 1024;

    // What the fixed parts of a head take at most: status line, date, connection, framing, and the names of the optional fields.
    private const int FixedPart = 320;

    private static readonly byte[]?[] StatusLines = Lines(); // by status

    // The head of the reply before, but for the fields that its handler added: one reply is mostly like the other, for the rest of a second.
    private byte[] _head = [];
    private int _headLength;
    private Kind _kind;

    /// <summary>How the end of a reply's body is told.</summary>
    public enum End
    {
        /// <summary>There is none: it is not sent, or the reply cannot have one.</summary>
        None,

        /// <summary>By its length.</summary>
        Length,

        /// <summary>By a last chunk.</summary>
        Chunks,

        /// <summary>By the end of the connection.</summary>
        Connection,
    }

    /// <summary>Renders a reply's head, and its body if that has been written.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="request">What it is the reply to.</param>
    /// <param name="response">The reply.</param>
    /// <param name="close">Whether the connection ends with it; set as well if it has to.</param>
    /// <returns>How the body's end is told; the body of a source follows accordingly.</returns>
    public End Write(Blocks output, HttpRequest request, HttpResponse response, ref bool close)
    {
        var upgrades = response.Upgrade is not null;
        var bodyless = upgrades || response.Status is 204 or 304;
        var length = response.Body is { } source ? source.Length : response.Length;
        var end = bodyless ? End.None
            : length is not null ? End.Length
            : request.Version == HttpVersion.Http11 ? End.Chunks
            : End.Connection;
        close |= end == End.Connection && !request.IsHead;

        var kind = new Kind
        {
            Date = options.Date.Line,
            Status = upgrades ? 101 : response.Status,
            Upgrade = response.Upgrade,
            Close = close,
            Version = request.Version,
            ContentType = response.ContentType,
            End = end,
            Length = end == End.Length ? length!.Value : 0,
        };
        if (!kind.Is(_kind)) Render(kind);

        var sendsBody = !bodyless && !request.IsHead && !response.Written.IsEmpty;
        var copied = sendsBody && response.Length <= CopiedBody ? (int)response.Length : 0;
        var line = new Line(output.GetSpan(_headLength + (int)response.Headers.Length + 2 + copied));
        line.Add(_head.AsSpan(0, _headLength));
        line.Take(response.Headers);
        line.Add("\r\n"u8);
        line.Take(copied > 0 ? response.Written : null);
        output.Advance(line.Length);

        if (sendsBody && copied == 0) response.Written.MoveTo(output);
        return request.IsHead ? End.None : end;
    }

    /// <summary>Renders the reply to a request that is not accepted. It is the last one on its connection.</summary>
    public void WriteRefusal(Blocks output, int status)
    {
        var line = new Line(output.GetSpan(FixedPart + options.ServerLine.Length));
        line.AddStatus(status);
        line.Add(options.Date.Line);
        line.Add(options.ServerLine);
        line.Add("Connection: close\r\nContent-Length: 0\r\n\r\n"u8);
        output.Advance(line.Length);
    }

    private void Render(in Kind kind)
    {
        var room = FixedPart + options.ServerLine.Length + (kind.ContentType?.Length ?? 0) + (kind.Upgrade?.Length ?? 0);
        if (_head.Length < room) _head = new byte[room];
        var line = new Line(_head);
        line.AddStatus(kind.Status);
        line.Add(kind.Date);
        line.Add(options.ServerLine);
        if (kind.Upgrade is not null) line.AddField("Connection: Upgrade\r\nUpgrade: "u8, kind.Upgrade);
        else if (kind.Close) line.Add("Connection: close\r\n"u8);
        else if (kind.Version == HttpVersion.Http10) line.Add("Connection: keep-alive\r\n"u8);
        if (kind.ContentType is not null) line.AddField("Content-Type: "u8, kind.ContentType);
        if (kind.End == End.Length) line.AddLength(kind.Length);
        else if (kind.End == End.Chunks) line.Add("Transfer-Encoding: chunked\r\n"u8);
        (_headLength, _kind) = (line.Length, kind);
    }

    private static byte[]?[] Lines()
    {
        var lines = new byte[]?[600];
        foreach (var (status, phrase) in Reasons())
        {
            var line = string.Concat("HTTP/1.1 ", status.ToString(CultureInfo.InvariantCulture), " ", phrase) + "\r\n";
            Grammar.Write(line, lines[status] = new byte[line.Length]);
        }

        return lines;
    }

    private static (int Status, string Phrase)[] Reasons() =>
    [
        (101, "Switching Protocols"), (200, "OK"), (201, "Created"), (202, "Accepted"), (203, "Non-Authoritative Information"),
        (204, "No Content"), (205, "Reset Content"), (206, "Partial Content"), (300, "Multiple Choices"), (301, "Moved Permanently"),
        (302, "Found"), (303, "See Other"), (304, "Not Modified"), (307, "Temporary Redirect"), (308, "Permanent Redirect"),
        (400, "Bad Request"), (401, "Unauthorized"), (402, "Payment Required"), (403, "Forbidden"), (404, "Not Found"),
        (405, "Method Not Allowed"), (406, "Not Acceptable"), (407, "Proxy Authentication Required"), (408, "Request Timeout"),
        (409, "Conflict"), (410, "Gone"), (411, "Length Required"), (412, "Precondition Failed"), (413, "Content Too Large"),
        (414, "URI Too Long"), (415, "Unsupported Media Type"), (416, "Range Not Satisfiable"), (417, "Expectation Failed"),
        (421, "Misdirected Request"), (422, "Unprocessable Content"), (425, "Too Early"), (426, "Upgrade Required"),
        (428, "Precondition Required"), (429, "Too Many Requests"), (431, "Request Header Fields Too Large"),
        (451, "Unavailable For Legal Reasons"), (500, "Internal Server Error"), (501, "Not Implemented"), (502, "Bad Gateway"),
        (503, "Service Unavailable"), (504, "Gateway Timeout"), (505, "HTTP Version Not Supported"),
    ];

    /// <summary>What a head says, but for the fields that the handler added.</summary>
    private readonly struct Kind
    {
        /// <summary>The line: another one each second.</summary>
        public byte[] Date { get; init; }

        public int Status { get; init; }

        public string? Upgrade { get; init; }

        public bool Close { get; init; }

        public HttpVersion Version { get; init; }

        public string? ContentType { get; init; }

        public End End { get; init; }

        public long Length { get; init; }

        /// <summary>Whether the heads are the same. Texts are the same when they are the same objects, which is quick to see.</summary>
        public bool Is(in Kind other) =>
            Date == other.Date && Length == other.Length && Status == other.Status && ReferenceEquals(ContentType, other.ContentType)
            && Close == other.Close && Version == other.Version && End == other.End && ReferenceEquals(Upgrade, other.Upgrade);
    }

    /// <summary>Fills a span from its beginning.</summary>
    private ref struct Line(Span<byte> span)
    {
        private readonly Span<byte> _span = span;

        public int Length { get; private set; }

        private readonly Span<byte> Rest => _span[Length..];

        public void Add(scoped ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(Rest);
            Length += bytes.Length;
        }

        public void AddStatus(int status)
        {
            if ((uint)status < StatusLines.Length && StatusLines[status] is { } known)
            {
                Add(known);
                return;
            }
            Add("HTTP/1.1 "u8);
            AddNumber(status);
            Add(" \r\n"u8);   // the phrase may be empty, its space may not (RFC 9112 §4)
        }

        public void AddField(scoped ReadOnlySpan<byte> nameAndColon, string value)
        {
            Add(nameAndColon);
            Grammar.Write(value, Rest);
            Length += value.Length;
            Add("\r\n"u8);
        }

        public void AddLength(long length)
        {
            Add("Content-Length: "u8);
            AddNumber(length);
            Add("\r\n"u8);
        }

        public void Take(Blocks? blocks)
        {
            if (blocks is null || blocks.IsEmpty) return;
            var length = (int)blocks.Length;
            blocks.DrainTo(Rest);
            Length += length;
        }

        private void AddNumber(long number)
        {
            Utf8Formatter.TryFormat(number, Rest, out var written);
            Length += written;
        }
    }
}
