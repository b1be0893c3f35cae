using System.Globalization;
using System.Net.Sockets;
using ActorServer.Protocol;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>How connections begin and end in every topology: deadlines, crashes, drain, permits. Nothing may leak, nothing may be reset.</summary>
public sealed class LifetimeTests
{
    public static TheoryData<string> Topologies => Rows.Variants;

    public static TheoryData<string> InProcess => Rows.InProcess;

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_crash_costs_its_own_connection_only(string topology)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var other = server.Bystander();
        for (var i = 1; i <= 5; i++)
        {
            using var client = server.Connect();
            var reply = client.Get("/crash");
            Assert.Equal(500, reply.Status);
            Assert.True(reply.Closes);
            client.ExpectEnd();
            client.Dispose();
            var crashes = i;
            Eventually.True(() => server.Ended(EndReason.HandlerCrashed) == crashes, "the crash is counted");
        }

        using var last = server.Connect();
        Assert.Equal("Hello, World!", (other ?? last).Get("/").Text);
    }

    [Theory, MemberData(nameof(InProcess))]
    public async Task An_asynchronous_crash_counts_the_same(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, async _ =>
        {
            await Task.Yield();
            throw new InvalidDataException("late");
        });
        using var client = server.Connect();
        Assert.Equal(500, client.Get("/").Status);
        client.ExpectEnd();
        Eventually.True(() => server.Running.Info.Metrics.Crashes == 1, "the crash is counted");
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Every_supervision_directive_ends_the_crashed_connection(string topology)
    {
        foreach (var directive in (string[])["stop", "restart", "resume", "escalate"])
        {
            await using var server = await TestServer.StartAsync(topology, $"supervision.on-crash = {directive}");
            using var bystander = server.Bystander();
            using (var client = server.Connect())
            {
                Assert.Equal(500, client.Get("/crash").Status);
                client.ExpectEnd();
            }

            Eventually.True(() => server.Ended(EndReason.HandlerCrashed) > 0, $"the connection is gone ({directive})");
            using var next = server.Connect();
            Assert.Equal(200, next.Get("/").Status);
            // Escalating ends the connections of one worker, which may be the bystander's.
            if (directive != "escalate") Assert.Equal(200, (bystander ?? next).Get("/").Status);
            bystander?.Dispose();
            next.Dispose();
            Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, $"all connections end ({directive})");
            Assert.Equal(server.Running.Info.Metrics.AcceptedConnections, Enum.GetValues<EndReason>().Sum(server.Ended)); // each once
        }
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_reader_that_stalls_is_cut_and_others_are_served_meanwhile(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "limits { rate-grace = 300ms, min-response-rate = 100000000, linger = 100ms }");
        using var stalled = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
        stalled.Send("GET /bytes?n=1000000000 HTTP/1.1\r\nHost: test\r\n\r\n");
        using var other = server.Connect();
        Assert.Equal(200, other.Get("/").Status);
        Eventually.True(() => server.Ended(EndReason.MinResponseDataRate) == 1, "the reason is counted");
        Assert.Equal(200, other.Get("/").Status);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_reader_that_keeps_up_gets_everything_however_long_it_takes(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "limits { rate-grace = 500ms, min-response-rate = 200000 }");
        using var reader = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
        const int size = 6_000_000;
        reader.Send($"GET /bytes?n={size} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        var (total, part) = (0L, new byte[1 << 16]);
        var begun = Environment.TickCount64;
        for (int got; (got = reader.Socket.Receive(part)) > 0;)
        {
            total += got;
            var early = begun + total / 5_000 - Environment.TickCount64; // 5 MB/s, 1.2 s in all
            if (early > 0) Thread.Sleep((int)early);
        }

        Assert.InRange(total, size, size + 1000);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_handler_may_take_longer_than_the_deadlines_of_its_client(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "limits { keep-alive-timeout = 400ms, header-timeout = 400ms, rate-grace = 400ms }");
        using var whole = server.Connect();
        Assert.Equal(200, whole.Get("/sleep?ms=2000").Status);
        using var parts = server.Connect();
        parts.Send("GET /sleep?ms=2000 HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\na");
        Eventually.True(() => server.Running.Info.Metrics.BytesReceived > 100, "the head is read");
        parts.Send("b");
        Assert.Equal(200, parts.Read().Status);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_connection_in_use_is_not_idle_though_no_handler_sees_its_requests(string topology)
    {
        await using var echo = await TestServer.StartAsync(topology, "protocol = echo, limits.keep-alive-timeout = 1500ms");
        await using var http = await TestServer.StartAsync(topology, "limits.keep-alive-timeout = 1500ms");
        using var talker = echo.Connect();
        using var pinger = http.Connect();
        for (var i = 0; i < 10; i++) // 2 s in all
        {
            talker.Send("x");
            Assert.Single(talker.Bytes(1));
            pinger.Send("OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n");
            Assert.Equal(200, pinger.Read().Status);
            await Task.Delay(200);
        }
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_client_that_asked_for_the_close_is_not_waited_for(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "limits.linger = 60s");
        using var client = server.Connect();
        client.Send("GET /bytes?n=100000 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        Eventually.True(() => server.Ended(EndReason.ResponseComplete) == 1, "the connection is over, although the client has not ended its stream");
        Assert.Equal(100_000, client.Read().Body.Length);
        client.ExpectEnd();

        using var liar = server.Connect();
        liar.Send("GET /bytes?n=100000 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal(100_000, liar.Read().Body.Length); // closing at once would reset it
        liar.ExpectEnd();
        Assert.Equal(1, server.Running.Info.Metrics.OpenConnections);
    }

    [Theory, MemberData(nameof(InProcess))]
    public async Task Drain_answers_what_is_in_flight_and_closes_what_is_idle(string topology)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(topology, async exchange =>
        {
            if (!exchange.Request.Path.SequenceEqual("/slow"u8)) return;
            entered.TrySetResult();
            await gate.Task;
            exchange.Response.Write("made it"u8);
        });
        // As many as it takes for every worker to have one: all of them ended means that all workers drain.
        var idle = Enumerable.Range(0, server.ServesSeveral ? 4 * Environment.ProcessorCount : 0).Select(_ => server.Connect()).ToList();
        foreach (var client in idle) client.Get("/");
        using var busy = server.Connect();
        busy.Send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n");
        await entered.Task;

        var stop = server.Running.StopAsync(TimeSpan.FromSeconds(20));
        foreach (var client in idle)
        {
            client.ExpectEnd();
            client.Dispose();
        }

        Assert.False(stop.IsCompleted);
        Eventually.True(() => server.Running.Info.IsDraining, "the drain begins");
        gate.SetResult();
        var reply = busy.Read();
        Assert.Equal("made it", reply.Text);
        Assert.True(reply.Closes);
        busy.ExpectEnd();
        busy.Dispose();
        Assert.Equal(0, await stop);
        Eventually.True(() => !server.CanConnect(), "nobody can connect");
        Assert.Equal(idle.Count + 1, server.Ended(EndReason.ServerShutdown));
    }

    [Theory, MemberData(nameof(InProcess))]
    public async Task Drain_answers_whoever_had_connected_by_then(string topology)
    {
        using var gate = new ManualResetEventSlim();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(topology, exchange =>
        {
            if (!exchange.Request.Path.SequenceEqual("/hold"u8)) return ValueTask.CompletedTask;
            held.TrySetResult();
            gate.Wait(TimeSpan.FromSeconds(20));
            return ValueTask.CompletedTask;
        }, "endpoint.backlog = 64");
        for (var i = 0; i < 70; i++) // what came before does not count
        {
            using var earlier = server.Connect();
            earlier.Get("/");
        }

        using var holder = server.Connect();
        holder.Send("GET /hold HTTP/1.1\r\nHost: test\r\n\r\n");
        await held.Task;
        var clients = Enumerable.Range(0, 40).Select(_ => server.Connect()).ToList(); // the kernel's backlog takes those that nobody can accept now
        foreach (var client in clients) client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        var stop = server.Running.StopAsync(TimeSpan.FromSeconds(20));
        Eventually.True(() => server.Running.Info.IsDraining, "it drains");
        await Task.Delay(100); // for the acceptors to be told meanwhile; it must not matter
        gate.Set();
        foreach (var client in clients)
        {
            Assert.Equal(200, client.Read().Status);
            client.Dispose();
        }

        Assert.Equal(200, holder.Read().Status);
        holder.Dispose();
        Assert.Equal(0, await stop);
        Assert.Equal(111, server.Running.Info.Metrics.AcceptedConnections);
    }

    [Theory, MemberData(nameof(InProcess))]
    public async Task Drain_cuts_what_is_not_done_by_the_deadline(string topology)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(topology, async _ =>
        {
            entered.TrySetResult();
            await never.Task;
        });
        using var client = server.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        await entered.Task;
        Assert.Equal(1, await server.Running.StopAsync(TimeSpan.FromMilliseconds(200)));
        client.ExpectEnd();
        Assert.Equal(1, server.Ended(EndReason.AppShutdownTimeout));
        Assert.Equal(0, server.Running.Info.Metrics.ActiveRequests);
        never.SetResult();
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task At_max_connections_the_next_client_waits_its_turn(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "limits.max-connections = 2");
        using var first = server.Connect();
        using var second = server.ServesSeveral ? server.Connect() : first;
        first.Get("/");
        second.Get("/");
        using var third = server.Connect(); // the kernel's backlog takes it
        third.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal(200, first.Get("/").Status);
        var served = server.ServesSeveral ? 2 : 1;
        Assert.Equal(served, server.Running.Info.Metrics.AcceptedConnections);
        second.Dispose();
        Assert.Equal(200, third.Read().Status);
        Assert.Equal(served + 1, server.Running.Info.Metrics.AcceptedConnections);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task No_socket_is_left_behind(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, "limits.linger = 200ms");
        for (var i = 0; i < 50; i++)
        {
            using var client = server.Connect();
            switch (i % 5)
            {
                case 0: client.Get("/"); break;
                case 1: client.Get("/crash"); break;
                case 2: client.Send("GET / HT"); break;
                case 3: client.Send("rubbish\r\n\r\n"); break;
                default:
                    client.Send("GET"); // who says nothing need not be accepted (endpoint.defer-accept)
                    client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
                    break;
            }
        }

        // Each for exactly one reason.
        Eventually.True(() => Enum.GetValues<EndReason>().Sum(server.Ended) == 50, "all connections end");
        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, "none is open");
        // A completion loop closes with the next call that hands operations over, a moment after it counted.
        if (OperatingSystem.IsLinux()) Eventually.True(() => OpenServerSockets(server.Port) == 0, "no socket is left");
    }

    /// <summary>Sockets on our port that still belong to a process, but for the listening one (proc(5), /proc/net/tcp).</summary>
    private static int OpenServerSockets(int port) => File.ReadLines("/proc/self/net/tcp").Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Count(field => int.Parse(field[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port && field[3] != "0A" && field[9] != "0");
}
