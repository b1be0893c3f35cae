using System.Buffers.Text;

namespace ActorServer.Protocol.Http1;

/// <summary>
/// The current date as replies carry it (IMF-fixdate, RFC 9110 §5.6.7): a cell shared by all connections. The server sets it about
/// once a second, from any thread; connections read it without a lock.
/// </summary>
public sealed class HttpDate
{
    private const int Length = 29; // "Sun, 06 Nov 1994 08:49:37 GMT"

    private byte[] _line = [];

    /// <summary>A cell that holds the given time.</summary>
    /// <param name="now">The current time.</param>
    public HttpDate(DateTimeOffset now) => Set(now);

    /// <summary>Sets the time that replies carry from now on.</summary>
    /// <param name="now">The current time.</param>
    public void Set(DateTimeOffset now)
    {
        var line = new byte["Date: "u8.Length + Length + "\r\n"u8.Length];
        "Date: "u8.CopyTo(line);
        _ = Utf8Formatter.TryFormat(now, line.AsSpan("Date: "u8.Length), out _, 'R');
        "\r\n"u8.CopyTo(line.AsSpan(line.Length - 2));
        Volatile.Write(ref _line, line);
    }

    /// <summary>The 29 bytes of the date.</summary>
    public ReadOnlySpan<byte> Value => Line.AsSpan()[6..^2];

    /// <summary>The whole field line, line end included. The same object until the next time is set; nobody changes it.</summary>
    internal byte[] Line => Volatile.Read(ref _line);
}
