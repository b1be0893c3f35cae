using System.Collections.Concurrent;
using System.Text.Json;
using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>The layers of the topology <c>hybrid</c>: what each promises, and that they go together.</summary>
public sealed class HybridTests
{
    [Fact]
    public async Task Reactor_and_thread_pool_read_on_a_loop_and_handle_on_a_worker()
    {
        await using var server = await TestServer.StartAsync("hybrid");
        using var client = server.Connect();
        var who = JsonDocument.Parse(client.Get("/whoami").Body).RootElement;
        Assert.StartsWith("worker-", who.GetProperty("thread").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, ((string[])["accepted_tid", "read_tid", "handle_tid"]).Select(key => who.GetProperty(key).GetInt32()).Distinct().Count());
    }

    [Theory, InlineData("coroutine"), InlineData("fiber"), InlineData("inline")]
    public async Task Without_workers_the_loop_that_reads_handles(string run)
    {
        await using var server = await TestServer.StartAsync("hybrid", $"topologies.hybrid {{ network.loops = 2, business.run = {run} }}");
        var tids = new HashSet<int>();
        for (var i = 0; i < 4; i++)
        {
            using var client = server.Connect();
            var who = JsonDocument.Parse(client.Get("/whoami").Body).RootElement;
            Assert.Equal(who.GetProperty("read_tid").GetInt32(), who.GetProperty("handle_tid").GetInt32());
            tids.Add(who.GetProperty("handle_tid").GetInt32());
        }

        Assert.Equal(2, tids.Count);
    }

    [Theory, InlineData("by = path", ""), InlineData("by = header, header = X-Key", "X-Key: 1\r\n")]
    public async Task Requests_with_one_key_are_handled_one_after_the_other_by_one_actor(string routing, string key)
    {
        using var gate = new ManualResetEventSlim();
        var handled = new ConcurrentQueue<string>();
        await using var server = await TestServer.StartAsync("hybrid", exchange =>
        {
            handled.Enqueue(exchange.Request.TargetText);
            if (exchange.Request.QueryText == "block") gate.Wait(TimeSpan.FromSeconds(30));
            return ValueTask.CompletedTask;
        }, $"topologies.hybrid {{ routing {{ {routing} }}, business.workers = 8 }}");
        using var blocking = server.Connect();
        blocking.Send($"GET /same?block HTTP/1.1\r\nHost: test\r\n{key}\r\n");
        Eventually.True(() => !handled.IsEmpty, "the first is with its handler");
        using var same = server.Connect();
        same.Send($"GET /same HTTP/1.1\r\nHost: test\r\n{key}\r\n");
        var others = Enumerable.Range(0, 8).Select(n =>
        {
            var client = server.Connect();
            client.Send($"GET /other/{n} HTTP/1.1\r\nHost: test\r\n{key.Replace("1", $"other-{n}", StringComparison.Ordinal)}\r\n");
            return client;
        }).ToList();
        // Some may have the same actor by chance; not all of them.
        Eventually.True(() => handled.Any(target => target.StartsWith("/other/", StringComparison.Ordinal)), "others are handled meanwhile");
        Eventually.True(() => Layer(server, "waiting", "routing") >= 1, "the second of the key waits for its actor");
        Assert.DoesNotContain("/same", handled);
        gate.Set();
        Assert.Equal(200, blocking.Read().Status);
        Assert.Equal(200, same.Read().Status);
        Assert.All(others, client => Assert.Equal(200, client.Read().Status));
        others.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task The_data_layer_has_so_many_permits_and_no_thread_waits_for_one()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync("hybrid", async exchange =>
            exchange.Response.Write(await exchange.Connection.Server.Data!.UseAsync(async () =>
            {
                await gate.Task;
                return "used";
            })), "topologies.hybrid { business.workers = 1, data.permits = 2 }");
        var clients = Enumerable.Range(0, 5).Select(_ => server.Connect()).ToList();
        foreach (var client in clients) client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => (Layer(server, "busy", "data"), Layer(server, "waiting", "data")) == (2, 3), "two use it, three wait, all by way of one thread");
        Assert.Equal((5, 5), (Layer(server, "busy", "network"), Layer(server, "busy", "business")));
        gate.SetResult();
        Assert.All(clients, client => Assert.Equal("used", client.Read().Text));
        Eventually.True(() => Layer(server, "busy", "data") == 0, "permits are given back");
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Who_gets_no_permit_in_time_is_told_so()
    {
        await using var server = await TestServer.StartAsync("hybrid", "topologies.hybrid.data { permits = 1, max-wait = 50ms }");
        using var first = server.Connect();
        first.Send("GET /data?ms=2000 HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => Layer(server, "busy", "data") == 1, "the permit is taken");
        using var second = server.Connect();
        Assert.Equal(503, second.Get("/data?ms=1").Status);
        Assert.Equal("used a permit for 2000 ms\n", first.Read().Text);
        Assert.Equal(200, second.Get("/data?ms=1").Status);
    }

    [Theory]
    [InlineData("routing.by = path, business.run = inline", "needs threads to route to")]
    [InlineData("routing.by = header", "header: is empty")]
    [InlineData("network.engine = socket-async, business.run = fiber", "waits for readiness")]
    public void Layers_that_do_not_go_together_are_refused(string hocon, string told)
    {
        Akka.Configuration.Config config = $"actor-server {{ topology = hybrid, topologies.hybrid {{ {hocon} }} }}";
        Assert.Contains(told, Assert.Throws<InvalidConfigurationException>(() => ServerSettings.Load(config)).Message, StringComparison.Ordinal);
    }

    private static long Layer(TestServer server, string what, string layer) =>
        server.Running.Info.Metrics.Gauges.Single(gauge => gauge.Name == $"actorserver.layers.{what}").Read().Single(part => part.Value == layer).Count;
}
