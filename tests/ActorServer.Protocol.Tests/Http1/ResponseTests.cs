using System.Text;
using ActorServer.Protocol.Http1;

namespace ActorServer.Protocol.Tests.Http1;

public sealed class ResponseTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string OldGet = "GET / HTTP/1.0\r\n\r\n";
    private const string Head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void HelloToTheByte()
    {
        using var conversation = new Conversation(handler: exchange =>
        {
            exchange.Response.ContentType = "text/plain";
            exchange.Response.Write("Hello, World!"u8);
        });
        conversation.Receive(Get);
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nServer: ActorServer\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!",
            conversation.SentText);
    }

    [Fact]
    public void AReplyDoesNotDependOnTheOneBefore()
    {
        (string Request, Action<HttpResponse> Fill)[] replies =
        [
            (Get, r => r.Write("a"u8)),
            (Get, r => r.Write("bc"u8)),
            (Get, r => r.Status = 404),
            (Get, r => r.Status = 204),
            (Get, r => r.Status = 299),
            (Get, r => r.ContentType = "text/plain"),
            (Get, r => r.ContentType = "text/html"),
            (Get, r => r.AddHeader("X", "1")),
            (Get, r => r.Close = true),
            (Get, r => r.Upgrade = "websocket"),
            (Get, r => r.Upgrade = "echo"),
            (Get, r => r.Body = new Source(1, null)),
            (Get, r => r.Body = new Source(1, 1)),
            (Head, r => r.Write("a"u8)),
            (OldGet, r => r.Write("a"u8)),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", r => r.Write("a"u8)),
        ];
        // All on this thread: each connection gets the workspace of the one before, which is a new one in the end.
        var (date, shared) = (DateTimeOffset.UnixEpoch, Options(DateTimeOffset.UnixEpoch));
        List<(DateTimeOffset Date, string Request, Action<HttpResponse> Fill, string Sent)> sent = [];
        foreach (var first in replies)
        {
            foreach (var second in replies)
            {
                foreach (var (request, fill) in (IEnumerable<(string, Action<HttpResponse>)>)[first, second, second])
                {
                    sent.Add((date, request, fill, Sent(shared, request, fill)));
                    if (sent.Count % 5 == 0) shared.Date.Set(date += TimeSpan.FromSeconds(1));
                }
            }
        }

        Assert.All(sent, reply => Assert.Equal(Sent(Options(reply.Date), reply.Request, reply.Fill), reply.Sent));

        static HttpOptions Options(DateTimeOffset date) => new() { Date = new HttpDate(date) };

        static string Sent(HttpOptions options, string request, Action<HttpResponse> fill)
        {
            using var protocol = new HttpProtocol(options);
            Give(protocol, request);
            Assert.Equal(Step.Handle, protocol.Next());
            fill(protocol.Exchange.Response);
            protocol.Encode();
            var sent = "";
            while (protocol.Next() == Step.Write)
            {
                sent += Encoding.Latin1.GetString(protocol.Output);
                protocol.Sent(protocol.Output.Length);
            }

            return sent;
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", true)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nX", false)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab", true)]
    [InlineData("GET / HTTP/1.0\r\n\r\n", true)]
    [InlineData("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false)]
    [InlineData("nonsense\r\n\r\n", false)]
    public void APeerIsDoneWhenItSaidSoAndKeepsItsWord(string request, bool done)
    {
        var protocol = Protocol();
        Give(protocol, request);
        if (protocol.Next() == Step.Handle) protocol.Encode();
        Assert.Equal(done, protocol.PeerIsDone);
        protocol.Dispose();
    }

    [Fact]
    public void HeadAndSmallBodyAreOnePiece()
    {
        var protocol = Protocol();
        Give(protocol, Get);
        Assert.Equal(Step.Handle, protocol.Next());
        protocol.Exchange.Response.Write(new byte[16 * 1024]);
        protocol.Encode();
        Assert.Equal(Step.Write, protocol.Next());
        Assert.True(protocol.Output.Length > 16 * 1024);
        protocol.Sent(protocol.Output.Length);
        Assert.Equal(Step.Read, protocol.Next());
        protocol.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(1_000_000)]
    public void WrittenBodiesOfAnySize(int size)
    {
        var body = Pattern(size);
        var reply = Single(Get, r =>
        {
            foreach (var piece in body.Chunk(977)) r.Write(piece);
        });
        Assert.Equal(body, Encoding.Latin1.GetBytes(reply.Body));
    }

    [Fact]
    public void BufferWriterIsTheBody()
    {
        var reply = Single(Get, r =>
        {
            "abc"u8.CopyTo(r.GetSpan(3));
            r.Advance(3);
            r.GetMemory(100_000).Span[..50_000].Fill((byte)'x');
            r.Advance(50_000);
            r.GetSpan(10);
            Encoding.UTF8.GetBytes("é", r);
        });
        Assert.Equal("abc" + new string('x', 50_000) + "Ã©", reply.Body);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(65536)]
    [InlineData(1_000_000)]
    public void SourceOfKnownLength(int size)
    {
        var source = new Source(size, declared: size);
        var reply = Single(Get, r => r.Body = source);
        Assert.Equal(Pattern(size), Encoding.Latin1.GetBytes(reply.Body));
        Assert.Equal(size.ToString(), reply.Headers["Content-Length"]);
        Assert.Equal(1, source.Disposed);
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(1, 1000)]
    [InlineData(15, 1)]
    [InlineData(5000, 17)]
    [InlineData(100_000, 4096)]
    [InlineData(1_000_000, 100_000)]
    public void SourceOfUnknownLengthIsChunked(int size, int piece)
    {
        var source = new Source(size, declared: null, piece);
        var reply = Single(Get, r => r.Body = source);
        Assert.Equal("chunked", reply.Headers["Transfer-Encoding"]);
        Assert.Equal(Pattern(size), Encoding.Latin1.GetBytes(reply.Body));
        Assert.Equal(1, source.Disposed);
    }

    [Fact]
    public void SourceOfUnknownLengthEndsAnOldConnection()
    {
        var source = new Source(100_000, declared: null);
        using var conversation = new Conversation(handler: e => e.Response.Body = source);
        Assert.Equal(Step.Close, conversation.Receive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
        var reply = Assert.Single(Replies(conversation));
        Assert.True(reply.Closes);
        Assert.DoesNotContain("Transfer-Encoding", reply.Headers.Keys);
        Assert.Equal(Pattern(100_000), Encoding.Latin1.GetBytes(reply.Body));
        Assert.Equal(1, source.Disposed);
        Assert.Equal(EndReason.ResponseComplete, conversation.Protocol.EndReason);
    }

    [Theory]
    [InlineData(true, "Content-Length", "100")]
    [InlineData(false, "Transfer-Encoding", "chunked")]
    public void HeadMeasuresASourceWithoutPullingIt(bool known, string field, string value)
    {
        var source = new Source(100, known ? 100 : null);
        var reply = Single(Head, r => r.Body = source);
        Assert.Equal(value, reply.Headers[field]);
        Assert.Equal("", reply.Body);
        Assert.Equal(0, source.Pulled);
        Assert.Equal(1, source.Disposed);
    }

    [Fact]
    public void HeadToldToAnOldClientKeepsTheConnection()
    {
        using var conversation = new Conversation(handler: e => e.Response.Body = new Source(10, declared: null));
        Assert.Equal(Step.Read, conversation.Receive("HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    }

    [Fact]
    public void HeadSaysTheLengthThatGetHas() => Assert.Equal("5", Single(Head, r => r.Write("hello"u8)).Headers["Content-Length"]);

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    public void StatusWithoutABodyHasNone(int status)
    {
        using var conversation = new Conversation(handler: e =>
        {
            e.Response.Status = status;
            e.Response.Write("never"u8);
        });
        conversation.Receive(Get + Get);
        var replies = Replies(conversation);
        Assert.Equal(2, replies.Count);
        Assert.All(replies, r => Assert.DoesNotContain("Content-Length", r.Headers.Keys));
        Assert.DoesNotContain("never", conversation.SentText, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInfiniteSourceTakesABoundedBuffer()
    {
        var source = new Source(long.MaxValue, declared: null);
        var protocol = Protocol();
        Give(protocol, Get);
        protocol.Next();
        protocol.Exchange.Response.Body = source;
        protocol.Encode();
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(Step.Write, protocol.Next());
            Assert.InRange(protocol.Output.Length, 1, 64 * 1024);
            protocol.Sent(Math.Min(protocol.Output.Length, 1000));
        }
        Assert.InRange(source.Pulled, 1, 1000 * 1000 + 2 * 64 * 1024);
        protocol.Refuse(EndReason.MinResponseDataRate);
        Assert.Equal(Step.Close, protocol.Next());
        Assert.Equal(EndReason.MinResponseDataRate, protocol.EndReason);
        Assert.Equal(1, source.Disposed);
        Assert.False(protocol.HoldsBuffer);
    }

    [Fact]
    public void ASourceThatEndsShortAborts()
    {
        var source = new Source(10, declared: 20);
        using var conversation = new Conversation(handler: e => e.Response.Body = source);
        Assert.Equal(Step.Close, conversation.Receive(Get + Get));
        Assert.Equal(EndReason.HandlerCrashed, conversation.Protocol.EndReason);
        Assert.Equal(1, conversation.Handled);
        Assert.Equal(1, source.Disposed);
    }

    [Fact]
    public void ASourceThatOverflowsIsCutAtItsLength()
    {
        using var conversation = new Conversation(handler: e => e.Response.Body = new Source(100, declared: 20));
        Assert.Equal(Step.Read, conversation.Receive(Get));
        Assert.Equal(20, Assert.Single(Replies(conversation)).Body.Length);
    }

    [Fact]
    public void ASourceThatThrowsPassesThroughAndThenAborts()
    {
        var protocol = Protocol();
        Give(protocol, Get + Get);
        protocol.Next();
        var source = new Source(100, declared: 100) { Throws = true };
        protocol.Exchange.Response.Body = source;
        protocol.Encode();
        Assert.Throws<InvalidDataException>(() => protocol.Next());
        protocol.Fail();
        Assert.Equal(Step.Write, protocol.Next());
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(protocol.Output), StringComparison.Ordinal);
        protocol.Sent(protocol.Output.Length);
        Assert.Equal(Step.Close, protocol.Next());
        Assert.Equal(EndReason.HandlerCrashed, protocol.EndReason);
        Assert.Equal(1, source.Disposed);
        protocol.Dispose();
        Assert.False(protocol.HoldsBuffer);
    }

    [Fact]
    public void HeadersAreSentAsAdded()
    {
        var reply = Single(Get, r =>
        {
            r.Status = 299;
            r.AddHeader("X-One", "1");
            r.AddHeader("content-type", "text/html");
            for (var i = 0; i < 100; i++) r.AddHeader($"X-Long-{i}", new string('x', 1000));
            r.Write("body"u8);
        });
        Assert.Equal(299, reply.Status);
        Assert.Equal("1", reply.Headers["X-One"]);
        Assert.Equal("text/html", reply.Headers["Content-Type"]);
        Assert.Equal(1000, reply.Headers["X-Long-99"].Length);
        Assert.Equal("body", reply.Body);
    }

    [Theory]
    [InlineData("X", "a\r\nSet-Cookie: b")]
    [InlineData("X", "a\nb")]
    [InlineData("X", "a\rb")]
    [InlineData("X", "a\0b")]
    [InlineData("X", "a\u0100")]
    [InlineData("X\r\nY", "a")]
    [InlineData("X:", "a")]
    [InlineData("X ", "a")]
    [InlineData("", "a")]
    [InlineData("Content-Length", "5")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("Connection", "close")]
    [InlineData("Date", "now")]
    public void HeadersThatWouldBreakAReplyAreRefused(string name, string value) =>
        Single(Get, r => Assert.Throws<ArgumentException>(() => r.AddHeader(name, value)));

    [Fact]
    public void PropertiesThatWouldBreakAReplyAreRefused() => Single(Get, r =>
    {
        Assert.Throws<ArgumentException>(() => r.ContentType = "a\r\nb");
        Assert.Throws<ArgumentException>(() => r.Upgrade = "a\r\nb");
        Assert.Throws<ArgumentOutOfRangeException>(() => r.Status = 100);
        Assert.Throws<ArgumentOutOfRangeException>(() => r.Status = 600);
        Assert.Throws<ArgumentException>(() => new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch), ServerName = "a\r\nb" });
        r.Body = new Source(0, 0);
        Assert.Throws<InvalidOperationException>(() => r.Write("x"u8));
        r.Body = null;
        r.Write("x"u8);
        Assert.Throws<InvalidOperationException>(() => r.Body = new Source(0, 0));
    });

    [Fact]
    public void ServerAndDateAreTheOptions()
    {
        var date = new HttpDate(DateTimeOffset.UnixEpoch);
        var protocol = new HttpProtocol(new HttpOptions { Date = date, ServerName = null });
        Give(protocol, OldGet);
        protocol.Next();
        date.Set(new DateTimeOffset(2024, 2, 29, 14, 0, 0, TimeSpan.FromHours(2)));
        Assert.Equal("Thu, 29 Feb 2024 12:00:00 GMT"u8, date.Value);
        protocol.Encode();
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nDate: Thu, 29 Feb 2024 12:00:00 GMT\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            Encoding.ASCII.GetString(protocol.Output));
        protocol.Dispose();
    }

    [Fact]
    public void UpgradeHandsOverWhatIsLeft()
    {
        var protocol = Protocol();
        Give(protocol, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nframes");
        Assert.Equal(Step.Handle, protocol.Next());
        protocol.Exchange.Response.Upgrade = "websocket";
        protocol.Exchange.Response.AddHeader("Sec-WebSocket-Accept", "x");
        protocol.Encode();
        Assert.Equal(Step.Write, protocol.Next());
        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nServer: ActorServer\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n",
            Encoding.ASCII.GetString(protocol.Output));
        protocol.Sent(protocol.Output.Length);
        Assert.Equal(Step.Upgrade, protocol.Next());
        Assert.Equal(Phase.Upgraded, protocol.Phase);
        var rest = new byte[4];
        Assert.Equal(4, protocol.TakeBuffered(rest));
        Assert.Equal("fram"u8.ToArray(), rest);
        Assert.Equal(2, protocol.TakeBuffered(rest));
        Assert.Equal(0, protocol.TakeBuffered(rest));
        Assert.False(protocol.HoldsBuffer);
        protocol.Dispose();
    }

    [Fact]
    public void ClearForgetsEverything()
    {
        var source = new Source(1, 1);
        var reply = Single(Get, r =>
        {
            r.Status = 404;
            r.AddHeader("X", "y");
            r.ContentType = "text/plain";
            r.Close = true;
            r.Body = source;
            r.Clear();
        });
        Assert.Equal((200, "", false), (reply.Status, reply.Body, reply.Closes));
        Assert.Equal(["Date", "Server", "Content-Length"], reply.Headers.Keys);
        Assert.Equal(1, source.Disposed);
    }

    private static HttpProtocol Protocol() => new(new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch) });

    private static void Give(HttpProtocol protocol, string text) =>
        protocol.Received(Encoding.Latin1.GetBytes(text, protocol.Input(text.Length)));

    private static List<Reply> Replies(Conversation conversation) => Reply.ParseAll(Encoding.Latin1.GetBytes(conversation.SentText));

    private static Reply Single(string request, Action<HttpResponse> fill)
    {
        using var conversation = new Conversation(handler: e => fill(e.Response)) { SendSize = 10_000 };
        conversation.Receive(request);
        var reply = Assert.Single(Reply.ParseAll(Encoding.Latin1.GetBytes(conversation.SentText)));
        Assert.Equal(Phase.Idle, conversation.Protocol.Phase);
        Assert.False(conversation.Protocol.HoldsBuffer);
        return reply;
    }

    private static byte[] Pattern(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7 + i / 251))];

    private sealed class Source(long size, long? declared, int piece = int.MaxValue) : IBodySource
    {
        public long Pulled { get; private set; }

        public int Disposed { get; private set; }

        public bool Throws { get; init; }

        public long? Length => declared;

        public int Fill(Span<byte> destination)
        {
            Assert.False(destination.IsEmpty);
            if (Throws) throw new InvalidDataException();
            var count = (int)Math.Min(Math.Min(destination.Length, piece), size - Pulled);
            for (var i = 0; i < count; i++, Pulled++) destination[i] = (byte)(Pulled * 7 + Pulled / 251);
            return count;
        }

        public void Dispose() => Disposed++;
    }
}
