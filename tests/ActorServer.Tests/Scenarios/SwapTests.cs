using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ActorServer.Configuration;
using ActorServer.IO.Native;
using ActorServer.IO.Sockets;
using ActorServer.Protocol;
using ActorServer.Server;
using ActorServer.Tests.Support;
using ActorServer.Topologies;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Tests.Scenarios;

/// <summary>A server that is told to run another topology while clients come and go.</summary>
public sealed class SwapTests
{
    [Fact]
    public async Task No_client_notices_that_the_server_runs_one_topology_after_the_other()
    {
        await using var server = await TestServer.StartAsync("actor", "drain.deadline = 10s");
        var shown = new string[4];
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, shown.Length).Select(n => Task.Factory.StartNew(
            () => Ask(server, requests: n % 2 == 0 ? 1 : 10, topology => Volatile.Write(ref shown[n], topology), over.Token),
            TaskCreationOptions.LongRunning)).ToArray();

        for (var round = 1; round <= 3; round++)
        {
            foreach (var topology in Catalog.Entries.Where(entry => Rows.Unavailable(entry) is null && !entry.HasProcesses).Select(entry => entry.Roles.Name))
            {
                await server.Running.SwapAsync(To(server, topology));
                Assert.Equal(topology, server.Running.Info.Topology);
                Eventually.True(() => clients.Any(client => client.IsFaulted) || shown.All(name => name == topology), $"all clients are served by {topology}");
                if (clients.FirstOrDefault(client => client.IsFaulted) is { } failed) await failed;
            }
        }

