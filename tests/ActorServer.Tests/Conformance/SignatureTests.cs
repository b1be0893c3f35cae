using System.Text.Json;
using ActorServer.Connections;
using ActorServer.IO.Polling;
using ActorServer.Tests.Support;
using ActorServer.Topologies;

namespace ActorServer.Tests.Conformance;

/// <summary>The threads, sockets and system calls that an observer sees match what the row promises: a model in name only is a defect.</summary>
public sealed class SignatureTests
{
    /// <summary>proc(5): the system call that a thread is in, by number, on x86-64 and in the generic table of other processors.</summary>
    private static readonly Dictionary<string, string[]> Calls = new(StringComparer.Ordinal)
    {
        ["epoll"] = ["232", "281", "22", "441"],
        ["poll"] = ["7", "271", "73"],
        ["select"] = ["23", "270", "72"],
    };

    public static TheoryData<string> Unrunnable => Rows.Unrunnable;

    public static TheoryData<string> InProcess => Rows.InProcess;

    [Fact]
    public void The_classic_models_are_all_there() => Assert.Equal(
        [
            "single-process", "multi-process", "multi-thread", "process-pool-1", "process-pool-2", "thread-pool", "leader-follower", "select", "poll", "epoll",
            "kqueue", "reactor", "event-loop", "coroutine", "fiber", "proactor", "actor", "work-stealing", "producer-consumer", "half-sync-half-async", "pipeline",
            "hybrid", "multi-acceptor", "socket-sharding", "message-balanced",
        ],
        Catalog.Entries.Select(entry => entry.Roles.Name));

    [Fact]
    public void No_two_rows_are_the_same_model()
    {
        var answers = Catalog.Entries.Select(entry => entry.Roles with { Name = "", Observed = "" }).ToList();
        Assert.Equal(answers.Count, answers.Distinct().Count());
    }

