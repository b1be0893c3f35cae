using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using BenchmarkDotNet.Attributes;

namespace Micro.Protocol;

/// <summary>What a request costs in the protocol alone: decode, a trivial handler, encode; no socket.</summary>
/// <remarks>The aim for a plain GET is below 500 ns and 0 B.</remarks>
[InProcess]
[MemoryDiagnoser]
public class ProtocolBenchmark
{
    private const int Pipelined = 16;

    private static readonly byte[] Plain = "GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n"u8.ToArray();

    private static readonly byte[] Browser =
        """
        GET /index.html?name=value HTTP/1.1
        Host: localhost:8080
        User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0
        Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
        Accept-Language: en-US,en;q=0.5
        Accept-Encoding: gzip, deflate, br, zstd
        Connection: keep-alive
        Upgrade-Insecure-Requests: 1


        """u8.ToArray().SelectMany(b => b == '\n' ? "\r\n"u8.ToArray() : [b]).ToArray();

    private static readonly byte[] Post =
        [.. "POST /echo HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 1024\r\n\r\n"u8, .. new byte[1024]];

    private static readonly byte[] Chunked =
        [.. "POST /echo HTTP/1.1\r\nHost: localhost:8080\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n"u8, .. new byte[1024], .. "\r\n0\r\n\r\n"u8];

    private static readonly byte[] Pipeline = [.. Enumerable.Repeat(Plain, Pipelined).SelectMany(request => request)];

    private readonly HttpProtocol _protocol = new(new HttpOptions { Date = new HttpDate(DateTimeOffset.UnixEpoch) });

    [Benchmark(Baseline = true)]
    public int Hello() => Serve(Plain);

    [Benchmark]
    public int HelloToABrowser() => Serve(Browser);

    [Benchmark(OperationsPerInvoke = Pipelined)]
    public int HelloPipelined() => Serve(Pipeline);

    [Benchmark]
    public int EchoOneKibibyte() => Serve(Post);

    [Benchmark]
    public int EchoOneKibibyteInAChunk() => Serve(Chunked);

    private int Serve(byte[] bytes)
    {
        var protocol = _protocol;
        if (protocol.Next() != Step.Read) throw new InvalidOperationException("The protocol is not idle.");
        bytes.CopyTo(protocol.Input());
        protocol.Received(bytes.Length);
        while (protocol.Next() == Step.Handle)
        {
            var request = protocol.Exchange.Request;
            var response = protocol.Exchange.Response;
            response.ContentType = "text/plain";
            if (request.Path.SequenceEqual("/echo"u8)) response.Write(request.Body);
            else response.Write("Hello, World!"u8);
            protocol.Encode();
        }
        var sent = protocol.Output.Length;
        protocol.Sent(sent);
        return sent;
    }
}
