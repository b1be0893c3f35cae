using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ActorServer.Protocol;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>What an observer sees of <c>single-process</c>, <c>multi-thread</c> and <c>thread-pool</c>: whose thread waits in which call, and who waits for it.</summary>
public sealed class BlockingTests
{
    public static TheoryData<string> All => ["single-process", "multi-thread", "thread-pool"];

    [Fact]
    public async Task Single_process_serves_on_one_thread_and_the_second_client_waits_until_the_first_has_closed()
    {
        await using var server = await TestServer.StartAsync("single-process");
        using var first = server.Connect();
        first.Get("/");
        var who = WhoAmI(first);
        Assert.Equal("blocking", who.Engine);
        Assert.Equal((who.Handled, who.Handled, who.Handled), (who.Accepted, who.Read, who.Written));
        using var second = server.Connect(); // the kernel's backlog takes it
        second.Send("GET /whoami HTTP/1.1\r\nHost: test\r\n\r\n");
        AssertWaitsInReceive(who.Handled);
        Assert.Equal(who, WhoAmI(first));
        Assert.Equal(1, server.Running.Info.Metrics.AcceptedConnections);
        Assert.False(second.Socket.Poll(200_000, SelectMode.SelectRead), "answered while the first was connected");
        first.Dispose();
        Assert.Equal(who.Handled, Parse(second.Read()).Handled);
    }

    [Fact]
    public async Task Single_process_lets_an_idle_client_hold_the_next_one_up_for_the_keep_alive_time()
    {
        await using var server = await TestServer.StartAsync("single-process", "limits.keep-alive-timeout = 300ms");
        using var idle = server.Connect();
        idle.Get("/");
        using var next = server.Connect();
        next.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        idle.ExpectEnd();
        Assert.False(next.Socket.Poll(0, SelectMode.SelectRead), "answered while the first was connected"); // it has not closed yet
        idle.Dispose();
        Assert.Equal(200, next.Read().Status);
        Assert.Equal(1, server.Ended(EndReason.KeepAliveTimeout));
    }