    [Theory, MemberData(nameof(Unrunnable))]
    public async Task A_row_that_this_machine_lacks_refuses_with_its_reason(string topology)
    {
        if (topology == "none") return; // stands for "this machine runs them all": a theory needs a row
        var refusal = await Assert.ThrowsAsync<PlatformNotSupportedException>(() => TestServer.StartAsync(topology));
        Assert.Contains($"this machine cannot run topology {topology}: ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("select"), InlineData("poll"), InlineData("epoll"), InlineData("epoll trigger=edge")]
    public async Task A_single_loop_does_everything_on_one_thread_and_sleeps_in_its_own_call(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        var clients = Enumerable.Range(0, 5).Select(_ => server.Connect()).ToList();
        var seen = clients.ConvertAll(WhoAmI);
        var tid = Assert.Single(seen.Select(who => who.Handled).Distinct());
        Assert.All(seen, who => Assert.Equal((tid, tid), (who.Accepted, who.Read)));
        Assert.All(seen, who => Assert.Equal(topology.Split(' ')[0], who.Engine));
        clients.ForEach(client => client.Dispose());
        AssertSleepsIn(tid, topology.Split(' ')[0]);
    }

    [Fact]
    public async Task Reactor_gives_connections_to_its_loops_in_turn_and_they_stay()
    {
        await using var server = await TestServer.StartAsync("reactor", "topologies.reactor.loops = 3");
        var clients = Enumerable.Range(0, 6).Select(_ =>
        {
            var client = server.Connect();
            return (Client: client, First: WhoAmI(client));
        }).ToList();
        Assert.Equal(["sub-1", "sub-2", "sub-3", "sub-1", "sub-2", "sub-3"], clients.Select(pair => pair.First.Parent));
        Assert.Equal(3, clients.Select(pair => pair.First.Handled).Distinct().Count());
        Assert.DoesNotContain(Assert.Single(clients.Select(pair => pair.First.Accepted).Distinct()), clients.Select(pair => pair.First.Handled));
        foreach (var (client, first) in clients)
        {
            Assert.Equal(first, WhoAmI(client));
            client.Dispose();
        }
    }

    [Fact]
    public async Task Actor_spreads_connections_evenly_over_worker_actors_each_on_a_thread_of_its_own()
    {
        await using var server = await TestServer.StartAsync("actor", "topologies.actor.workers = 3");
        var clients = Enumerable.Range(0, 12).Select(_ => server.Connect()).ToList();
        var seen = clients.ConvertAll(WhoAmI);
        var byWorker = seen.GroupBy(who => who.Parent).ToList();
        Assert.Equal(["worker-1", "worker-2", "worker-3"], byWorker.Select(group => group.Key).Order());
        foreach (var worker in byWorker)
        {
            Assert.Equal(4, worker.Count());
            Assert.Single(worker.Select(who => who.Handled).Distinct());
            Assert.All(worker, who => Assert.Equal(who.Read, who.Handled));
        }

        Assert.Equal(3, seen.Select(who => who.Handled).Distinct().Count());
        Assert.DoesNotContain(Assert.Single(seen.Select(who => who.Accepted).Distinct()), seen.Select(who => who.Handled));

        // Whoever leaves makes room: the next connections go to the worker with the fewest.
        var emptied = byWorker[0].Key;
        for (var i = 0; i < 12; i++)
        {
            if (seen[i].Parent == emptied) clients[i].Dispose();
        }

        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 8, "the server notices");
        for (var i = 0; i < 4; i++)
        {
            clients.Add(server.Connect());
            Assert.Equal(emptied, WhoAmI(clients[^1]).Parent);
        }

        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Multi_acceptor_accepts_on_several_threads_from_one_listening_socket()
    {
        using var gate = new ManualResetEventSlim();
        var tids = new System.Collections.Concurrent.ConcurrentBag<(int Accepted, int Handled)>();
        await using var server = await TestServer.StartAsync("multi-acceptor", exchange =>
        {
            tids.Add((exchange.Connection.AcceptedThread, IO.Native.ThreadCalls.CurrentThreadId));
            if (exchange.Request.Path.SequenceEqual("/block"u8)) gate.Wait(TimeSpan.FromSeconds(30));
            return ValueTask.CompletedTask;
        }, "topologies.multi-acceptor.loops = 2");
        using var blocking = server.Connect();
        blocking.Send("GET /block HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => !tids.IsEmpty, "one loop is busy");
        using var other = server.Connect(); // so the other one accepts
        Assert.Equal(200, other.Get("/").Status);
        gate.Set();
        Assert.Equal(200, blocking.Read().Status);
        Assert.Equal(2, tids.Select(tid => tid.Accepted).Distinct().Count());
        Assert.All(tids, tid => Assert.Equal(tid.Accepted, tid.Handled));
        AssertListeningSockets(1, server.Port);
    }

    [Fact]
    public async Task Socket_sharding_has_a_listening_socket_for_each_of_its_loops()
    {
        await using var server = await TestServer.StartAsync("socket-sharding", "topologies.socket-sharding.loops = 3");
        AssertListeningSockets(3, server.Port);
        var clients = Enumerable.Range(0, 64).Select(_ => server.Connect()).ToList();
        var seen = clients.ConvertAll(WhoAmI);
        Assert.Equal(3, seen.Select(who => who.Handled).Distinct().Count());
        Assert.All(seen, who => Assert.Equal((who.Handled, who.Handled), (who.Accepted, who.Read)));
        clients.ForEach(client => client.Dispose());
    }

    [Theory, InlineData("epoll"), InlineData("poll"), InlineData("select")]
    public async Task Actor_waits_with_the_poller_that_was_configured(string poller)
    {
        if (Pollers.Unavailable(poller) is not null) return; // another platform's
        await using var server = await TestServer.StartAsync("actor", $"topologies.actor.poller = {poller}");
        using var client = server.Connect();
        var who = WhoAmI(client);
        Assert.Equal(poller, who.Engine);
        AssertSleepsIn(who.Handled, poller);
    }

    [Theory, MemberData(nameof(InProcess))]
    public async Task Threads_that_are_woken_for_a_client_interrupt_nobody(string topology)
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        var who = WhoAmI(client);
        Assert.All([who.Accepted, who.Read, who.Handled], tid => Assert.True(KernelThreads.InterruptsNobody(tid), KernelThreads.Name(tid)));
    }

    private static Who WhoAmI(RawClient client)
    {
        var json = JsonDocument.Parse(client.Get("/whoami").Body).RootElement;
        return new Who(json.GetProperty("engine").GetString()!, json.GetProperty("actor").GetString()!.Split('/')[6],
            json.GetProperty("accepted_tid").GetInt32(), json.GetProperty("read_tid").GetInt32(), json.GetProperty("handle_tid").GetInt32());
    }

    private static void AssertSleepsIn(int tid, string poller)
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        Eventually.True(() => Calls[poller].Contains(File.ReadAllText($"/proc/self/task/{tid}/syscall").Split(' ')[0]), $"the loop sleeps in {poller}");
    }

    private static void AssertListeningSockets(int expected, int port)
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        // The table is read page by page, and others come and go meanwhile.
        Eventually.True(() => KernelProcesses.Listening(port).Count == expected, $"{expected} sockets listen");
    }

    /// <summary>What GET /whoami tells.</summary>
    private sealed record Who(string Engine, string Parent, int Accepted, int Read, int Handled);
}
