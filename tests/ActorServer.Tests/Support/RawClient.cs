using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorServer.Tests.Support;

/// <summary>A client that sends bytes as told and reads replies as they come: what a well-behaved library would not let us do.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    public RawClient(IPEndPoint server, int? receiveBuffer = null)
    {
        Socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000, SendTimeout = 20_000 };
        if (receiveBuffer is { } size) Socket.ReceiveBufferSize = size;
        Socket.Connect(server);
    }

    public Socket Socket { get; }

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[Socket.Send(bytes)..];
    }

    public Reply Get(string target, string headers = "")
    {
        Send($"GET {target} HTTP/1.1\r\nHost: test\r\n{headers}\r\n");
        return Read();
    }

    /// <summary>Reads one reply.</summary>
    /// <param name="withoutBody">The reply to HEAD has a length and no body.</param>
    public Reply Read(bool withoutBody = false)
    {
        var status = int.Parse(Line().Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var line = Line(); line.Length > 0; line = Line())
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(line[..colon], line[(colon + 1)..].Trim());
        }

        if (withoutBody || status is < 200 or 204 or 304) return new Reply(status, headers, []);
        if (headers.TryGetValue("Content-Length", out var length)) return new Reply(status, headers, Bytes(int.Parse(length, CultureInfo.InvariantCulture)));
        if (!headers.ContainsKey("Transfer-Encoding")) return new Reply(status, headers, ToEnd());
        var body = new List<byte>();
        while (int.Parse(Line(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var size and > 0)
        {
            body.AddRange(Bytes(size));
            Assert.Equal("", Line());
        }

        Assert.Equal("", Line());
        return new Reply(status, headers, [.. body]);
    }

    /// <summary>The server ended its stream in order (FIN): a reset would throw.</summary>
    public void ExpectEnd() => Assert.Empty(ToEnd());

    /// <summary>All bytes until the server ends its stream.</summary>
    public byte[] ToEnd()
    {
        var all = new List<byte>();
        do
        {
            all.AddRange(_buffer.AsSpan(_start, _end - _start));
            _start = _end = 0;
        }
        while (Fill());
        return [.. all];
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            if (_start == _end) Assert.True(Fill(), "the server ended in the middle of a body");
            var part = Math.Min(count - filled, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(filled));
            _start += part;
            filled += part;
        }

        return bytes;
    }

    public string Line()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !Fill()) Assert.Fail($"the server ended in the middle of a line: \"{line}\"");
            var letter = (char)_buffer[_start++];
            if (letter == '\n') return line.ToString().TrimEnd('\r');
            line.Append(letter);
        }
    }

    public void Dispose() => Socket.Dispose();

    private bool Fill()
    {
        _start = 0;
        _end = Socket.Receive(_buffer);
        return _end > 0;
    }
}

/// <summary>A reply as read off the wire.</summary>
internal sealed record Reply(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public bool Closes => Headers.TryGetValue("Connection", out var value) && value == "close";
}