    [Fact]
    public async Task Single_process_stops_though_a_client_holds_its_thread_and_answers_those_who_wait()
    {
        await using var server = await TestServer.StartAsync("single-process");
        using var first = server.Connect();
        first.Get("/");
        var waiting = Enumerable.Range(0, 10).Select(_ => server.Connect()).ToList();
        foreach (var client in waiting) client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        var stop = server.Running.StopAsync(TimeSpan.FromSeconds(20));
        first.ExpectEnd();
        first.Dispose();
        foreach (var client in waiting)
        {
            var reply = client.Read();
            Assert.Equal((200, true), (reply.Status, reply.Closes));
            client.ExpectEnd();
            client.Dispose();
        }

        Assert.Equal(0, await stop);
        Assert.Equal(0, server.Running.Info.Metrics.OpenConnections);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Stops_while_it_waits_for_clients(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using (var client = server.Connect()) client.Get("/");
        Assert.Equal(0, await server.Running.StopAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Multi_thread_has_a_thread_for_each_connection_which_is_gone_after_it()
    {
        await using var server = await TestServer.StartAsync("multi-thread spares=0");
        var clients = Enumerable.Range(0, 8).Select(_ => server.Connect()).ToList();
        clients.ForEach(client => client.Get("/"));
        var seen = clients.ConvertAll(WhoAmI);
        Assert.All(seen, who => Assert.Equal((who.Handled, who.Handled), (who.Read, who.Written)));
        var tids = seen.Select(who => who.Handled).Distinct().ToList();
        Assert.Equal(8, tids.Count);
        Assert.DoesNotContain(Assert.Single(seen.Select(who => who.Accepted).Distinct()), tids);
        if (OperatingSystem.IsLinux()) Assert.All(tids, tid => Assert.Equal("connection", KernelThreads.Name(tid)));
        tids.ForEach(AssertWaitsInReceive);
        Assert.Equal(seen, clients.ConvertAll(WhoAmI)); // they stay
        clients.ForEach(client => client.Dispose());
        if (OperatingSystem.IsLinux()) Eventually.True(() => !tids.Any(KernelThreads.Exists), "the threads are gone");
    }

    [Fact]
    public async Task Multi_thread_reuses_a_spare_thread()
    {
        await using var server = await TestServer.StartAsync("multi-thread spares=1");
        var tids = new HashSet<int>();
        for (var i = 0; i < 5; i++)
        {
            using (var client = server.Connect()) tids.Add(WhoAmI(client).Handled);
            var tid = tids.First();
            Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, "the connection has ended");
            if (OperatingSystem.IsLinux()) Eventually.True(() => KernelThreads.IsParked(tid), "the thread is parked");
        }

        Assert.Single(tids);
    }

    [Fact]
    public async Task Multi_thread_lets_connections_beyond_the_cap_wait_for_a_thread()
    {
        await using var server = await TestServer.StartAsync("multi-thread threads=2");
        AssertServedInTurn(server, threads: 2);
    }

    [Fact]
    public async Task Thread_pool_serves_a_conversation_on_one_of_its_threads()
    {
        await using var server = await TestServer.StartAsync("thread-pool workers=3");
        var seen = new List<Who>();
        for (var round = 0; round < 4; round++)
        {
            var clients = Enumerable.Range(0, 3).Select(_ => server.Connect()).ToList();
            clients.ForEach(client => client.Get("/"));
            var three = clients.ConvertAll(WhoAmI);
            Assert.Equal(3, three.Select(who => who.Handled).Distinct().Count());
            Assert.Equal(three, clients.ConvertAll(WhoAmI));
            three.ForEach(who => AssertWaitsInReceive(who.Handled));
            if (OperatingSystem.IsLinux()) Assert.Equal(["worker-1", "worker-2", "worker-3"], three.Select(who => KernelThreads.Name(who.Handled)).Order());
            seen.AddRange(three);
            clients.ForEach(client => client.Dispose());
        }

        Assert.Equal(3, seen.Select(who => who.Handled).Distinct().Count());
        Assert.All(seen, who => Assert.Equal((who.Handled, who.Handled), (who.Read, who.Written)));
        Assert.DoesNotContain(Assert.Single(seen.Select(who => who.Accepted).Distinct()), seen.Select(who => who.Handled));
        if (OperatingSystem.IsLinux()) Eventually.True(() => seen.All(who => KernelThreads.WaitsInFutex(who.Handled)), "all are parked");
    }

    [Fact]
    public async Task Thread_pool_lets_connection_N_plus_1_wait_its_turn()
    {
        await using var server = await TestServer.StartAsync("thread-pool workers=2");
        AssertServedInTurn(server, threads: 2);
    }

    [Fact]
    public async Task Thread_pool_stops_accepting_when_its_queue_is_full()
    {
        await using var server = await TestServer.StartAsync("thread-pool workers=1", "topologies.thread-pool.queue-capacity = 1");
        var clients = Enumerable.Range(0, 4).Select(_ => server.Connect()).ToList();
        foreach (var client in clients) client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        for (var i = 0; i < clients.Count; i++)
        {
            Assert.Equal(200, clients[i].Read().Status);
            Assert.InRange(server.Running.Info.Metrics.AcceptedConnections, i + 1, i + 2);
            clients[i].Dispose();
        }
    }

    [Fact]
    public async Task Thread_pool_refuses_when_it_is_told_to_and_its_queue_is_full()
    {
        await using var server = await TestServer.StartAsync("thread-pool workers=1", "topologies.thread-pool { queue-capacity = 1, when-full = refuse }");
        using var served = server.Connect();
        served.Get("/");
        using var queued = server.Connect();
        queued.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => server.Running.Info.Metrics.AcceptedConnections == 2, "one waits in the queue");
        for (var i = 1; i <= 3; i++)
        {
            using var refused = server.Connect();
            if (i > 1) refused.Send($"POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n{new string('x', 100_000)}");
            var reply = refused.Read();
            Assert.Equal((503, true), (reply.Status, reply.Closes));
            refused.ExpectEnd(); // and no reset
            refused.Dispose();
            var count = i;
            Eventually.True(() => server.Ended(EndReason.MaxConcurrentConnectionsExceeded) == count, "the refusal is counted");
        }

        served.Dispose();
        Assert.Equal(200, queued.Read().Status);
        using var next = server.Connect();
        next.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        queued.Dispose();
        Assert.Equal(200, next.Read().Status);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_head_that_comes_byte_by_byte_has_one_deadline(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "limits.header-timeout = 1s");
        using var client = server.Connect();
        var begun = Environment.TickCount64;
        foreach (var letter in $"GET / HTTP/1.1\r\nX: {new string('x', 1000)}")
        {
            client.Send([(byte)letter]);
            if (client.Socket.Poll(100_000, SelectMode.SelectRead)) break; // a byte resets no clock
        }

        Assert.InRange(Environment.TickCount64 - begun, 900, 5_000);
        Assert.Equal(408, client.Read().Status);
        client.ExpectEnd();
        client.Dispose();
        Eventually.True(() => server.Ended(EndReason.RequestHeadersTimeout) == 1, "the reason is counted");
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_thread_that_waits_for_its_client_sleeps(string topology)
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        var tid = WhoAmI(client).Handled;
        AssertWaitsInReceive(tid);
        var before = KernelThreads.Switches(tid);
        Thread.Sleep(1000); // what is not to happen needs its time
        Assert.InRange(KernelThreads.Switches(tid) - before, 0, 2);
        Assert.Equal(200, client.Get("/").Status);
    }

    [Theory, InlineData("multi-thread"), InlineData("thread-pool")]
    public async Task A_handler_has_room_on_its_stack(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, exchange =>
        {
            exchange.Response.Write(Dig(200).ToString(System.Globalization.CultureInfo.InvariantCulture));
            return ValueTask.CompletedTask;
        });
        using var client = server.Connect();
        Assert.Equal("200", client.Get("/").Text);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static int Dig(int kilobytes)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack(); // as serializers do before they go deeper
            Span<byte> frame = stackalloc byte[1000];
            frame.Fill((byte)kilobytes);
            return kilobytes == 0 ? 0 : Dig(kilobytes - 1) + (frame[^1] == (byte)kilobytes ? 1 : 0);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_thread_that_waits_for_a_handler_is_freed_by_the_drain_deadline(string topology)
    {
        var never = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(topology, async _ => await never.Task);
        using var client = server.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => server.Running.Info.Metrics.ActiveRequests == 1, "the handler waits");
        Assert.Equal(1, await server.Running.StopAsync(TimeSpan.FromMilliseconds(200)));
        client.ExpectEnd();
        Assert.Equal(1, server.Ended(EndReason.AppShutdownTimeout));
        never.SetResult();
    }

