using System.Collections.Concurrent;
using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.IO.Native;
using ActorServer.Protocol.Http1;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>The promises of POSA2's Leader/Followers, as an observer sees them.</summary>
public sealed class LeaderFollowerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task One_thread_waits_on_the_set_and_the_others_park()
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        await using var server = await BlockingServer.StartAsync(workers: 4);
        var tids = server.OccupyAll();
        server.Open();

        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            using var client = server.Connect();
            while (!stop.IsCancellationRequested) Assert.Equal(200, client.Get("/").Status);
        })).ToList();
        var leaders = new HashSet<int>();
        for (var sample = 0; sample < 2000 || leaders.Count < 2; sample++)
        {
            var waiting = KernelThreads.InEpollAtOnce(tids);
            Assert.True(waiting.Count <= 1, $"{waiting.Count} threads wait in the poller");
            leaders.UnionWith(waiting);
        }

        stop.Cancel();
        await Task.WhenAll(load);
        Eventually.True(() => tids.Count(KernelThreads.WaitsInEpoll) == 1 && tids.Count(KernelThreads.WaitsInFutex) == 3, "one leads, three are parked");
    }

    [Fact]
    public async Task Requests_of_one_connection_are_served_by_several_threads_each_by_one_from_read_to_write()
    {
        await using var server = await TestServer.StartAsync("leader-follower", "topologies.leader-follower.workers = 3");
        using var client = server.Connect();
        var tids = new HashSet<int>();
        for (int requests = 0, last = 0; tids.Count < 2; requests++)
        {
            Assert.True(requests < 10_000, "one thread serves everything");
            using var json = System.Text.Json.JsonDocument.Parse(client.Get("/whoami").Body);
            int Tid(string role) => json.RootElement.GetProperty(role + "_tid").GetInt32();
            Assert.Equal(Tid("read"), Tid("handle"));
            Assert.Equal(last, Tid("write"));
            tids.Add(last = Tid("handle"));
        }
    }

    [Fact]
    public async Task Never_two_threads_serve_one_connection_at_once()
    {
        var inside = new ConcurrentDictionary<long, int>();
        await using var server = await TestServer.StartAsync("leader-follower", exchange =>
        {
            var id = exchange.Connection.Id;
            if (inside.AddOrUpdate(id, 1, (_, count) => count + 1) != 1) throw new InvalidOperationException("two at once");
            Thread.SpinWait(200);
            inside[id] = 0;
            return ValueTask.CompletedTask;
        }, "topologies.leader-follower.workers = 4");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var client = server.Connect();
            for (var round = 0; round < 100; round++)
            {
                // In pieces that end anywhere: there is always more to be read while a request is handled.
                var requests = string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\nHost: test\r\n\r\n", 10));
                for (var start = 0; start < requests.Length; start += 47) client.Send(requests[start..Math.Min(start + 47, requests.Length)]);
                for (var reply = 0; reply < 10; reply++) Assert.Equal(200, client.Read().Status);
            }
        })));
    }

    [Fact]
    public async Task A_handler_that_blocks_holds_up_nobody_until_all_threads_are_blocked()
    {
        await using var server = await BlockingServer.StartAsync(workers: 3);
        server.Block();
        server.Block();
        using var third = server.Connect();
        for (var i = 0; i < 100; i++) Assert.Equal(200, third.Get("/").Status);

        var tids = server.OccupyAll();
        if (OperatingSystem.IsLinux()) Assert.DoesNotContain(tids, KernelThreads.WaitsInEpoll); // nobody waits
        third.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.False(third.Socket.Poll(100_000, System.Net.Sockets.SelectMode.SelectRead), "answered by nobody");
        server.Open();
        Assert.Equal(200, third.Read().Status); // who is done first leads
    }

    [Fact]
    public async Task A_connection_that_is_being_served_is_reported_to_nobody_else()
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        await using var server = await BlockingServer.StartAsync(workers: 3);
        var tids = server.OccupyAll();
        server.Open();
        server.Close();
        var busy = server.Block();
        busy.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n"); // waits for the first: its socket is readable all the time
        Eventually.True(() => KernelThreads.SleepsInEpoll(tids, TimeSpan.FromMilliseconds(50)) != 0, "the leader sleeps");
        server.Open();
        Assert.Equal((200, 200), (busy.Read().Status, busy.Read().Status));
    }

    [Fact]
    public async Task New_connections_are_accepted_and_served_while_a_handler_blocks()
    {
        await using var server = await BlockingServer.StartAsync(workers: 2);
        server.Block();
        for (var i = 0; i < 200; i++)
        {
            using var client = server.Connect();
            Assert.Equal(200, client.Get("/").Status);
        }
    }

    [Theory, InlineData("poll"), InlineData("select")]
    public void A_poller_that_reports_to_several_threads_is_refused(string poller)
    {
        Akka.Configuration.Config config = $"actor-server {{ topology = leader-follower, topologies.leader-follower.poller = {poller} }}";
        var fault = Assert.Single(Assert.Throws<InvalidConfigurationException>(() => ServerSettings.Load(config)).Faults);
        Assert.Contains($"actor-server.topologies.leader-follower.poller: \"{poller}\" cannot disarm", fault.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A server whose handler blocks its thread for /block until it is opened.</summary>
    private sealed class BlockingServer : IAsyncDisposable
    {
        private readonly ManualResetEventSlim _gate = new();
        private readonly ConcurrentDictionary<int, bool> _blocked = new();
        private readonly List<RawClient> _clients = [];
        private TestServer _server = null!;
        private int _workers;

        public static async Task<BlockingServer> StartAsync(int workers)
        {
            var server = new BlockingServer { _workers = workers };
            server._server = await TestServer.StartAsync("leader-follower", server.Handle, $"topologies.leader-follower.workers = {workers}");
            return server;
        }

        public RawClient Connect() => _server.Connect();

        /// <summary>One more thread is in a handler that does not return.</summary>
        public RawClient Block()
        {
            var blocked = _blocked.Count;
            var client = Connect();
            _clients.Add(client);
            client.Send("GET /block HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.True(() => _blocked.Count > blocked, "another thread takes the request");
            return client;
        }

        /// <summary>All threads are; these are their ids.</summary>
        public IReadOnlyCollection<int> OccupyAll()
        {
            while (_blocked.Count < _workers) Block();
            return [.. _blocked.Keys];
        }

        public void Open() => _gate.Set();

        /// <summary>After <see cref="Open"/>: whoever comes from here on is blocked again.</summary>
        public void Close()
        {
            _clients.ForEach(client => client.Read());
            _blocked.Clear();
            _gate.Reset();
        }

        public async ValueTask DisposeAsync()
        {
            Open();
            _clients.ForEach(client => client.Dispose());
            await _server.DisposeAsync();
            _gate.Dispose();
        }

        private ValueTask Handle(HttpExchange exchange)
        {
            if (exchange.Request.Path.SequenceEqual("/block"u8))
            {
                Assert.True(_blocked.TryAdd(ThreadCalls.CurrentThreadId, true), "a blocked thread cannot serve");
                _gate.Wait(Patience);
            }

            return ValueTask.CompletedTask;
        }
    }
}
