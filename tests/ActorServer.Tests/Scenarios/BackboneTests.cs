using ActorServer.Protocol;
using ActorServer.Server;
using ActorServer.Tests.Support;
using Akka.TestKit;

namespace ActorServer.Tests.Scenarios;

/// <summary>The actors that every topology is made of, with probes and virtual time in place of clients and clocks where that is possible.</summary>
public sealed class BackboneTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void Whoever_finds_no_permit_is_told_of_the_next_one_once()
    {
        var permits = new Permits(2);
        var acceptor = CreateTestProbe();
        Assert.True(permits.TryTake(acceptor.Ref));
        Assert.True(permits.TryTake(acceptor.Ref));
        Assert.False(permits.TryTake(acceptor.Ref));
        Assert.False(permits.TryTake(acceptor.Ref));
        acceptor.ExpectNoMsg(TimeSpan.Zero);
        permits.Return();
        acceptor.ExpectMsg<Permits.Freed>();
        permits.Return();
        acceptor.ExpectNoMsg(TimeSpan.Zero);
        Assert.Equal(2, permits.Free);
    }

    [Fact]
    public void All_acceptors_that_wait_are_told_for_only_they_know_whose_clients_wait()
    {
        var permits = new Permits(1);
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        Assert.True(permits.TryTake(first.Ref));
        Assert.False(permits.TryTake(second.Ref));
        Assert.False(permits.TryTake(first.Ref));
        permits.Return();
        second.ExpectMsg<Permits.Freed>();
        first.ExpectMsg<Permits.Freed>();
        permits.Return();
        second.ExpectNoMsg(TimeSpan.Zero); // told once for each time they asked
    }

    [Fact]
    public void The_least_loaded_worker_is_next_and_equals_take_turns()
    {
        using var metrics = new Observability.ServerMetrics();
        var workers = Enumerable.Range(0, 3).Select(_ => new Worker(metrics.NewCounters())).ToArray();
        var placement = Placement.LeastLoaded(workers);
        Assert.Equal(3, Enumerable.Range(0, 3).Select(_ => placement.Next()).Distinct().Count());
        workers[0].Assigned();
        workers[2].Assigned();
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Same(workers[1], placement.Next()));
        workers[2].Released();
        workers[1].Assigned();
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Same(workers[2], placement.Next()));
    }

    [Fact]
    public async Task A_taken_port_fails_the_start_with_the_call_and_its_errno()
    {
        await using var server = await TestServer.StartAsync("actor");
        var failure = await Assert.ThrowsAsync<IO.Native.SystemCallException>(() => TestServer.StartAsync("actor", $"endpoint.port = {server.Port}"));
        Assert.Equal(IO.Native.Errno.EADDRINUSE, failure.Errno);
    }

    [Fact]
    public async Task Two_servers_run_side_by_side()
    {
        await using var first = await TestServer.StartAsync("actor");
        await using var second = await TestServer.StartAsync("actor");
        using var one = first.Connect();
        using var two = second.Connect();
        Assert.Equal(200, one.Get("/").Status);
        await first.Running.StopAsync();
        Assert.Equal(200, two.Get("/").Status);
        Assert.Equal(1, second.Running.Info.Metrics.AcceptedConnections);
    }

    [Fact]
    public async Task Before_it_unbinds_the_server_is_not_ready_but_still_serves()
    {
        await using var server = await StartWithVirtualTimeAsync("drain.pre-unbind-delay = 10s");
        using var probe = server.Connect();
        Assert.Equal(200, probe.Get("/readyz").Status);
        var stop = server.Running.StopAsync();
        Eventually.True(() => server.Running.Info.IsDraining, "the drain begins");
        Assert.Equal(503, probe.Get("/readyz").Status);
        using (var late = server.Connect()) Assert.Equal(200, late.Get("/").Status);
        Assert.False(stop.IsCompleted);
        Time(server).Advance(TimeSpan.FromSeconds(10));
        probe.ExpectEnd();
        probe.Dispose();
        await stop;
        Eventually.True(() => !server.CanConnect(), "nobody can connect");
    }

    [Fact]
    public async Task A_supervisor_that_fails_at_its_end_still_comes_to_it()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync("epoll", async exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/"u8)) return;
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite);
        });
        using var idle = server.Connect();
        idle.Get("/");
        using var client = server.Connect();
        client.Send("GET /never HTTP/1.1\r\nHost: test\r\n\r\n");
        await entered.Task;
        var stop = server.Running.StopAsync(TimeSpan.FromMinutes(10));
        idle.ExpectEnd(); // the supervisor knows
        server.Running.System.ActorSelection("/user/server/epoll/connections").Tell(Akka.Actor.Kill.Instance);
        await stop.WaitAsync(TimeSpan.FromSeconds(30)); // of the last connection the failure has made an end
    }

    [Fact]
    public async Task The_drain_deadline_cuts_what_is_left_and_counts_it()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartWithVirtualTimeAsync("drain.deadline = 60s", async _ =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite);
        });
        using var client = server.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        await entered.Task;
        var stop = server.Running.StopAsync(TimeSpan.FromSeconds(60));
        var time = Time(server);
        // The drain's timer starts once the acceptors are gone: no new client gets in from then on.
        // Who tried it out by connecting could be one more that is cut.
        Eventually.True(() => OperatingSystem.IsLinux() ? KernelProcesses.Listening(server.Port).Count == 0 : !server.CanConnect(), "the listening socket closes");
        Eventually.True(() =>
        {
            time.Advance(TimeSpan.FromSeconds(60));
            return stop.IsCompleted;
        }, "the deadline passes");
        Assert.Equal(1, await stop);
        client.ExpectEnd();
    }

    [Fact]
    public async Task Deadlines_hold_while_the_serving_thread_is_blocked()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        await using var server = await TestServer.StartAsync("actor", _ =>
        {
            entered.Set();
            gate.Wait(TimeSpan.FromSeconds(60));
            return ValueTask.CompletedTask;
        }, "topologies.actor.workers = 1, limits.header-timeout = 2s");
        using var slow = server.Connect();
        slow.Send("GET / HTTP/1.1\r\n");
        Eventually.True(() => server.Running.Info.Metrics.BytesReceived > 0, "the request has begun");
        using var blocking = server.Connect();
        blocking.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        entered.Wait();
        slow.ExpectEnd(); // though the only worker thread is inside the other's handler
        Assert.False(gate.IsSet);
        gate.Set();
        Assert.Equal(200, blocking.Read().Status);
        slow.Dispose();
        Eventually.True(() => server.Ended(EndReason.RequestHeadersTimeout) == 1, "the reason is counted");
    }

    [Fact]
    public async Task What_arrives_while_the_serving_thread_is_blocked_arrives_in_time()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        await using var server = await TestServer.StartAsync("actor", exchange =>
        {
            if (exchange.Request.Method == Protocol.Http1.RequestMethod.Post) return ValueTask.CompletedTask;
            entered.Set();
            gate.Wait(TimeSpan.FromSeconds(60));
            return ValueTask.CompletedTask;
        }, "topologies.actor.workers = 1, limits { rate-grace = 1s }");
        using var prompt = server.Connect();
        prompt.Send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\n");
        Eventually.True(() => server.Running.Info.Metrics.BytesReceived > 0, "the head is read");
        using var blocking = server.Connect();
        blocking.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        entered.Wait();
        prompt.Send("ok");
        await Task.Delay(3000); // the deadline, and the second of grace
        gate.Set();
        Assert.Equal(200, prompt.Read().Status);
    }

    [Fact]
    public async Task A_body_source_that_cannot_be_disposed_leaves_no_connection_behind()
    {
        await using var server = await TestServer.StartAsync("actor", exchange =>
        {
            exchange.Response.Body = new Stubborn();
            return ValueTask.CompletedTask;
        });
        for (var i = 0; i < 3; i++)
        {
            using var client = server.Connect();
            client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            client.ToEnd();
        }

        Eventually.True(() => server.Running.Info.Metrics is { AcceptedConnections: 3, OpenConnections: 0 }, "all connections end");
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("10s")]
    public async Task A_server_whose_worker_is_gone_still_stops(string delay)
    {
        await using var server = await StartWithVirtualTimeAsync($"drain.pre-unbind-delay = {delay}, topologies.actor.workers = 2");
        var stop = server.Running.StopAsync();
        Eventually.True(() => server.Running.Info.IsDraining, "the drain begins");
        server.Running.System.ActorSelection("/user/server/actor/worker-1").Tell(Akka.Actor.PoisonPill.Instance);
        Eventually.True(() =>
        {
            Time(server).Advance(TimeSpan.FromSeconds(10));
            return stop.IsCompleted;
        }, "the server stops");
        await server.Running.Stopped;
    }

    private sealed class Stubborn : Protocol.Http1.IBodySource
    {
        public long? Length => 3;

        public int Fill(Span<byte> destination) => 0;

        public void Dispose() => throw new NotSupportedException("not that easily");
    }

    [Fact]
    public async Task A_worker_that_fails_is_restarted_and_goes_on()
    {
        await using var server = await TestServer.StartAsync("actor", "supervision.on-crash = escalate, topologies.actor.workers = 1");
        using var bystander = server.Connect();
        bystander.Get("/");
        using (var client = server.Connect()) Assert.Equal(500, client.Get("/crash").Status);
        bystander.ExpectEnd(); // the price of escalating, and what reference.conf says
        bystander.Dispose();
        using var next = server.Connect();
        Assert.Equal(200, next.Get("/").Status);
        next.Dispose();
        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, "nothing is left over");
    }

    private static async Task<TestServer> StartWithVirtualTimeAsync(string hocon, Func<Protocol.Http1.HttpExchange, ValueTask>? handler = null) =>
        await TestServer.StartAsync("actor", hocon, handler is null ? null : exchange => handler((Protocol.Http1.HttpExchange)exchange), virtualTime: true);

    private static TestScheduler Time(TestServer server) => (TestScheduler)server.Running.System.Scheduler;
}
