using System.Text;
using ActorServer.Bench.Load;

namespace ActorServer.Bench.Tests.Load;

/// <summary>Where replies end.</summary>
public sealed class ReplyParserTests
{
    private const string Hello = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";

    public static TheoryData<string, int, bool> Replies => new()
    {
        { Hello, 200, false },
        { "HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n", 404, false },
        { "HTTP/1.1 204 No Content\r\n\r\n", 204, false },
        { "HTTP/1.1 200 OK\r\nCONNECTION: Close\r\nCONTENT-LENGTH:  2 \r\n\r\nok", 200, true },
        { "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n1", 200, true },
        { "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n1", 200, false },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nabc", 201, false },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\nA;name=value\r\n0123456789\r\n0\r\nTrailer: yes\r\n\r\n", 200, false },
        { "HTTP/1.1 200 OK\r\nX: \r\nContent-Length: 5\r\nY: z\r\n\r\n\r\n\r\n!", 200, false },
    };

    [Theory, MemberData(nameof(Replies))]
    public void A_reply_ends_at_the_same_place_however_it_is_split(string text, int status, bool close)
    {
        var bytes = Encoding.ASCII.GetBytes(text + "HTTP/1.1 the next");
        var end = text.Length;
        for (var split = 1; split < bytes.Length; split++)
        {
            Check([split, bytes.Length]);
            for (var second = split + 1; second < bytes.Length; second++) Check([split, second, bytes.Length]);
        }

        Check([.. Enumerable.Range(1, bytes.Length)]);
        Check([bytes.Length]);

        void Check(int[] ends)
        {
            var parser = new ReplyParser();
            var at = 0;
            foreach (var upTo in ends)
            {
                at += parser.Take(bytes.AsSpan(at, upTo - at), out var complete);
                Assert.True(complete || at == upTo);
                Assert.Equal(at == end, complete);
                if (!complete) continue;
                Assert.Equal((status, close, false), (parser.Status, parser.Close, parser.EndsWithStream));
                return;
            }

            Assert.Fail("the reply did not end");
        }
    }

    [Fact]
    public void One_reply_is_taken_at_a_time()
    {
        var parser = new ReplyParser();
        var two = Encoding.ASCII.GetBytes(Hello + Hello);
        Assert.Equal(Hello.Length, parser.Take(two, out var complete));
        Assert.True(complete);
        Assert.Equal(Hello.Length, parser.Take(two.AsSpan(Hello.Length), out complete));
        Assert.True(complete);
    }

    [Fact]
    public void Without_framing_a_reply_ends_with_the_stream()
    {
        var parser = new ReplyParser();
        var bytes = "HTTP/1.1 200 OK\r\n\r\nand so on"u8;
        Assert.Equal(bytes.Length, parser.Take(bytes, out var complete));
        Assert.False(complete);
        Assert.True(parser is { EndsWithStream: true, Close: true, Status: 200 });
        parser.Reset();
        parser.Take("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc"u8, out complete);
        Assert.False(parser.EndsWithStream);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 2x0 OK\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 12a\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n")]
    public void What_is_not_a_reply_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => new ReplyParser().Take(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void A_head_without_an_end_is_refused()
    {
        var parser = new ReplyParser();
        var line = Encoding.ASCII.GetBytes("x: " + new string('y', 997));
        Assert.Throws<InvalidDataException>(() =>
        {
            for (var i = 0; i < 100; i++) parser.Take(line, out _);
        });
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Random_bytes_are_refused_or_waited_for(int seed)
    {
        var random = new Random(seed);
        var pieces = (string[])["HTTP/1.1 200 OK\r\n", "\r\n", "\n", "\r", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "0\r\n", "c\n", ":", "t\0", "ffff"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                var bytes = Encoding.Latin1.GetBytes(text);
                var parser = new ReplyParser();
                for (var at = 0; at < bytes.Length;) at += parser.Take(bytes.AsSpan(at), out _);
            }
            catch (InvalidDataException)
            {
                // The only way to refuse.
            }
        }
    }

    [Fact]
    public void Allocates_nothing_once_it_is_warm()
    {
        var parser = new ReplyParser();
        var bytes = Encoding.ASCII.GetBytes(Hello);
        Feed();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Feed();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Feed()
        {
            parser.Take(bytes, out _);
            parser.Take(bytes.AsSpan(0, 20), out _);
            parser.Take(bytes.AsSpan(20), out _);
        }
    }
}
