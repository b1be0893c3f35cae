using System.Globalization;
using System.Text.Json;
using ActorServer.Configuration;
using ActorServer.Protocol;
using ActorServer.Tests.Support;
using Akka.Configuration;
using Akka.Actor;

namespace ActorServer.Tests.Conformance;

/// <summary>
/// What an observer sees of <c>multi-process</c>, <c>process-pool-1</c> and <c>process-pool-2</c>: who serves, who listens, and what is left
/// when a process is killed, hangs, or has had its time. Linux only.
/// </summary>
public sealed class ProcessTopologyTests
{
    private const string Quick = "processes { heartbeat = 100ms, heartbeat-timeout = 1s, min-backoff = 50ms }";

    public static TheoryData<string> Pools => Only("process-pool-1", "process-pool-2");

    public static TheoryData<string> All => Only("process-pool-1", "process-pool-2", "multi-process");

    [Theory, MemberData(nameof(Pools))]
    public async Task A_pool_serves_in_its_processes_and_each_holds_a_listening_socket(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, $"topologies.{topology}.processes = 3");
        IReadOnlyList<string> sockets = [];
        Eventually.True(() => (sockets = KernelProcesses.Listening(server.Port)).Count == (topology == "process-pool-1" ? 1 : 3), "their sockets listen");
        var pids = WorkersOf(server);
        Assert.Equal(3, pids.Count);
        if (topology == "process-pool-2") Assert.Equal(sockets.Order(), pids.Select(pid => Assert.Single(sockets, inode => KernelProcesses.Holds(pid, inode))).Order());
        var clients = Enumerable.Range(0, 20).Select(_ => server.Connect()).ToList();
        Assert.Subset(pids.ToHashSet(), clients.Select(client => WhoAmI(client).Pid).ToHashSet());
        clients.ForEach(client => client.Dispose());
        await server.DisposeAsync();
        Assert.All(pids, pid => Assert.False(KernelProcesses.Exists(pid))); // and no zombie either
        Eventually.True(() => KernelProcesses.Listening(server.Port).Count == 0, "nobody listens");
    }

    [Fact]
    public async Task Multi_process_serves_each_connection_in_a_process_of_its_own_which_is_gone_after_it()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var server = await TestServer.StartAsync("multi-process", "topologies.multi-process.spares = 2");
        Assert.Equal(2, server.Running.Info.Metrics.Processes);
        var clients = Enumerable.Range(0, 4).Select(_ => server.Connect()).ToList(); // two more than there are spares
        var seen = clients.ConvertAll(client => WhoAmI(client));
        Assert.Equal(4, seen.Select(who => who.Pid).Distinct().Count());
        Assert.Equal(["1", "2", "3", "4"], seen.Select(who => who.Connection));
        Assert.All(seen, who =>
        {
            Assert.Equal((who.Pid, who.Pid), (who.Read, who.Handled)); // the main thread's id is the process's
            Assert.StartsWith("akka://actor-server/user/server/multi-process/processes/process-", who.Actor, StringComparison.Ordinal);
            Assert.Equal("blocking", who.Engine);
        });
        Assert.Equal(seen, clients.ConvertAll(client => WhoAmI(client))); // they stay
        Eventually.True(() => KernelProcesses.Listening(server.Port).Count == 1, "one socket listens");
        clients[0].Dispose();
        Eventually.True(() => !KernelProcesses.Exists(seen[0].Pid), "the process is gone, and no zombie is left");
        KernelProcesses.Send(seen[1].Pid, KernelProcesses.SIGKILL);
        Assert.ThrowsAny<Exception>(() => clients[1].Get("/"));
        Eventually.True(() => server.Ended(EndReason.HandlerCrashed) == 1, "its end is counted");
        Assert.Equal(seen[2], WhoAmI(clients[2]));
        clients.ForEach(client => client.Dispose());
        Eventually.True(() => server.Running.Info.Metrics is { OpenConnections: 0, Processes: 2 }, "only spares are left");
        Assert.Equal(4, Enum.GetValues<EndReason>().Sum(server.Ended));
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_process_that_crashes_costs_its_own_connections_only(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, Two(topology));
        var (victim, others) = Apart(server, atOnce: topology == "multi-process" ? 4 : 20);
        var metrics = server.Running.Info.Metrics;
        var before = metrics.Processes;
        victim.Send("GET /crash?process=1 HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.ThrowsAny<Exception>(() => victim.Read());
        foreach (var client in others) Assert.Equal(200, client.Get("/").Status);
        Eventually.True(() => server.Ended(EndReason.HandlerCrashed) == 1, "its end is counted");
        if (topology != "multi-process") Eventually.True(() => metrics.Processes == before && metrics.ProcessesStarted == before + 1, "another is started");
        using var next = server.Connect();
        Assert.Equal(200, next.Get("/").Status);
        others.ForEach(client => client.Dispose());
        victim.Dispose();
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task A_pool_is_back_at_strength_after_a_kill_and_loses_nothing_else(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, Two(topology));
        var pids = WorkersOf(server);
        KernelProcesses.Send(pids[0], KernelProcesses.SIGKILL);
        var replies = 0;
        for (; replies < 50; replies++) // who comes while it is away is served by the other, or by the successor, which inherits its socket
        {
            using var client = server.Connect();
            Assert.Equal(200, client.Get("/", "Connection: close\r\n").Status);
        }

        Eventually.True(() => server.Running.Info.Metrics is { Processes: 2, ProcessesStarted: 3 }, "another is started");
        Assert.False(KernelProcesses.Exists(pids[0]));
        var now = WorkersOf(server);
        Assert.Equal(2, now.Count);
        Assert.Contains(pids[1], now);
        Assert.DoesNotContain(pids[0], now);
        Eventually.True(() => KernelProcesses.Listening(server.Port).Count == (topology == "process-pool-1" ? 1 : 2), "their sockets listen");
        Assert.Contains("actorserver_processes_replaced_total{reason=\"ended\"} 1", Metrics(server), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task While_nobody_serves_clients_wait_and_are_not_refused(string topology)
    {
        await using var server = await TestServer.StartAsync($"{topology} processes=1", Quick);
        Action<int>[] ends = [Die, Die, _ => server.Running.System.ActorSelection($"/user/server/{topology}/processes").Tell(Kill.Instance)];
        foreach (var end in ends) // the first is followed at once, the second after a pause
        {
            var pid = Assert.Single(WorkersOf(server));
            end(pid);
            Eventually.True(() => !KernelProcesses.Exists(pid), "it is gone");
            using var client = server.Connect();
            Assert.Equal(200, client.Get("/").Status);
        }

        static void Die(int pid) => KernelProcesses.Send(pid, KernelProcesses.SIGKILL);
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task A_process_that_is_sent_a_segmentation_fault_is_replaced(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, Two(topology));
        var pids = WorkersOf(server);
        KernelProcesses.Send(pids[0], KernelProcesses.SIGSEGV);
        Eventually.True(() => !KernelProcesses.Exists(pids[0]) && server.Running.Info.Metrics is { Processes: 2, ProcessesStarted: 3 }, "another is started");
        Assert.True(KernelProcesses.Exists(pids[1]));
        using var next = server.Connect();
        Assert.Equal(200, next.Get("/").Status);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_process_that_hangs_is_killed_and_replaced(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, Two(topology));
        using var client = server.Connect();
        var pid = WhoAmI(client).Pid;
        KernelProcesses.Send(pid, KernelProcesses.SIGSTOP);
        Eventually.True(() => !KernelProcesses.Exists(pid), "it is killed and reaped");
        Assert.ThrowsAny<Exception>(() => client.Get("/"));
        Eventually.True(() => server.Running.Info.Metrics.Processes == 2, "another is started");
        using var next = server.Connect();
        Assert.Equal(200, next.Get("/").Status);
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task Renewing_replaces_every_process_and_loses_no_request(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, Two(topology));
        var before = WorkersOf(server);
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(i => Task.Run(() => Load(server, keepAlive: i % 2 == 0, stop.Token))).ToArray();
        server.Running.RenewProcesses();
        Eventually.True(() => !before.Any(KernelProcesses.Exists) && server.Running.Info.Metrics is { Processes: 2, ProcessesStarted: 4 }, "all are replaced");
        await stop.CancelAsync();
        var sent = (await Task.WhenAll(load)).Sum();
        Assert.True(sent > 0);
        Assert.Contains("actorserver_processes_replaced_total{reason=\"asked\"} 2", Metrics(server), StringComparison.Ordinal);
        Assert.Equal(2, WorkersOf(server).Count);
    }

    [HangupFact]
    public async Task A_predecessor_that_ends_before_its_successor_serves_holds_no_later_replacement_up()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = new ServerProcess("run", "process-pool-1", "--port", "0", "--set=topologies.process-pool-1.processes=1");
        var ready = await server.ReadyAsync();
        var first = Assert.Single(KernelProcesses.ChildrenOf(ready.Pid));
        server.Signal(KernelProcesses.SIGHUP);
        var second = 0;
        Eventually.True(() => (second = KernelProcesses.ChildrenOf(ready.Pid).FirstOrDefault(pid => pid != first)) != 0, "its successor is started");
        // Until it has begun to run its program (vfork(2)) the server waits for it: stopped before, it would stop the server, too.
        Eventually.True(() => KernelProcesses.CommandLine(second).Contains("\0worker\0", StringComparison.Ordinal), "it runs its program");
        KernelProcesses.Send(second, KernelProcesses.SIGSTOP);
        KernelProcesses.Send(first, KernelProcesses.SIGKILL);
        Eventually.True(() => !KernelProcesses.Exists(first), "the predecessor is reaped");
        KernelProcesses.Send(second, KernelProcesses.SIGCONT);
        using (var client = new RawClient(ready.EndPoint)) Assert.Equal(second, WhoAmI(client).Pid);
        server.Signal(KernelProcesses.SIGHUP);
        Eventually.True(() => !KernelProcesses.Exists(second), "it is replaced in its turn");
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task A_process_is_replaced_after_max_requests_or_beyond_max_memory(string topology)
    {
        foreach (var (setting, reason) in ((string, string)[])[("max-requests = 5", "requests"), ("max-memory = 1 MiB", "memory")])
        {
            await using var server = await TestServer.StartAsync(topology, $"{Quick}, topologies.{topology} {{ processes = 1, {setting} }}");
            int first;
            using (var client = server.Connect())
            {
                first = WhoAmI(client).Pid;
                for (var i = 0; i < 4 && reason == "requests"; i++) client.Get("/");
            }

            Eventually.True(() => !KernelProcesses.Exists(first), $"it is replaced ({reason})");
            Assert.Contains($"actorserver_processes_replaced_total{{reason=\"{reason}\"}}", Metrics(server), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task What_all_processes_count_is_summed(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, $"topologies.{topology}.processes = 2");
        var requests = 0;
        var pids = new HashSet<int>();
        while (requests < 20 || pids.Count < 2)
        {
            // Many at a time, lest always the same process be the first to accept.
            var clients = Enumerable.Range(0, 20).Select(_ => server.Connect()).ToList();
            foreach (var client in clients) client.Send("GET /whoami HTTP/1.1\r\nHost: test\r\n\r\n");
            pids.UnionWith(clients.Select(client => WhoAmI(client.Read()).Pid));
            clients.ForEach(client => client.Dispose());
            requests += clients.Count;
        }

        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, "all connections end");
        Assert.Equal(requests, server.Running.Info.Metrics.AcceptedConnections);
        Assert.Equal(requests, server.Ended(EndReason.ClientClosed));
        Assert.Equal(requests, ServerProcess.Counter(Metrics(server), "http_server_request_duration_seconds_count{http_request_method=\"GET\",http_response_status_code=\"200\",url_scheme=\"http\"}"));
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task Each_process_runs_the_topology_that_is_configured(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, $"topologies.{topology} {{ processes = 1, worker-topology = reactor }}, topologies.reactor.loops = 2");
        Assert.Equal("epoll", server.Running.Info.Engine);
        using var first = server.Connect();
        using var second = server.Connect();
        Assert.StartsWith("akka://actor-server/user/server/reactor/sub-1/", WhoAmI(first).Actor, StringComparison.Ordinal);
        Assert.StartsWith("akka://actor-server/user/server/reactor/sub-2/", WhoAmI(second).Actor, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Pools))]
    public void Processes_of_processes_are_refused(string topology)
    {
        foreach (var inside in (string[])["process-pool-1", "process-pool-2", "multi-process", "no-such"])
        {
            Config config = $"actor-server {{ topology = {topology}, topologies.{topology}.worker-topology = {inside} }}";
            var fault = Assert.Single(Assert.Throws<InvalidConfigurationException>(() => ServerSettings.Load(config)).Faults);
            Assert.Contains($"worker-topology: \"{inside}\" is not known; expected single-process | multi-thread", fault.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_handler_that_is_an_object_is_refused(string topology)
    {
        var refusal = await Assert.ThrowsAsync<InvalidConfigurationException>(() => TestServer.StartAsync(topology, _ => ValueTask.CompletedTask));
        Assert.Contains("actor-server.handler", refusal.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Processes_that_do_not_start_keep_the_server_from_starting(string topology)
    {
        var failure = await Assert.ThrowsAsync<ActorServer.Processes.WorkerProcessException>(() => TestServer.StartAsync(topology, "processes.executable = /bin/false"));
        Assert.Contains("ended with exit code 1", failure.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Without_their_server_processes_end_by_themselves(string topology)
    {
        using var server = new ServerProcess("run", topology, "--port", "0");
        var ready = await server.ReadyAsync();
        using var client = new RawClient(ready.EndPoint);
        using var idle = new RawClient(ready.EndPoint);
        Assert.Equal(200, idle.Get("/").Status);
        client.Send("GET /sleep?ms=1000 HTTP/1.1\r\nHost: test\r\n\r\n");
        await server.StartedRequestAsync(idle);
        var workers = KernelProcesses.ChildrenOf(ready.Pid);
        Assert.NotEmpty(workers);
        KernelProcesses.Send(ready.Pid, KernelProcesses.SIGKILL);
        Assert.Equal("slept 1000 ms\n", client.Read().Text); // what is in flight is answered
        Eventually.True(() => workers.All(pid => !KernelProcesses.Exists(pid) || KernelProcesses.IsZombie(pid)), "no orphan is left");
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_second_signal_cuts_what_the_processes_still_do(string topology)
    {
        using var server = new ServerProcess("run", topology, "--port", "0", "--set=drain.deadline=10m");
        var ready = await server.ReadyAsync();
        using var client = new RawClient(ready.EndPoint);
        using var watcher = new RawClient(ready.EndPoint);
        client.Send("GET /wait?ms=600000 HTTP/1.1\r\nHost: test\r\n\r\n");
        await server.StartedRequestAsync(watcher);
        var workers = KernelProcesses.ChildrenOf(ready.Pid);
        server.Terminate();
        watcher.ExpectEnd(); // it drains
        Assert.False(server.Process.HasExited);
        server.Terminate();
        client.ExpectEnd();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("not done when the drain was cut short", await server.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(workers, KernelProcesses.Exists);
    }

    [HangupFact]
    public async Task SIGHUP_renews_the_processes()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = new ServerProcess("run", "process-pool-1", "--port", "0", "--set=topologies.process-pool-1.processes=1");
        var ready = await server.ReadyAsync();
        var before = Assert.Single(KernelProcesses.ChildrenOf(ready.Pid));
        server.Signal(KernelProcesses.SIGHUP);
        Eventually.True(() => !KernelProcesses.Exists(before), "the process is replaced");
        using (var client = new RawClient(ready.EndPoint)) Assert.Equal(Assert.Single(KernelProcesses.ChildrenOf(ready.Pid)), WhoAmI(client).Pid);
        server.Terminate();
        Assert.Equal((0, ""), (await server.ExitAsync(), await server.Errors));
    }

    private static TheoryData<string> Only(params string[] topologies) => OperatingSystem.IsLinux() ? [.. topologies] : [];

    private static string Two(string topology) =>
        topology == "multi-process" ? $"{Quick}, topologies.multi-process.spares = 2" : $"{Quick}, topologies.{topology}.processes = 2";

    /// <summary>The processes that can accept from one of the server's listening sockets, besides this one.</summary>
    private static IReadOnlyList<int> WorkersOf(TestServer server)
    {
        var sockets = KernelProcesses.Listening(server.Port);
        // What another test is just starting has our descriptors, too, and until its exec our command line, or none.
        var own = KernelProcesses.CommandLine(Environment.ProcessId);
        return [.. KernelProcesses.All.Where(pid => KernelProcesses.CommandLine(pid) is { Length: > 0 } line && line != own && sockets.Any(inode => KernelProcesses.Holds(pid, inode)))];
    }

    /// <summary>A client whose process serves none of the others, and the others.</summary>
    private static (RawClient Victim, List<RawClient> Others) Apart(TestServer server, int atOnce)
    {
        var clients = new Dictionary<RawClient, int>();
        while (clients.Values.Distinct().Count() < 2)
        {
            var batch = Enumerable.Range(0, atOnce).Select(_ => server.Connect()).ToList();
            foreach (var client in batch) client.Send("GET /whoami HTTP/1.1\r\nHost: test\r\n\r\n");
            foreach (var client in batch) clients.Add(client, WhoAmI(client.Read()).Pid);
        }

        var (victim, pid) = clients.First();
        var others = clients.Keys.Where(client => clients[client] != pid).ToList();
        foreach (var client in clients.Keys.Except(others).Where(client => client != victim)) client.Dispose();
        var left = others.Count + 1;
        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == left, "the rest is closed");
        return (victim, others);
    }

    /// <summary>Sends requests, each of which must be answered; on a connection that the server ends only after it said so.</summary>
    private static int Load(TestServer server, bool keepAlive, CancellationToken stop)
    {
        var sent = 0;
        while (!stop.IsCancellationRequested)
        {
            using var client = server.Connect();
            if (!keepAlive) Thread.Sleep(20); // who says nothing yet is put off by the kernel (endpoint.defer-accept), and must not be lost
            for (var closes = false; !closes && !stop.IsCancellationRequested; sent++)
            {
                var reply = client.Get("/", keepAlive ? "" : "Connection: close\r\n");
                Assert.Equal(200, reply.Status);
                closes = reply.Closes;
            }
        }

        return sent;
    }

    private static string Metrics(TestServer server)
    {
        using var client = server.Connect();
        return client.Get("/metrics").Text;
    }

    private static Who WhoAmI(RawClient client) => WhoAmI(client.Get("/whoami"));

    private static Who WhoAmI(Reply reply)
    {
        var json = JsonDocument.Parse(reply.Body).RootElement;
        return new Who(json.GetProperty("engine").GetString()!, json.GetProperty("actor").GetString()!, json.GetProperty("connection").GetInt64().ToString(CultureInfo.InvariantCulture),
            json.GetProperty("pid").GetInt32(), json.GetProperty("read_tid").GetInt32(), json.GetProperty("handle_tid").GetInt32());
    }

    /// <summary>What GET /whoami tells.</summary>
    private sealed record Who(string Engine, string Actor, string Connection, int Pid, int Read, int Handled);
}