        await over.CancelAsync();
        await Task.WhenAll(clients);
        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, "no connection is left");
        Assert.Equal(0, server.Ended(EndReason.AppShutdownTimeout));
        Assert.Equal(0, server.Running.Info.Metrics.Crashes);
    }

    [Fact]
    public async Task What_the_old_topology_was_asked_it_answers_and_says_that_this_was_the_last_reply()
    {
        var asked = new SemaphoreSlim(0);
        var answer = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync("epoll", async exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/slow"u8))
            {
                asked.Release();
                await answer.Task;
            }

            exchange.Response.Write("done"u8);
        });
        using var busy = server.Connect();
        using var idle = server.Connect();
        Assert.Equal(200, idle.Get("/").Status);
        busy.Send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n");
        await asked.WaitAsync();

        await server.Running.SwapAsync(To(server, "reactor"));
        using (var other = server.Connect()) Assert.False(other.Get("/").Headers.ContainsKey("Connection"));
        // The old topology is told when the new one is at work.
        Eventually.True(() => idle.Get("/").Headers.GetValueOrDefault("Connection") == "close", "the idle connection gets its last reply");
        answer.SetResult();
        var reply = busy.Read();
        Assert.Equal("done", reply.Text);
        Assert.Equal("close", reply.Headers["Connection"]);
        busy.ExpectEnd();
        idle.ExpectEnd();
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("fiber")]
    [InlineData("leader-follower")]
    [InlineData("multi-thread")]
    [InlineData("proactor")]
    public async Task A_reply_that_did_not_say_it_was_the_last_is_not_the_last(string topology)
    {
        const int Size = 20_000_000;
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        client.Send($"GET /bytes?n={Size} HTTP/1.1\r\nHost: test\r\n\r\n");
        client.Socket.Poll(-1, SelectMode.SelectRead); // it has begun
        await server.Running.SwapAsync(To(server, "reactor"));
        using (var other = server.Connect()) Assert.Equal("reactor", Topology(other.Get("/whoami")));
        var reply = client.Read();
        Assert.Equal(Size, reply.Body.Length);
        Assert.False(reply.Headers.ContainsKey("Connection"));
        Eventually.True(() => client.Get("/").Headers.GetValueOrDefault("Connection") == "close", "it is told");
        client.ExpectEnd();
    }

    [Fact]
    public async Task An_idle_client_of_the_old_topology_does_not_keep_a_server_that_stops()
    {
        await using var server = await TestServer.StartAsync("thread-pool", "drain.deadline = 10m");
        using var idle = server.Connect();
        Assert.Equal(200, idle.Get("/").Status);
        await server.Running.SwapAsync(To(server, "epoll"));
        Assert.Equal(0, await server.Running.StopAsync());
        idle.ExpectEnd();
        Assert.Equal(1, server.Ended(EndReason.ServerShutdown));
    }

    [Fact]
    public async Task Of_a_topology_that_cannot_be_run_the_server_says_why_and_goes_on()
    {
        await using var server = await TestServer.StartAsync("epoll");
        using var client = server.Connect();
        foreach (var topology in Catalog.Entries.Where(entry => Rows.Unavailable(entry) is not null).Select(entry => entry.Roles.Name))
        {
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => server.Running.SwapAsync(To(server, topology)));
            Assert.Contains($"cannot run topology {topology}", failure.Message);
        }

        var processes = await Assert.ThrowsAsync<InvalidOperationException>(() => server.Running.SwapAsync(To(server, "process-pool-1")));
        Assert.Contains("several processes", processes.Message);
        Assert.Throws<InvalidConfigurationException>(() => To(server, "raector"));
        Assert.Equal("epoll", Topology(client.Get("/whoami")));
        await server.Running.StopAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Running.SwapAsync(To(server, "reactor")));
    }

    [Fact]
    public async Task A_swap_that_fails_leaves_the_listening_socket_as_it_was()
    {
        if (!OperatingSystem.IsLinux()) return; // the option that tells is Linux's
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        ReuseAddress(1); // so that the server can have its port, which it may not listen on
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var server = await TestServer.StartAsync("multi-thread", $"endpoint.port = {((IPEndPoint)other.LocalEndPoint!).Port}");
        using var listener = new Socket(new SafeSocketHandle(server.Running.Listener.Descriptor, ownsHandle: false));
        Assert.Equal(1, DefersAccept());

        ReuseAddress(0); // and no second socket may be bound to it
        var failure = await Assert.ThrowsAsync<SystemCallException>(() => server.Running.SwapAsync(To(server, "socket-sharding")));
        Assert.Equal(Errno.EADDRINUSE, failure.Errno);
        Assert.Equal(1, DefersAccept());
        using (var client = server.Connect()) Assert.Equal("multi-thread", Topology(client.Get("/whoami")));

        await server.Running.SwapAsync(To(server, "epoll"));
        Assert.Equal(0, DefersAccept());

        void ReuseAddress(int value) => other.SetRawSocketOption(1, 2, BitConverter.GetBytes(value)); // SOL_SOCKET, SO_REUSEADDR

        int DefersAccept()
        {
            var value = new byte[sizeof(int)];
            listener.GetRawSocketOption(6, 9, value); // IPPROTO_TCP, TCP_DEFER_ACCEPT
            return BitConverter.ToInt32(value);
        }
    }

    [Fact]
    public async Task A_handler_that_holds_the_acceptor_up_holds_no_swap_up_for_longer_than_the_drain()
    {
        using var asked = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        await using var server = await TestServer.StartAsync("event-loop", exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/block"u8))
            {
                asked.Release();
                release.Wait();
            }

            exchange.Response.Write("done"u8);
            return ValueTask.CompletedTask;
        }, "drain.deadline = 100ms");
        using var blocked = server.Connect();
        blocked.Send("GET /block HTTP/1.1\r\nHost: test\r\n\r\n");
        await asked.WaitAsync();
        try
        {
            foreach (var topology in new[] { "reactor", "epoll" })
            {
                await server.Running.SwapAsync(To(server, topology)).WaitAsync(TimeSpan.FromMinutes(1));
                using var other = server.Connect();
                Assert.Equal("done", other.Get("/").Text);
            }
        }
        finally
        {
            release.Set();
        }

        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, "the cut connection ends with its handler");
    }

    /// <summary>An acceptor whose thread a handler holds may come to itself when its topology has ended without it.</summary>
    [Fact]
    public async Task A_connection_that_comes_when_its_supervisor_has_stopped_is_closed_and_its_permit_is_free()
    {
        await using var server = await TestServer.StartAsync("epoll", "limits.max-connections = 1");
        var old = await server.Running.System.ActorSelection("/user/server/epoll/connections").ResolveOne(TimeSpan.FromMinutes(1));
        using var inbox = Inbox.Create(server.Running.System);
        inbox.Watch(old);
        await server.Running.SwapAsync(To(server, "reactor"));
        Assert.IsType<Terminated>(inbox.Receive(TimeSpan.FromMinutes(1)));
        using var first = server.Connect();
        Assert.Equal(200, first.Get("/").Status);
        using var second = server.Connect(); // waits for the one permit
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 1);
        using var lost = new RawClient(listener.EndPoint);
        Assert.Equal(AcceptOutcome.Accepted, listener.Accept(out var socket));
        old.Tell(new Accepted(socket!, 0));
        lost.ExpectEnd();
        Assert.Equal(200, second.Get("/").Status);
        Assert.Equal(200, first.Get("/").Status);
    }

    [Fact]
    public async Task A_pipeline_that_is_swapped_away_ends_without_an_error()
    {
        await using var server = await TestServer.StartAsync("pipeline");
        var errors = new ConcurrentQueue<string>();
        var ended = new TaskCompletionSource();
        var topology = await server.Running.System.ActorSelection("/user/server/pipeline").ResolveOne(TimeSpan.FromMinutes(1));
        var listening = new TaskCompletionSource();
        server.Running.System.ActorOf(Props.Create(() => new Listener(topology, errors, listening, ended)));
        await listening.Task;
        await server.Running.SwapAsync(To(server, "epoll"));
        await ended.Task;
        await Task.Run(static () => { }); // behind what is reported on the thread pool
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Limits_change_with_the_topology()
    {
        await using var server = await TestServer.StartAsync("epoll");
        var settings = server.Running.Settings.With(ConfigurationSource.Value("limits.request-line", "64", "test"));
        await server.Running.SwapAsync(settings);
        using var client = server.Connect();
        Assert.Equal(414, client.Get("/" + new string('a', 100)).Status);
    }

    /// <summary>Takes note of the errors that are reported, and of the end of a topology.</summary>
    private sealed class Listener : ReceiveActor
    {
        private readonly TaskCompletionSource _listening;

        public Listener(IActorRef topology, ConcurrentQueue<string> errors, TaskCompletionSource listening, TaskCompletionSource ended)
        {
            _listening = listening;
            Context.Watch(topology);
            Receive<Error>(error => errors.Enqueue(error.ToString()));
            Receive<Terminated>(_ => ended.SetResult());
        }

        protected override void PreStart()
        {
            Context.System.EventStream.Subscribe(Self, typeof(Error));
            _listening.SetResult();
        }
    }

    private static ServerSettings To(TestServer server, string topology) =>
        server.Running.Settings.With(ConfigurationSource.Text("topology", topology, "test"));

    private static string Topology(Reply reply)
    {
        using var shown = JsonDocument.Parse(reply.Body);
        return shown.RootElement.GetProperty("topology").GetString()!;
    }

    /// <summary>Connects again and again; each time it asks so often, unless it is told before that the connection ends.</summary>
    private static void Ask(TestServer server, int requests, Action<string> show, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var client = server.Connect();
            for (var n = 1; n <= requests; n++)
            {
                var reply = client.Get("/whoami", n == requests ? "Connection: close\r\n" : "");
                Assert.Equal(200, reply.Status);
                show(Topology(reply));
                if (reply.Headers.TryGetValue("Connection", out var connection) && connection == "close") break;
            }

            client.ExpectEnd();
        }
    }
}
