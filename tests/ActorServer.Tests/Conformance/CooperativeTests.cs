using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using ActorServer.Connections;
using ActorServer.IO.Native;
using ActorServer.Observability;
using ActorServer.Protocol.Http1;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>What an observer sees of <c>coroutine</c> and <c>fiber</c>: one thread, and where each connection stands.</summary>
public sealed class CooperativeTests
{
    [Theory, InlineData("coroutine"), InlineData("fiber")]
    public async Task One_thread_accepts_reads_handles_and_writes_for_everybody(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        var clients = Enumerable.Range(0, 5).Select(_ => server.Connect()).ToList();
        var tids = new HashSet<int>();
        foreach (var client in clients)
        {
            client.Get("/");
            var who = WhoAmI(client);
            tids.UnionWith([who.Accepted, who.Read, who.Handled, who.Written]);
        }

        Assert.Single(tids);
        clients.ForEach(client => client.Dispose());
    }

    [Theory, InlineData("coroutine"), InlineData("fiber")]
    public async Task After_a_handler_has_waited_the_connection_goes_on_where_it_was(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        var before = WhoAmI(client);
        Assert.Equal(200, client.Get("/wait?ms=20").Status); // ends on the thread pool
        var after = WhoAmI(client);
        Assert.Equal(before.Handled, after.Written);
        Assert.Equal((before.Read, before.Handled), (after.Read, after.Handled));
    }

    [Theory, InlineData("coroutine"), InlineData("fiber")]
    public async Task Several_loops_accept_for_themselves_and_keep_what_they_accept(string topology)
    {
        using var gate = new ManualResetEventSlim();
        var seen = new System.Collections.Concurrent.ConcurrentBag<(int Accepted, int Handled)>();
        await using var server = await TestServer.StartAsync($"{topology} loops=2", exchange =>
        {
            seen.Add((exchange.Connection.AcceptedThread, ThreadCalls.CurrentThreadId));
            if (exchange.Request.Path.SequenceEqual("/block"u8)) gate.Wait(TimeSpan.FromSeconds(30));
            return ValueTask.CompletedTask;
        });
        using var blocking = server.Connect();
        blocking.Send("GET /block HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => !seen.IsEmpty, "one loop is busy");
        using var other = server.Connect(); // so the other one accepts
        Assert.Equal(200, other.Get("/").Status);
        gate.Set();
        Assert.Equal(200, blocking.Read().Status);
        Assert.Equal(2, seen.Select(tids => tids.Handled).Distinct().Count());
        Assert.All(seen, tids => Assert.Equal(tids.Accepted, tids.Handled));
    }

    [Fact]
    public async Task Metrics_tell_the_state_of_every_coroutine()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync("coroutine", exchange => Serve(exchange, gate.Task), "limits.linger = 60s");
        using var watcher = server.Connect();
        Expect("init=0 reading=0 processing=1 writing=0 done=0"); // the one who asks is being answered

        using var silent = server.Connect();
        Expect("init=1 reading=0 processing=1 writing=0 done=0");

        using var halfway = server.Connect();
        halfway.Send("GET / HTTP/1.1\r\nHo");
        Expect("init=1 reading=1 processing=1 writing=0 done=0");

        using var patient = server.Connect();
        patient.Send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n");
        Expect("init=1 reading=1 processing=2 writing=0 done=0");

        using var stalled = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
        stalled.Send("GET /big HTTP/1.1\r\nHost: test\r\n\r\n");
        Expect("init=1 reading=1 processing=2 writing=1 done=0");

        using var leaving = server.Connect();
        leaving.Send("no request\r\n\r\n");
        Assert.True(leaving.Read().Closes);
        Expect("init=1 reading=1 processing=2 writing=1 done=1");

        // And back.
        leaving.Dispose();
        stalled.Read();
        gate.SetResult();
        patient.Read();
        silent.Dispose();
        halfway.Send("st: test\r\n\r\n");
        Assert.Equal(200, halfway.Read().Status);
        Expect("init=0 reading=3 processing=1 writing=0 done=0");

        void Expect(string states)
        {
            var seen = "";
            Eventually.True(() =>
            {
                var text = watcher.Get("/metrics").Text;
                var coroutines = Samples(text, "actorserver_coroutines");
                Assert.Equal(Samples(text, "actorserver_connections_open")[""], coroutines.Values.Sum()); // in every look, however things are moving
                seen = string.Join(' ', coroutines.Select(pair => $"{pair.Key}={pair.Value}"));
                return seen == states;
            }, $"{states}; is {seen}");
        }
    }

    [Fact]
    public async Task Metrics_tell_what_the_fibers_are_doing()
    {
        await using var server = await TestServer.StartAsync("fiber");
        using var watcher = server.Connect();
        var others = Enumerable.Range(0, 3).Select(_ => server.Connect()).ToList();
        others.ForEach(client => client.Get("/"));
        var fibers = Samples(watcher.Get("/metrics").Text, "actorserver_fibers");
        Assert.Equal((1, 0, 0, 3), (fibers["running"], fibers["ready"], fibers["sleeping"], fibers["blocked"]));
        others.ForEach(client => client.Dispose());
        Eventually.True(() => Samples(watcher.Get("/metrics").Text, "actorserver_fibers") is var left && left["blocked"] + left["ready"] == 0, "the fibers end with their connections");
    }

    [Theory, InlineData("coroutine", "actorserver_coroutines", "reading"), InlineData("fiber", "actorserver_fibers", "blocked")]
    public async Task Many_connections_wait_at_once_and_each_is_answered(string topology, string gauge, string waiting)
    {
        const int count = 200;
        await using var server = await TestServer.StartAsync(topology);
        var clients = Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 }).ToList();
        var reply = new byte[4096];
        foreach (var client in clients)
        {
            client.Connect(server.Running.EndPoint);
            client.Send("GET / HTTP/1.1\r\nHo"u8);
        }

        Eventually.True(() => Samples(PrometheusText.Render(server.Running.Info.Metrics), gauge)[waiting] == count, "all of them are half-way through a request");
        foreach (var client in clients) client.Send("st: test\r\nConnection: close\r\n\r\n"u8);
        foreach (var client in clients)
        {
            var length = 0;
            for (int got; (got = client.Receive(reply.AsSpan(length))) > 0;) length += got;
            Assert.EndsWith("Hello, World!", System.Text.Encoding.ASCII.GetString(reply, 0, length), StringComparison.Ordinal);
            client.Dispose();
        }

        Eventually.True(() => Samples(PrometheusText.Render(server.Running.Info.Metrics), gauge).Values.Sum() == 0, "none is left");
    }

    private static async ValueTask Serve(HttpExchange exchange, Task gate)
    {
        var path = exchange.Request.PathText;
        if (path == "/wait") await gate;
        else if (path == "/big") exchange.Response.Write(new byte[20_000_000]);
        else if (path == "/metrics") exchange.Response.Write(PrometheusText.Render(exchange.Connection.Server.Metrics));
    }

    /// <summary>The samples of one metric, by the value of their only label.</summary>
    private static Dictionary<string, long> Samples(string text, string name) => text.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
        .ToDictionary(line => line.Contains('"') ? line.Split('"')[1] : "", line => long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));

    private static (int Accepted, int Read, int Handled, int Written) WhoAmI(RawClient client)
    {
        var json = JsonDocument.Parse(client.Get("/whoami").Body).RootElement;
        return (Tid("accepted_tid"), Tid("read_tid"), Tid("handle_tid"), Tid("write_tid"));

        int Tid(string name) => json.GetProperty(name).GetInt32();
    }
}
