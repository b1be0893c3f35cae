using System.Net.Sockets;
using ActorServer.Protocol;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>Every reason for which a connection can end is made to happen in every topology, and counted once and as nothing else.</summary>
public sealed class EndReasonTests
{
    private static readonly EndReason[] All = [.. Enum.GetValues<EndReason>().Where(reason => reason != EndReason.None)];

    /// <summary>What clients and handlers do, how it is answered (0 is not at all), and the reason.</summary>
    private static readonly (string Sent, Action<RawClient> Then, int Status, EndReason Reason)[] Doings =
    [
        ("", HalfClose, 0, EndReason.ClientClosed),
        ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", Nothing, 200, EndReason.ResponseComplete),
        ("NOT A REQUEST AT ALL\r\n\r\n", Nothing, 400, EndReason.InvalidRequestLine),
        ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", Nothing, 505, EndReason.InvalidHttpVersion),
        ("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n", Nothing, 501, EndReason.UnsupportedMethod),
        ("GET / HTTP/1.1\r\n\r\n", Nothing, 400, EndReason.InvalidRequestHeaders),
        ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", Nothing, 400, EndReason.InvalidBodyFraming),
        ($"GET /{new string('x', 300)} HTTP/1.1\r\nHost: h\r\n\r\n", Nothing, 414, EndReason.MaxRequestLineSizeExceeded),
        ($"GET / HTTP/1.1\r\nHost: h\r\nX: {new string('x', 1000)}\r\n\r\n", Nothing, 431, EndReason.MaxRequestHeadersTotalSizeExceeded),
        ($"GET / HTTP/1.1\r\nHost: h\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", 20))}\r\n", Nothing, 431, EndReason.MaxRequestHeaderCountExceeded),
        ($"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n{new string('x', 200_000)}", Nothing, 413, EndReason.MaxRequestBodySizeExceeded),
        ("GET / HTTP/1.1\r\nHo", HalfClose, 0, EndReason.UnexpectedEndOfRequestContent),
        ("GET / HTTP/1.1\r\nHo", Reset, 0, EndReason.ConnectionReset),
        ("GET /crash HTTP/1.1\r\nHost: h\r\n\r\n", Nothing, 500, EndReason.HandlerCrashed),
    ];

    /// <summary>Deadlines that pass.</summary>
    private static readonly (string Sent, int? Status, EndReason Reason)[] Deadlines =
    [
        ("GET / HTTP/1.1\r\nHost", 408, EndReason.RequestHeadersTimeout),
        ("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc", 408, EndReason.MinRequestBodyDataRate),
        ("GET /bytes?n=1000000000 HTTP/1.1\r\nHost: h\r\n\r\n", null, EndReason.MinResponseDataRate),
    ];

    /// <summary>Where a server has a limit of its own to refuse clients at; elsewhere they wait.</summary>
    private static readonly (string Topology, EndReason Reason)[] Refusing = [("thread-pool when-full=refuse", EndReason.MaxConcurrentConnectionsExceeded)];

    public static TheoryData<string> Topologies => Rows.Variants;

    [Fact]
    public void Every_reason_has_its_scenario()
    {
        EndReason[] covered =
        [
            .. Doings.Select(doing => doing.Reason), .. Deadlines.Select(deadline => deadline.Reason), .. Refusing.Select(refusal => refusal.Reason),
            EndReason.KeepAliveTimeout, EndReason.ServerShutdown, EndReason.AppShutdownTimeout,
        ];
        Assert.Equal(All, covered.Order());
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task What_clients_and_handlers_do(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "limits { request-line = 200, headers = 1000, header-count = 10, body = 1000, linger = 60s }");
        foreach (var (sent, then, status, reason) in Doings)
        {
            var (received, before) = (server.Running.Info.Metrics.BytesReceived, Counted(server));
            using (var client = server.Connect())
            {
                client.Send(sent);
                if (then == Reset) Eventually.True(() => server.Running.Info.Metrics.BytesReceived == received + sent.Length, "what was sent has come");
                then(client);
                if (status > 0)
                {
                    var reply = client.Read();
                    Assert.Equal((reason, status, true), (reason, reply.Status, reply.Closes));
                }

                if (then != Reset) client.ExpectEnd(); // in order: not a reset, though the server has not taken the whole of what is too large
            }

            ExpectOneMore(server, before, reason);
        }

        // The last of them: the server itself has no more time for it.
        var last = Counted(server);
        using var busy = server.Connect();
        busy.Send("GET /wait?ms=600000 HTTP/1.1\r\nHost: h\r\n\r\n");
        Eventually.True(() => server.Running.Info.Metrics.ActiveRequests == 1, "it is with its handler");
        Assert.Equal(1, await server.Running.StopAsync(TimeSpan.FromMilliseconds(100)));
        ExpectOneMore(server, last, EndReason.AppShutdownTimeout);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Deadlines_that_pass(string topology)
    {
        await using var server = await TestServer.StartAsync(topology,
            "limits { header-timeout = 200ms, rate-grace = 200ms, min-request-rate = 1000000, min-response-rate = 100000000, linger = 60s }");
        foreach (var (sent, status, reason) in Deadlines)
        {
            var before = Counted(server);
            using var client = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
            client.Send(sent);
            if (status is not null)
            {
                var reply = client.Read();
                Assert.Equal((reason, status, true), (reason, reply.Status, reply.Closes));
                client.ExpectEnd();
                client.Dispose();
            }

            ExpectOneMore(server, before, reason);
        }

        // An idle client is let go by a server that stops; a request says that it is there.
        var last = Counted(server);
        using var idle = server.Connect();
        Assert.Equal(200, idle.Get("/").Status);
        var stop = server.Running.StopAsync(TimeSpan.FromSeconds(20));
        idle.ExpectEnd();
        idle.Dispose();
        Assert.Equal(0, await stop);
        ExpectOneMore(server, last, EndReason.ServerShutdown);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task An_idle_connection_is_closed_in_silence(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "limits.keep-alive-timeout = 200ms");
        var before = Counted(server);
        using (var client = server.Connect()) client.ExpectEnd();
        ExpectOneMore(server, before, EndReason.KeepAliveTimeout);
    }

    [Fact]
    public async Task A_server_that_is_full()
    {
        var (topology, reason) = Assert.Single(Refusing);
        await using var server = await TestServer.StartAsync(topology, "topologies.thread-pool { workers = 1, queue-capacity = 1 }");
        using var served = server.Connect();
        Assert.Equal(200, served.Get("/").Status);
        using var waits = server.Connect();
        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 2, "the second is in the queue");
        var before = Counted(server);
        using (var refused = server.Connect())
        {
            var reply = refused.Read();
            Assert.Equal((503, true), (reply.Status, reply.Closes));
            refused.ExpectEnd();
        }

        ExpectOneMore(server, before, reason);
    }

    private static long[] Counted(TestServer server) => [.. All.Select(server.Ended)];

    private static void ExpectOneMore(TestServer server, long[] before, EndReason reason)
    {
        Eventually.True(() => Counted(server).Sum() > before.Sum(), $"an end is counted, as {reason}");
        before[Array.IndexOf(All, reason)]++;
        Assert.Equal(All.Zip(before), All.Zip(Counted(server)));
    }

    private static void Nothing(RawClient client) { }

    private static void HalfClose(RawClient client) => client.Socket.Shutdown(SocketShutdown.Send);

    private static void Reset(RawClient client)
    {
        client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Dispose();
    }
}
