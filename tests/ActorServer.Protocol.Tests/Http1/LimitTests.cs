using ActorServer.Protocol.Http1;

namespace ActorServer.Protocol.Tests.Http1;

/// <summary>Each limit holds to the byte: the largest that fits is served, one more is refused, however it arrives.</summary>
public sealed class LimitTests
{
    private static readonly HttpLimits Defaults = new();

    [Fact]
    public void DefaultsAreTheDocumentedOnes()
    {
        Assert.Equal(8 * 1024, Defaults.RequestLineBytes);
        Assert.Equal(32 * 1024, Defaults.HeadersBytes);
        Assert.Equal(100, Defaults.HeaderCount);
        Assert.Equal(30_000_000, Defaults.BodyBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpLimits { HeaderCount = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpLimits { BodyBytes = -1 });
    }

    [Theory]
    [InlineData(0, 200, EndReason.ClientClosed)]
    [InlineData(1, 414, EndReason.MaxRequestLineSizeExceeded)]
    [InlineData(5000, 414, EndReason.MaxRequestLineSizeExceeded)]
    public void RequestLine(int beyond, int status, EndReason reason)
    {
        var target = "/" + new string('a', Defaults.RequestLineBytes - "GET / HTTP/1.1".Length + beyond);
        Check($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n", status, reason);
    }

    [Fact]
    public void RequestLineWithoutAnEnd() =>
        Check("GET /" + new string('a', Defaults.RequestLineBytes), 414, EndReason.MaxRequestLineSizeExceeded);

    [Theory]
    [InlineData(0, 200, EndReason.ClientClosed)]
    [InlineData(1, 431, EndReason.MaxRequestHeadersTotalSizeExceeded)]
    [InlineData(9000, 431, EndReason.MaxRequestHeadersTotalSizeExceeded)]
    public void HeadersTotal(int beyond, int status, EndReason reason) =>
        Check($"GET / HTTP/1.1\r\n{Fields(Defaults.HeadersBytes + beyond, lines: 3)}\r\n", status, reason);

    [Fact]
    public void HeaderWithoutAnEnd() =>
        Check("GET / HTTP/1.1\r\nX: " + new string('a', Defaults.HeadersBytes), 431, EndReason.MaxRequestHeadersTotalSizeExceeded);

    [Theory]
    [InlineData(100, 200, EndReason.ClientClosed)]
    [InlineData(101, 431, EndReason.MaxRequestHeaderCountExceeded)]
    public void HeaderCount(int count, int status, EndReason reason) =>
        Check($"GET / HTTP/1.1\r\n{Fields(8000, count)}\r\n", status, reason);

    [Theory]
    [InlineData(0, 200, EndReason.ClientClosed)]
    [InlineData(1, 431, EndReason.MaxRequestHeadersTotalSizeExceeded)]
    public void TrailersTotal(int beyond, int status, EndReason reason) =>
        Check($"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n{Fields(Defaults.HeadersBytes + beyond, 2, "X")}\r\n", status, reason);

    [Theory]
    [InlineData(100, 200, EndReason.ClientClosed)]
    [InlineData(101, 431, EndReason.MaxRequestHeaderCountExceeded)]
    public void TrailerCount(int count, int status, EndReason reason) =>
        Check($"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n{Fields(8000, count, "X")}\r\n", status, reason);

    [Theory]
    [InlineData(1000, 200, EndReason.ClientClosed)]
    [InlineData(1001, 413, EndReason.MaxRequestBodySizeExceeded)]
    public void BodyWithLength(int size, int status, EndReason reason) =>
        Check($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n\r\n{new string('b', size)}", status, reason, Defaults with { BodyBytes = 1000 });

    [Theory]
    [InlineData(1000, 200, EndReason.ClientClosed)]
    [InlineData(1001, 413, EndReason.MaxRequestBodySizeExceeded)]
    public void BodyInChunks(int size, int status, EndReason reason) =>
        Check(
            $"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n{new string('b', 500)}\r\n{size - 500:x}\r\n{new string('b', size - 500)}\r\n0\r\n\r\n",
            status, reason, Defaults with { BodyBytes = 1000 });

    [Theory]
    [InlineData(8, 200, EndReason.ClientClosed)]
    [InlineData(9, 400, EndReason.InvalidRequestLine)]
    public void EmptyLines(int count, int status, EndReason reason) =>
        Check(string.Concat(Enumerable.Repeat("\r\n", count)) + "GET / HTTP/1.1\r\nHost: a\r\n\r\n", status, reason);

    [Fact]
    public void EveryLimitAtOnce()
    {
        var line = $"POST /{new string('a', Defaults.RequestLineBytes - "POST / HTTP/1.1".Length)} HTTP/1.1\r\n";
        var coding = "Transfer-Encoding: chunked\r\n";
        var request = line + coding + Fields(Defaults.HeadersBytes - coding.Length, 99) + "\r\n"
            + $"5;{new string('x', 255)}\r\nhello\r\n0;{new string('x', 255)}\r\n" + Fields(Defaults.HeadersBytes, 100, "X") + "\r\n";
        Check(request, 200, EndReason.ClientClosed);
    }

    /// <summary>Field lines, the first of them Host, of a total size.</summary>
    private static string Fields(int total, int lines, string first = "Host")
    {
        var fields = $"{first}: a\r\n" + string.Concat(Enumerable.Range(1, lines - 2).Select(i => $"X{i}: b\r\n"));
        return fields + $"Y: {new string('c', total - fields.Length - 5)}\r\n";
    }

    private static void Check(string request, int status, EndReason reason, HttpLimits? limits = null)
    {
        foreach (var size in new[] { request.Length, 1, 7, 1000 })
        {
            using var conversation = new Conversation(limits);
            foreach (var piece in request.Chunk(size)) conversation.Receive(new string(piece));
            conversation.End();
            var reply = Assert.Single(Reply.ParseAll([.. conversation.SentText.Select(c => (byte)c)]));
            Assert.Equal(status, reply.Status);
            Assert.Equal(status != 200, reply.Closes);
            Assert.Equal(reason, conversation.Protocol.EndReason);
        }
    }
}
