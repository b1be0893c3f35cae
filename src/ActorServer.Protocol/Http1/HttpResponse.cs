using System.Buffers;
using System.Text;
using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Http1;

/// <summary>
/// The reply to fill. The body is written (it is an <see cref="IBufferWriter{T}"/>), or comes from a <see cref="Body"/> source.
/// Length, chunking, date, server and persistence are the protocol's to say. The object is reused: it is valid until it is encoded.
/// </summary>
public sealed class HttpResponse : IBufferWriter<byte>
{
    private static readonly string[] Reserved =
        ["Connection", "Content-Length", "Date", "Keep-Alive", "Server", "Transfer-Encoding", "Upgrade"];

    private IBodySource? _body;
    private string? _acceptedType; // the last one: handlers mostly set the same text, which is checked once

    internal Blocks Headers { get; } = new(keeps: true);

    internal Blocks Written { get; } = new(keeps: true);

    internal bool HoldsBuffer => Headers.IsRented || Written.IsRented;

    /// <summary>The status code (RFC 9110 §15), 200 to 599; 200 unless told.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another code: interim replies are the protocol's.</exception>
    public int Status
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 200);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 599);
            field = value;
        }
    } = 200;

    /// <summary>The body's media type, or null for none.</summary>
    /// <exception cref="ArgumentException">The text cannot stand in a field value.</exception>
    public string? ContentType
    {
        get;
        set
        {
            if (value is not null && !ReferenceEquals(value, _acceptedType))
            {
                if (!Grammar.IsFieldValue(value)) throw new ArgumentException("Not a field value.", nameof(value));
                _acceptedType = value;
            }

            field = value;
        }
    }

    /// <summary>Whether the connection closes after this reply.</summary>
    public bool Close { get; set; }

    /// <summary>
    /// The protocol to switch to, for example <c>websocket</c>: the reply is then 101 (RFC 9110 §7.8) with the fields added, without a
    /// body, and the next step after it is <see cref="Step.Upgrade"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The text cannot stand in a field value.</exception>
    public string? Upgrade
    {
        get;
        set
        {
            if (value is not null && !Grammar.IsFieldValue(value)) throw new ArgumentException("Not a field value.", nameof(value));
            field = value;
        }
    }

    /// <summary>A source to pull the body from, in place of a written one. The protocol disposes it.</summary>
    /// <exception cref="InvalidOperationException">The body has been written to.</exception>
    public IBodySource? Body
    {
        get => _body;
        set
        {
            if (value is not null && !Written.IsEmpty) throw new InvalidOperationException("The body has been written to.");
            if (!ReferenceEquals(_body, value)) _body?.Dispose();
            _body = value;
        }
    }

    /// <summary>Bytes of body written so far.</summary>
    public long Length => Written.Length;

    /// <summary>Adds a field line.</summary>
    /// <param name="name">A token; none of the fields that the protocol writes itself.</param>
    /// <param name="value">Latin-1 text without control characters.</param>
    /// <exception cref="ArgumentException">Name or value cannot be sent as a field, or the field is the protocol's to write.</exception>
    public void AddHeader(string name, string value)
    {
        if (!Grammar.IsToken(name)) throw new ArgumentException("Not a field name.", nameof(name));
        if (!Grammar.IsFieldValue(value)) throw new ArgumentException("Not a field value.", nameof(value));
        if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
        {
            ContentType = value;
            return;
        }
        foreach (var reserved in Reserved)
            if (name.Equals(reserved, StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException($"{reserved} is the protocol's to write; see the properties of the response.", nameof(name));

        var size = name.Length + value.Length + 4;
        var line = Headers.GetSpan(size);
        Grammar.Write(name, line);
        ": "u8.CopyTo(line[name.Length..]);
        Grammar.Write(value, line[(name.Length + 2)..]);
        "\r\n"u8.CopyTo(line[(size - 2)..]);
        Headers.Advance(size);
    }

    /// <summary>Appends bytes to the body.</summary>
    /// <param name="bytes">The bytes; they are copied.</param>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Writable();
        Written.Write(bytes);
    }

    /// <summary>Appends bytes to the body.</summary>
    /// <param name="bytes">The bytes, for example a request's body; they are copied.</param>
    public void Write(in ReadOnlySequence<byte> bytes)
    {
        Writable();
        foreach (var part in bytes) Written.Write(part.Span);
    }

    /// <summary>Appends text to the body, as UTF-8.</summary>
    /// <param name="text">The text.</param>
    public void Write(string text)
    {
        Writable();
        Encoding.UTF8.GetBytes(text, this);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Writable();
        return Written.GetMemory(sizeHint);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Writable();
        return Written.GetSpan(sizeHint);
    }

    /// <inheritdoc/>
    public void Advance(int count) => Written.Advance(count);

    /// <summary>Forgets everything filled in, so that another reply can take its place.</summary>
    public void Clear()
    {
        Status = 200;
        ContentType = null;
        Close = false;
        Upgrade = null;
        Body = null;
        Headers.Clear();
        Written.Clear();
    }

    /// <summary>Gives the buffers back.</summary>
    internal void Release()
    {
        Headers.Dispose();
        Written.Dispose();
    }

    /// <summary>Hands the body source over: its new owner disposes it.</summary>
    internal IBodySource? TakeBody()
    {
        var body = _body;
        _body = null;
        return body;
    }

    private void Writable()
    {
        if (Body is not null) throw new InvalidOperationException("The body comes from a source.");
    }
}