    /// <summary>As many as there are threads are served; the next wait, and are served in the order in which they came.</summary>
    private static void AssertServedInTurn(TestServer server, int threads)
    {
        var clients = new List<RawClient>();
        for (var i = 1; i <= threads + 3; i++)
        {
            clients.Add(server.Connect());
            clients[^1].Send("GET /whoami HTTP/1.1\r\nHost: test\r\n\r\n");
            var count = i;
            Eventually.True(() => server.Running.Info.Metrics.AcceptedConnections == count, "it is accepted");
        }

        var tids = new HashSet<int>();
        for (var i = 0; i < clients.Count; i++)
        {
            tids.Add(Parse(clients[i].Read()).Handled);
            if (i + 1 >= threads && i + 1 < clients.Count) Assert.False(clients[i + 1].Socket.Poll(50_000, SelectMode.SelectRead), "served before its turn");
            if (i + 1 >= threads) clients[i + 1 - threads].Dispose();
        }

        Assert.InRange(tids.Count, 1, threads);
        clients.ForEach(client => client.Dispose());
    }

    private static void AssertWaitsInReceive(int tid)
    {
        if (OperatingSystem.IsLinux()) Eventually.True(() => KernelThreads.WaitsInReceive(tid), "the thread waits in recvfrom");
    }

    private static Who WhoAmI(RawClient client) => Parse(client.Get("/whoami"));

    private static Who Parse(Reply reply)
    {
        var json = JsonDocument.Parse(reply.Body).RootElement;
        return new Who(json.GetProperty("engine").GetString()!, Tid("accepted_tid"), Tid("read_tid"), Tid("handle_tid"), Tid("write_tid"));

        int Tid(string name) => json.GetProperty(name).GetInt32();
    }

    private sealed record Who(string Engine, int Accepted, int Read, int Handled, int Written);
}
