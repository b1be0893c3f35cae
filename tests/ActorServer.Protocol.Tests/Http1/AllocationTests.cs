using ActorServer.Protocol.Http1;

namespace ActorServer.Protocol.Tests.Http1;

/// <summary>A steady connection allocates nothing per request: all it needs is rented, and objects are reused.</summary>
public sealed class AllocationTests
{
    private static readonly byte[] Hello =
        "GET /?name=value HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: test\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n"u8.ToArray();

    private static readonly byte[] Chunked =
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n"u8.ToArray();

    [Fact]
    public void HelloAllocatesNothing() => Assert.Equal(0, Measure(Hello, exchange =>
    {
        var request = exchange.Request;
        if (request.PathText != "/" || !request.Headers.TryGet("user-agent"u8, out _) || request.QueryText.Length == 0) throw new InvalidDataException();
        exchange.Response.ContentType = "text/plain";
        exchange.Response.Write("Hello, World!"u8);
    }));

    [Fact]
    public void EchoAllocatesNothing() => Assert.Equal(0, Measure(Chunked, exchange =>
    {
        exchange.Response.AddHeader("X-Test", "y");
        exchange.Response.Write(exchange.Request.Body);
    }));

    private static long Measure(byte[] request, Action<HttpExchange> handler)
    {
        using var protocol = new HttpProtocol(new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch) });
        for (var i = 0; i < 1000; i++) Serve(protocol, request, handler);
        // The best of several windows: a collection may empty the pool of buffers in one.
        return Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 300; i++) Serve(protocol, request, handler);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }

    private static void Serve(HttpProtocol protocol, byte[] request, Action<HttpExchange> handler)
    {
        while (true)
        {
            switch (protocol.Next())
            {
                case Step.Read when protocol.Phase == Phase.Idle && request.Length > 0:
                    request.CopyTo(protocol.Input());
                    protocol.Received(request.Length);
                    break;
                case Step.Handle:
                    handler(protocol.Exchange);
                    protocol.Encode();
                    break;
                case Step.Write:
                    protocol.Sent(protocol.Output.Length);
                    return;
                default:
                    throw new InvalidDataException();
            }
        }
    }
}
