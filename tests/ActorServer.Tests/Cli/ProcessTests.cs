using ActorServer.Tests.Support;

namespace ActorServer.Tests.Cli;

/// <summary>The command as a process: the ready line, signals, exit codes, running out of descriptors.</summary>
public sealed class ProcessTests
{
    public static TheoryData<string> Topologies => Rows.Runnable;

    public static TheoryData<string> Concurrent => Rows.Concurrent;

    [Theory, MemberData(nameof(Topologies))]
    public async Task Tells_when_it_is_ready_and_drains_on_SIGTERM(string topology)
    {
        using var server = new ServerProcess("run", topology, "--port", "0");
        var ready = await server.ReadyAsync();
        Assert.Equal(topology, ready.Topology);
        Assert.Equal(server.Process.Id, ready.Pid);

        using var client = new RawClient(ready.EndPoint);
        client.Get("/");
        using var idle = new RawClient(ready.EndPoint);
        var beside = Rows.ServesSeveral(topology);
        if (beside) idle.Get("/metrics"); // loads its code: the look at the counters must not take longer than the request that it is to see
        client.Send("GET /wait?ms=1500 HTTP/1.1\r\nHost: test\r\n\r\nGET /readyz HTTP/1.1\r\nHost: test\r\n\r\n");
        if (beside) await server.StartedRequestAsync(idle);
        server.Terminate();
        var reply = client.Read();
        Assert.Equal("waited 1500 ms\n", reply.Text);
        idle.ExpectEnd();
        idle.Dispose();
        client.ToEnd();
        client.Dispose();
        Assert.Equal((0, ""), (await server.ExitAsync(), await server.Errors));
    }

    [Theory, MemberData(nameof(Concurrent))] // one that accepts when the last has gone has a descriptor for everybody
    public async Task Out_of_descriptors_it_pauses_accepting_and_recovers(string topology)
    {
        if (OperatingSystem.IsWindows()) return; // ulimit is a facility of Unix shells
        // The runtime, the loops and the standard streams need some 150; the rest is for connections.
        using var server = new ServerProcess("bash", ["-c", "ulimit -n 200 && exec \"$0\" \"$@\"", "dotnet", ServerProcess.Assembly, "run", topology, "--port", "0"]);
        var ready = await server.ReadyAsync();
        var clients = new List<RawClient>();
        for (var i = 0; i < 250; i++) clients.Add(new RawClient(ready.EndPoint)); // the backlog takes what is not accepted
        Assert.Equal(200, clients[0].Get("/").Status);
        var metrics = "";
        Eventually.True(() => ServerProcess.Counter(metrics = clients[0].Get("/metrics").Text, "actorserver_accept_pauses_total") > 0, "the pause is counted");
        Assert.True(ServerProcess.Counter(metrics, "actorserver_connections_open") < 250);
        // Those that waited get their turn as others leave; in which order is the topology's affair.
        var waiting = clients[1..].ToDictionary(client => client.Socket);
        foreach (var client in waiting.Values) client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        while (waiting.Count > 0)
        {
            List<System.Net.Sockets.Socket> answered = [.. waiting.Keys];
            System.Net.Sockets.Socket.Select(answered, null, null, TimeSpan.FromSeconds(20));
            Assert.NotEmpty(answered);
            foreach (var socket in answered)
            {
                Assert.Equal(200, waiting[socket].Read().Status);
                waiting[socket].Dispose();
                waiting.Remove(socket);
            }
        }

        clients[0].Dispose();
        // Each kind of acceptor: after a while without a pause, the next client ends the shortage.
        var toldWhenOver = topology is "epoll" or "proactor";
        for (var until = Environment.TickCount64 + 2000; toldWhenOver && Environment.TickCount64 < until; await Task.Delay(100))
        {
            using var late = new RawClient(ready.EndPoint);
            Assert.Equal(200, late.Get("/").Status);
        }

        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        var lines = (await server.Errors).Split('\n');
        // However many pauses there were; more than one, where several acceptors run short.
        Assert.InRange(lines.Count(line => line.Contains("ulimit -n", StringComparison.Ordinal)), 1, Math.Max(2, Environment.ProcessorCount));
        if (toldWhenOver) Assert.Single(lines, line => line.Contains("accepting goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_signal_cuts_what_is_still_in_flight()
    {
        using var server = new ServerProcess("run", "epoll", "--port", "0", "--set=drain.deadline=10m");
        var ready = await server.ReadyAsync();
        using var client = new RawClient(ready.EndPoint);
        using var watcher = new RawClient(ready.EndPoint);
        client.Send("GET /wait?ms=600000 HTTP/1.1\r\nHost: test\r\n\r\n");
        await server.StartedRequestAsync(watcher);
        server.Terminate();
        watcher.ExpectEnd(); // it drains
        Assert.False(server.Process.HasExited);
        server.Terminate();
        client.ExpectEnd();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("not done when the drain was cut short", await server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_the_end_of_an_fd_set_a_connection_is_refused_and_the_server_lives_on()
    {
        if (OperatingSystem.IsWindows()) return;
        // Descriptors that the server inherits: its own, and those of its first clients, reach up to the end of select's sets (1,023).
        const string use = "ulimit -n 4096 && for ((i = 0; i < 800; i++)); do exec {d}</dev/null || exit 9; done; exec \"$0\" \"$@\"";
        using var server = new ServerProcess("bash", ["-c", use, "dotnet", ServerProcess.Assembly, "run", "select", "--port", "0"]);
        var ready = await server.ReadyAsync();
        using var first = new RawClient(ready.EndPoint);
        Assert.Equal(200, first.Get("/").Status);
        var clients = Enumerable.Range(0, 150).Select(_ => new RawClient(ready.EndPoint)).ToList();
        var (served, refused) = (0, 0);
        foreach (var client in clients)
        {
            try
            {
                Assert.Equal(200, client.Get("/").Status);
                served++;
            }
            catch (Exception gone) when (gone is System.Net.Sockets.SocketException or Xunit.Sdk.XunitException)
            {
                refused++; // reset, or ended before a reply
            }
        }

        Assert.InRange(served, 1, 149);
        var metrics = first.Get("/metrics").Text;
        Assert.Equal(refused, ServerProcess.Counter(metrics, "actorserver_connections_ended_total{error_type=\"max_concurrent_connections_exceeded\"}"));
        Assert.Equal(served + 1, ServerProcess.Counter(metrics, "actorserver_connections_open"));
        clients.ForEach(client => client.Dispose());
        using var next = new RawClient(ready.EndPoint);
        Assert.Equal(200, next.Get("/").Status);
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("FD_SETSIZE", await server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_privileged_port_is_one_line_and_exit_code_1()
    {
        // The kernel's own limit tells which ports are privileged; root may bind them all.
        if (!OperatingSystem.IsLinux() || Environment.IsPrivilegedProcess) return;
        using var server = new ServerProcess("run", "--port", "80");
        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains("privileged", await server.Errors, StringComparison.Ordinal);
    }
}
