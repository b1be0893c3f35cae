using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using ActorServer.IO.Completion;
using ActorServer.Protocol;
using ActorServer.Tests.Support;
using Akka.Actor;

namespace ActorServer.Tests.Conformance;

/// <summary>What the proactor promises beyond the other rows: whose threads and system calls, and what clients that pipeline may take from others.</summary>
public sealed class ProactorTests
{
    // The same number on every architecture of Linux.
    private const string EnterCall = "426";

    public static TheoryData<string> Engines =>
        [.. CompletionQueues.Names.Where(name => CompletionQueues.Unavailable(name) is null).Select(name => $"proactor engine={name}")];

    [Theory, MemberData(nameof(Engines))]
    public async Task One_loop_is_told_of_everything_that_completes(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        var clients = Enumerable.Range(0, 5).Select(_ => server.Connect()).ToList();
        var seen = clients.ConvertAll(client =>
        {
            client.Get("/");
            return JsonDocument.Parse(client.Get("/whoami").Body).RootElement;
        });
        Assert.All(seen, who => Assert.Equal(topology.Split('=')[1], who.GetProperty("engine").GetString()));
        var tid = Assert.Single(seen.SelectMany(who => (string[])["accepted_tid", "read_tid", "handle_tid", "write_tid"], (who, role) => who.GetProperty(role).GetInt32()).Distinct());
        if (OperatingSystem.IsLinux() && topology.EndsWith("io_uring", StringComparison.Ordinal))
        {
            Eventually.True(() => File.ReadAllText($"/proc/self/task/{tid}/syscall").Split(' ')[0] == EnterCall, "the loop sleeps in io_uring_enter");
            Assert.Empty(ServerSockets(server.Port).Intersect(WatchedByEpoll()));
        }

        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Where_epoll_is_the_engine_it_watches_the_clients()
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        await using var server = await TestServer.StartAsync("epoll");
        using var client = server.Connect();
        client.Get("/");
        Assert.NotEmpty(ServerSockets(server.Port).Intersect(WatchedByEpoll())); // so the test above could fail
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Several_loops_have_a_listening_socket_each(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "topologies.proactor.loops = 3");
        var clients = Enumerable.Range(0, 64).Select(_ => server.Connect()).ToList();
        var tids = clients.ConvertAll(client =>
        {
            var who = JsonDocument.Parse(client.Get("/whoami").Body).RootElement;
            Assert.Equal(who.GetProperty("accepted_tid").GetInt32(), who.GetProperty("handle_tid").GetInt32());
            return who.GetProperty("handle_tid").GetInt32();
        });
        Assert.Equal(3, tids.Distinct().Count());
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public void Auto_names_what_it_picked() =>
        Assert.Equal(CompletionQueues.Unavailable("io_uring") is null ? "io_uring" : "socket-async", CompletionQueues.Resolve(CompletionQueues.Auto));

    [Theory, MemberData(nameof(Engines))]
    public async Task Clients_that_pipeline_and_never_read_take_nothing_from_others(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        var requests = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /bytes?n=1000000 HTTP/1.1\r\nHost: test\r\n\r\n", 1000)));
        using var other = server.Connect();
        var greedy = Enumerable.Range(0, 40).Select(_ => new RawClient(server.Running.EndPoint, receiveBuffer: 4096)).ToList();
        var sent = new long[greedy.Count];
        foreach (var client in greedy) client.Socket.Blocking = false;
        // Until the kernel takes no more from any of them: the server has stopped reading.
        for (var quiet = 0; quiet < 10;)
        {
            var before = sent.Sum();
            for (var i = 0; i < greedy.Count; i++)
            {
                greedy[i].Socket.Send(requests, 0, requests.Length, SocketFlags.None, out var error);
                for (; error == SocketError.Success; greedy[i].Socket.Send(requests, 0, requests.Length, SocketFlags.None, out error))
                {
                    sent[i] += requests.Length;
                    Assert.InRange(sent[i], 0, 64 << 20); // no kernel keeps that much for a connection: somebody would be hoarding it
                }
            }

            Assert.Equal("Hello, World!", other.Get("/").Text);
            quiet = sent.Sum() == before ? quiet + 1 : 0;
        }

        using (var late = server.Connect()) Assert.Equal("Hello, World!", late.Get("/").Text);
        greedy.ForEach(client => client.Dispose());
        other.Dispose();
        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, "all connections end");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_comes_while_a_handler_waits_is_answered_in_order(string topology)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(topology, async exchange =>
        {
            await gate.Task;
            exchange.Response.Write(exchange.Request.Path);
        });
        using var client = server.Connect();
        const int count = 5000;
        client.Send("GET /0 HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => server.Running.Info.Metrics.ActiveRequests == 1, "the handler waits");
        var sending = Task.Run(() =>
        {
            for (var i = 1; i < count; i++) client.Send($"GET /{i} HTTP/1.1\r\nHost: test\r\n\r\n");
        });
        await Task.WhenAny(sending, Task.Delay(500)); // it may have to wait for the server
        gate.SetResult();
        for (var i = 0; i < count; i++) Assert.Equal($"/{i}", client.Read().Text);
        await sending;
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_reply_on_its_way_when_the_server_stops_is_followed_by_a_last_call(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var client = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
        client.Send("GET /bytes?n=5000000 HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => server.Running.Info.Metrics.BytesSent > 0, "the reply is on its way");
        var stop = server.Running.StopAsync(TimeSpan.FromSeconds(20));
        Eventually.True(() => server.Running.Info.IsUnbound, "accepting is over");
        var first = client.Read();
        Assert.Equal((5_000_000, false), (first.Body.Length, first.Closes));
        var last = client.Get("/"); // the client could not know
        Assert.Equal((200, true), (last.Status, last.Closes));
        client.ExpectEnd();
        client.Dispose();
        Assert.Equal(0, await stop);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_connection_with_nothing_under_way_is_cut_at_the_drain_deadline_too(string topology)
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(topology, async _ => await never.Task);
        using var client = server.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => server.Running.Info.Metrics.ActiveRequests == 1, "the handler waits");
        client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n"); // too much: nothing is received any more
        Assert.Equal(1, await server.Running.StopAsync(TimeSpan.FromMilliseconds(300)));
        client.ExpectEnd();
        Assert.Equal(1, server.Ended(EndReason.AppShutdownTimeout));
        Assert.Equal(0, server.Running.Info.Metrics.OpenConnections);
        never.SetResult();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Clients_who_wait_to_be_accepted_when_the_server_stops_are_served(string topology)
    {
        using var gate = new ManualResetEventSlim();
        await using var server = await TestServer.StartAsync(topology, exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/block"u8)) gate.Wait(TimeSpan.FromSeconds(30));
            exchange.Response.Write("served"u8);
            return ValueTask.CompletedTask;
        });
        using var blocking = server.Connect();
        blocking.Send("GET /block HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => server.Running.Info.Metrics.ActiveRequests == 1, "the loop is busy");
        var waiting = Enumerable.Range(0, 100).Select(_ => server.Connect()).ToList(); // the kernel's backlog takes them
        foreach (var client in waiting) client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        var stop = server.Running.StopAsync(TimeSpan.FromSeconds(20));
        Eventually.True(() => server.Running.Info.IsDraining, "the drain begins");
        gate.Set();
        foreach (var client in waiting)
        {
            Assert.Equal("served", client.Read().Text);
            client.Dispose();
        }

        Assert.Equal("served", blocking.Read().Text);
        blocking.Dispose();
        Assert.Equal(0, await stop);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_acceptor_that_fails_leaves_no_accepts_behind_for_clients_to_get_lost_in(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using (var before = server.Connect()) Assert.Equal(200, before.Get("/").Status);
        var acceptor = await server.Running.System.ActorSelection("/user/server/proactor/acceptor-1").ResolveOne(TimeSpan.FromSeconds(20));
        acceptor.Tell(Kill.Instance, ActorRefs.NoSender);
        Assert.NotNull((await acceptor.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromSeconds(20))).Subject); // restarted
        var clients = Enumerable.Range(0, 20).Select(_ => server.Connect()).ToList();
        foreach (var client in clients)
        {
            Assert.Equal(200, client.Get("/").Status);
            client.Dispose();
        }
    }

    /// <summary>Our descriptors of connections on a port (proc(5): /proc/net/tcp names the inode, /proc/self/fd the descriptor).</summary>
    private static HashSet<int> ServerSockets(int port)
    {
        var inodes = File.ReadLines("/proc/self/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(field => int.Parse(field[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port && field[3] == "01")
            .Select(field => $"socket:[{field[9]}]").ToHashSet();
        var sockets = Descriptors().Where(entry => inodes.Contains(entry.Target)).Select(entry => entry.Number).ToHashSet();
        Assert.NotEmpty(sockets);
        return sockets;
    }

    /// <summary>What the epoll instances of this process watch (proc(5), fdinfo of an eventpoll).</summary>
    private static HashSet<int> WatchedByEpoll() => Descriptors().Where(entry => entry.Target == "anon_inode:[eventpoll]")
        .SelectMany(entry => Lines($"/proc/self/fdinfo/{entry.Number}"))
        .Where(line => line.StartsWith("tfd:", StringComparison.Ordinal))
        .Select(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).ToHashSet();

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return []; // of another test's server, which has closed it meanwhile
        }
    }

    private static List<(int Number, string Target)> Descriptors() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(path => (int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture), new FileInfo(path).LinkTarget ?? ""))];
}
