using System.Text;
using System.Text.Json;
using ActorServer.Protocol;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>What every topology must do with requests, over real sockets, besides what <see cref="RfcTests"/> asks of it.</summary>
public sealed class RequestTests
{
    public static TheoryData<string> Topologies => Rows.Variants;

    public static TheoryData<string> InProcess => Rows.InProcess;

    [Theory, MemberData(nameof(Topologies))]
    public async Task Keeps_a_connection_alive_for_many_requests(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        string? connection = null;
        for (var i = 0; i < 20; i++)
        {
            var hello = client.Get("/");
            Assert.Equal((200, "Hello, World!"), (hello.Status, hello.Text));
            Assert.False(hello.Closes);
            var id = JsonDocument.Parse(client.Get("/whoami").Body).RootElement.GetProperty("connection").ToString();
            Assert.Equal(connection ??= id, id);
        }
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Closes_in_order_when_the_client_asks(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        Assert.True(client.Get("/", "Connection: close\r\n").Closes);
        client.ExpectEnd();
        client.Dispose();
        Eventually.True(() => server.Ended(EndReason.ResponseComplete) == 1, "the end is counted");
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Answers_a_pipeline_in_order(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        var requests = new StringBuilder();
        for (var i = 0; i < 200; i++) requests.Append($"GET {(i % 7 == 3 ? "/wait?ms=1" : $"/bytes?n={i}")} HTTP/1.1\r\nHost: test\r\n\r\n");
        client.Send(requests.ToString());
        for (var i = 0; i < 200; i++)
        {
            var reply = client.Read();
            Assert.Equal(200, reply.Status);
            if (i % 7 == 3) Assert.Equal("waited 1 ms\n", reply.Text);
            else Assert.Equal(i, reply.Body.Length);
        }
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Understands_a_request_that_comes_byte_by_byte(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        foreach (var letter in "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"u8.ToArray())
            client.Send([letter]);
        Assert.Equal("abcde", client.Read().Text);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Echoes_a_body_with_a_length_and_a_chunked_one(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        var body = new string('y', 300_000);
        client.Send($"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Type: text/x\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var reply = client.Read();
        Assert.Equal(body, reply.Text);
        Assert.Equal("text/x", reply.Headers["Content-Type"]);
        client.Send($"POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
        Assert.Equal(body, client.Read().Text);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_client_that_half_closes_gets_its_answer(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        foreach (var target in (string[])["/", "/wait?ms=20"])
        {
            using var client = server.Connect();
            client.Send($"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n");
            client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            Assert.Equal(200, client.Read().Status);
            client.ExpectEnd();
        }
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Sends_a_large_body_to_a_slow_and_to_a_fast_reader(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var slow = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
        slow.Send("GET /bytes?n=20000000 HTTP/1.1\r\nHost: test\r\n\r\n");
        using var fast = server.Connect();
        if (server.ServesSeveral) Assert.Equal(20_000_000, fast.Get("/bytes?n=20000000").Body.Length); // although the other takes nothing yet
        Assert.Equal(20_000_000, slow.Read().Body.Length);
        Assert.Equal("Hello, World!", slow.Get("/").Text);
        slow.Dispose();
        Assert.Equal(20_000_000, fast.Get("/bytes?n=20000000").Body.Length);
    }

    [Theory, MemberData(nameof(InProcess))]
    public async Task Allocates_nothing_for_a_request_on_a_warm_connection(string topology)
    {
        // Per thread: from one handler call to the next of the same thread lies the whole way out and in again.
        const int windows = 50, requests = 200;
        var threads = new System.Collections.Concurrent.ConcurrentDictionary<int, AllocationWindows>();
        await using var server = await TestServer.StartAsync(topology, exchange =>
        {
            exchange.Response.Write("hello"u8);
            threads.GetOrAdd(Environment.CurrentManagedThreadId, static _ => new AllocationWindows(windows)).Count(requests);
            return ValueTask.CompletedTask;
        });
        using var client = server.Connect();
        var request = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"u8.ToArray();
        // The best window: in the others the connection may have been cold, or a collection, of which other tests make many, emptied the pool of buffers.
        var best = double.MaxValue;
        for (var window = 0; window <= windows && best > 0.5; window++)
        {
            for (var i = 0; i < requests; i++)
            {
                client.Send(request);
                client.Read();
            }

            best = (double)threads.Values.Min(thread => thread.Least) / requests;
        }

        Assert.InRange(best, 0, 0.5);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Serves_the_HttpClient_of_NET(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var http = new HttpClient { BaseAddress = server.Running.Url };
        http.DefaultRequestHeaders.ConnectionClose = !server.ServesSeveral; // it would keep the one that is served, and wait for the rest
        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using var reply = await http.PostAsync("/echo", new StringContent($"body {i}"));
            return await reply.Content.ReadAsStringAsync();
        }));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"body {i}"), replies);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task The_demo_app_answers_as_its_table_says(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        Assert.Equal(404, client.Get("/nothing").Status);
        Assert.Equal(405, client.Get("/echo").Status);
        Assert.Equal(400, client.Get("/sleep?ms=soon").Status);
        Assert.Equal(200, client.Get("/sleep?ms=1").Status);
        Assert.Equal(200, client.Get("/burn?ms=1").Status);
        Assert.Equal(200, client.Get("/healthz").Status);
        Assert.Equal(200, client.Get("/readyz").Status);
        if (!Rows.HasProcesses(topology)) Assert.Equal(400, client.Get("/crash?process=1").Status);
        client.Send("DELETE / HTTP/1.1\r\nHost: test\r\n\r\n");
        var refused = client.Read();
        Assert.Equal((405, "GET, HEAD"), (refused.Status, refused.Headers["Allow"]));
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Speaks_echo_and_line_too(string topology)
    {
        await using (var echo = await TestServer.StartAsync(topology, "protocol = echo"))
        {
            using var client = echo.Connect();
            client.Send("anything");
            Assert.Equal("anything"u8.ToArray(), client.Bytes(8));
            client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            client.ExpectEnd();
        }

        await using var line = await TestServer.StartAsync(topology, "protocol = line");
        using var typist = line.Connect();
        typist.Send("one\r\ntwo\n");
        Assert.Equal("one", typist.Line());
        Assert.Equal("two", typist.Line());
    }

    /// <summary>Bytes that a thread allocates from one mark to the next.</summary>
    private sealed class AllocationWindows(int windows)
    {
        private readonly long[] _marks = new long[windows + 2];
        private int _calls;

        public long Least => _marks.Zip(_marks.Skip(1), (from, to) => from > 0 && to > 0 ? to - from : long.MaxValue).Min();

        public void Count(int every)
        {
            if (_calls++ % every == 0 && _calls / every < _marks.Length) _marks[_calls / every] = GC.GetAllocatedBytesForCurrentThread();
        }
    }
}
