using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorServer.Connections;
using ActorServer.IO.Native;
using ActorServer.Protocol.Http1;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>What an observer sees of the topologies that move requests between threads.</summary>
public sealed class QueueTests
{
    private const string Hello = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("half-sync-half-async", false)]
    [InlineData("half-sync-half-async respond=worker", true)]
    [InlineData("producer-consumer producers=1", true)]
    [InlineData("work-stealing", true)]
    [InlineData("message-balanced", false)]
    [InlineData("message-balanced ordered=request", true)]
    public async Task Another_thread_handles_than_the_one_that_reads_and_the_promised_one_writes(string topology, bool handlerWrites)
    {
        await using var server = await TestServer.StartAsync(topology);
        using var client = server.Connect();
        var (loop, handled, last) = (0, new HashSet<int>(), 0);
        for (var n = 0; n < 50; n++)
        {
            using var json = JsonDocument.Parse(client.Get("/whoami").Body);
            int Tid(string role) => json.RootElement.GetProperty(role + "_tid").GetInt32();
            Assert.Equal(Tid("handle"), json.RootElement.GetProperty("tid").GetInt32());
            if (n == 0) loop = Tid("read");
            else Assert.Equal(handlerWrites ? last : loop, Tid("write"));
            Assert.Equal((loop, loop), (Tid("accepted"), Tid("read")));
            handled.Add(last = Tid("handle"));
        }

        Assert.DoesNotContain(loop, handled);
    }

    [Theory]
    [InlineData("half-sync-half-async workers=1")]
    [InlineData("message-balanced workers=1")]
    public async Task A_client_that_asks_and_leaves_keeps_its_place_until_its_requests_are_handled(string topology)
    {
        await using var server = await Stoppable.StartAsync(topology);
        using var blocked = server.Block();
        using (var gone = server.Connect())
        {
            gone.Send(Hello);
            Eventually.True(() => server.Number("requests", "queued") == 1, "it waits for the worker");
            gone.Socket.LingerState = new System.Net.Sockets.LingerOption(enable: true, seconds: 0);
        }

        // The loop has heard of the reset before it reads what is sent after it.
        for (var n = 0; n < 3; n++)
        {
            using var other = server.Connect();
            other.Send("nonsense\r\n\r\n");
            Assert.Equal(400, other.Read().Status);
            other.ExpectEnd();
        }

        Eventually.True(() => server.Connections <= 2, "the others are gone");
        Assert.Equal(2, server.Connections);
        server.Open();
        Assert.Equal(200, blocked.Read().Status);
        Eventually.True(() => server.Connections == 1, "it is gone, too");
    }

    [Theory]
    [InlineData("half-sync-half-async workers=1")]
    [InlineData("work-stealing workers=1")]
    [InlineData("message-balanced workers=1")]
    public async Task A_handler_that_blocks_never_stalls_the_loop(string topology)
    {
        await using var server = await Stoppable.StartAsync(topology);
        using var blocked = server.Block();
        using var other = server.Connect();
        other.Send("nonsense\r\n\r\n"); // what needs no handler is answered
        Assert.Equal(400, other.Read().Status);
        using var waits = server.Connect();
        waits.Send(Hello);
        Eventually.True(() => server.Number("requests", "queued") == 1, "the loop reads while the worker sleeps");
        server.Open();
        Assert.Equal((200, 200), (blocked.Read().Status, waits.Read().Status));
    }

    [Theory]
    [InlineData("half-sync-half-async workers=1")]
    [InlineData("work-stealing workers=1")]
    [InlineData("message-balanced workers=1")]
    [InlineData("producer-consumer consumers=1")]
    public async Task An_asynchronous_handler_holds_no_thread(string topology)
    {
        var gate = new TaskCompletionSource();
        var waiting = 0;
        await using var server = await TestServer.StartAsync(topology, async exchange =>
        {
            if (!exchange.Request.Path.SequenceEqual("/wait"u8)) return;
            Interlocked.Increment(ref waiting);
            await gate.Task;
            exchange.Response.Write("waited"u8);
        });
        var clients = Enumerable.Range(0, 8).Select(_ => server.Connect()).ToList();
        clients.ForEach(client => client.Send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n"));
        Eventually.True(() => waiting == 8, "one thread takes them all");
        using (var other = server.Connect()) Assert.Equal(200, other.Get("/").Status);
        gate.SetResult();
        Assert.All(clients, client => Assert.Equal("waited", client.Read().Text));
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("half-sync-half-async workers=1")]
    [InlineData("half-sync-half-async workers=1, respond=worker")]
    [InlineData("work-stealing workers=1")]
    [InlineData("message-balanced workers=1")]
    public async Task The_queue_is_never_longer_than_its_bound_and_connections_beyond_wait_their_turn(string topology)
    {
        await using var server = await Stoppable.StartAsync(topology, "queue-capacity = 2");
        using var blocked = server.Block();
        var clients = new List<RawClient>();
        for (var n = 1; n <= 7; n++)
        {
            var client = server.Connect();
            client.Send($"GET /{n} HTTP/1.1\r\nHost: test\r\n\r\n");
            clients.Add(client);
            var (queued, waiting) = (Math.Min(n, 2), Math.Max(0, n - 2));
            Eventually.True(() => (server.Number("requests", "queued"), server.Number("requests", "waiting")) == (queued, waiting), $"{queued} in the queue, {waiting} before it");
        }

        server.Open();
        Assert.All(clients, client => Assert.Equal(200, client.Read().Status));
        Assert.Equal(["/block", "/1", "/2", "/3", "/4", "/5", "/6", "/7"], server.Handled);
        Assert.Equal((0, 0, 5), (server.Number("requests", "queued"), server.Number("requests", "waiting"), server.Number("requests.full", "waited")));
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("half-sync-half-async workers=1")]
    [InlineData("work-stealing workers=1")]
    [InlineData("message-balanced workers=1")]
    [InlineData("message-balanced workers=1, ordered=request")]
    public async Task Where_the_queue_refuses_a_request_beyond_is_a_503_and_the_client_may_come_again(string topology)
    {
        await using var server = await Stoppable.StartAsync(topology, "queue-capacity = 1, when-full = refuse");
        using var blocked = server.Block();
        using var queued = server.Connect();
        queued.Send(Hello);
        Eventually.True(() => server.Number("requests", "queued") == 1, "the queue is full");
        using var refused = server.Connect();
        for (var n = 1; n <= 3; n++)
        {
            var reply = refused.Get("/");
            Assert.Equal((503, "1", false), (reply.Status, reply.Headers["Retry-After"], reply.Closes));
            Assert.Equal(n, server.Number("requests.full", "refused"));
        }

        server.Open();
        Assert.Equal((200, 200), (blocked.Read().Status, queued.Read().Status));
        Assert.Equal(200, refused.Get("/").Status);
    }

    [Fact]
    public async Task A_producer_that_finds_the_buffer_full_waits_and_reads_no_more()
    {
        await using var server = await Stoppable.StartAsync("producer-consumer consumers=1, producers=1", "queue-capacity = 2");
        using var idle = server.Connect();
        Assert.Equal(200, idle.Get("/idle").Status);
        var producer = server.ReadThread;
        using var blocked = server.Block();
        var clients = Enumerable.Range(0, 3).Select(_ => server.Connect()).ToList();
        clients.ForEach(client => client.Send(Hello)); // two in the buffer, one in the producer's hand
        Eventually.True(() => (server.Number("buffer", "queued"), server.Number("buffer", "waiting")) == (2, 1), "the producer waits for room");
        var read = server.BytesReceived;
        idle.Send(Hello);
        if (OperatingSystem.IsLinux()) Eventually.True(() => KernelThreads.WaitsInFutex(producer), "its thread is parked");
        Assert.Equal((2L, read), (server.Number("buffer", "queued"), server.BytesReceived));
        server.Open();
        Assert.All(clients.Append(idle), client => Assert.Equal(200, client.Read().Status));
        Assert.Equal(0, server.Number("buffer", "queued"));
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("half-sync-half-async workers=2", "requests")]
    [InlineData("work-stealing workers=2", "requests")]
    [InlineData("producer-consumer consumers=2", "buffer")]
    [InlineData("message-balanced workers=2", "requests")]
    [InlineData("message-balanced workers=2, ordered=request", "requests")]
    public async Task A_flood_against_a_handler_that_stands_still_fills_nothing_but_the_kernels_buffers(string topology, string queue)
    {
        const int requests = 100_000;
        await using var server = await Stoppable.StartAsync(topology, "queue-capacity = 4");
        using var client = server.Connect();
        var flood = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, requests).Select(n => $"GET /block/{n} HTTP/1.1\r\nHost: t\r\n\r\n")));
        var sending = Task.Factory.StartNew(() => client.Send(flood), TaskCreationOptions.LongRunning);
        Eventually.True(() => server.BytesReceived > 0 && server.IsBlocked, "the handler stands still");
        for (var before = -1L; before != server.BytesReceived; Thread.Sleep(100)) before = server.BytesReceived; // until nothing moves
        Assert.InRange(server.BytesReceived, 1, 1 << 20);
        Assert.InRange(server.Number(queue, "queued"), 0, 4);
        Assert.InRange(server.Number(queue, "waiting"), 0, 16);

        server.Open();
        for (var n = 0; n < requests; n++) Assert.Equal($"/block/{n}", client.Read().Text);
        await sending;
    }

    [Fact]
    public async Task One_connections_requests_are_handled_at_once_by_several_workers_and_answered_in_order()
    {
        using var together = new Barrier(4);
        var tids = new ConcurrentDictionary<int, int>();
        using var done = new CountdownEvent(1);
        await using var server = await TestServer.StartAsync("message-balanced workers=4", exchange =>
        {
            var number = exchange.Request.Path[1] - '0';
            Assert.True(together.SignalAndWait(Patience), "handled one after the other");
            tids[number] = ThreadCalls.CurrentThreadId;
            SpinWait.SpinUntil(() => tids.Keys.Count(later => later / 4 == number / 4) == 4); // then in any order
            exchange.Response.Write(number.ToString(CultureInfo.InvariantCulture));
            return ValueTask.CompletedTask;
        });
        using var client = server.Connect();
        client.Send(string.Concat(Enumerable.Range(0, 8).Select(n => $"GET /{n} HTTP/1.1\r\nHost: test\r\n\r\n")));
        for (var n = 0; n < 8; n++) Assert.Equal(n.ToString(CultureInfo.InvariantCulture), client.Read().Text);
        Assert.Equal(4, tids.Where(pair => pair.Key < 4).Select(pair => pair.Value).Distinct().Count());
    }

    [Fact]
    public async Task Posts_of_a_pipeline_are_handled_one_at_a_time()
    {
        var inside = 0;
        await using var server = await TestServer.StartAsync("message-balanced workers=4", exchange =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            Thread.SpinWait(1000);
            Interlocked.Decrement(ref inside);
            return ValueTask.CompletedTask;
        });
        using var client = server.Connect();
        client.Send(string.Concat(Enumerable.Repeat("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nx", 100)));
        for (var n = 0; n < 100; n++) Assert.Equal(200, client.Read().Status);
    }

    [Fact]
    public async Task An_idle_worker_steals_what_another_has_taken_and_cannot_do()
    {
        using var gate = new SemaphoreSlim(0);
        using var stuck = new ManualResetEventSlim();
        var (blocked, caught) = (0, 0);
        TestServer? started = null;
        await using var server = started = await TestServer.StartAsync("work-stealing workers=2", exchange =>
        {
            if (exchange.Request.PathText == "/block")
            {
                Interlocked.Increment(ref blocked);
                Assert.True(gate.Wait(Patience));
            }
            else if (Stealing(started!, "depth") > 0 && Interlocked.Exchange(ref caught, 1) == 0)
            {
                Assert.True(stuck.Wait(Patience)); // the first that has work behind it in its deque
            }

            return ValueTask.CompletedTask;
        });
        for (var round = 0; Volatile.Read(ref caught) == 0; round++)
        {
            Assert.True(round < 100, "no worker takes a share of what waits");
            stuck.Reset();
            var clients = new List<RawClient>();
            Send(clients, "/block");
            Send(clients, "/block");
            Eventually.True(() => Volatile.Read(ref blocked) == 2 * (round + 1), "both workers are at work");
            for (var n = 0; n < 60; n++) Send(clients, "/");
            Eventually.True(() => Numbers(server, "requests", "queued") == 60, "all are in the queue");
            gate.Release(); // one of them takes shares of it, and is stuck
            Eventually.True(() => Volatile.Read(ref caught) == 1 || Numbers(server, "requests", "queued") == 0, "it works");
            var before = Stealing(server, "steals");
            gate.Release();
            if (Volatile.Read(ref caught) == 1) Eventually.True(() => Stealing(server, "steals") > before, "the other one steals");
            stuck.Set();
            Assert.All(clients, client => Assert.Equal(200, client.Read().Status));
            clients.ForEach(client => client.Dispose());
        }

        void Send(List<RawClient> clients, string target)
        {
            var client = server.Connect();
            clients.Add(client);
            client.Send($"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n");
        }
    }

    private static long Stealing(TestServer server, string what) =>
        server.Running.Info.Metrics.Gauges.Single(gauge => gauge.Name == $"actorserver.stealing.{what}").Read().Where(pair => pair.Value != "global").Sum(pair => pair.Count);

    private static long Numbers(TestServer server, string queue, string state) =>
        server.Running.Info.Metrics.Gauges.Single(gauge => gauge.Name == $"actorserver.{queue}").Read().Single(pair => pair.Value == state).Count;

    /// <summary>A server whose handler stands still for paths that begin with /block, until it is opened.</summary>
    private sealed class Stoppable : IAsyncDisposable
    {
        private readonly ManualResetEventSlim _gate = new();
        private readonly ConcurrentQueue<string> _handled = new();
        private TestServer _server = null!;
        private int _blocked;

        public static async Task<Stoppable> StartAsync(string topology, string settings = "")
        {
            var stoppable = new Stoppable();
            var name = topology.Split(' ')[0];
            stoppable._server = await TestServer.StartAsync(name, stoppable.Handle, $"topologies.{name} {{ {topology[name.Length..]}, {settings} }}");
            return stoppable;
        }

        public int ReadThread { get; private set; }

        public bool IsBlocked => Volatile.Read(ref _blocked) > 0;

        public long Connections => _server.Running.Info.Metrics.OpenConnections;

        public long BytesReceived => _server.Running.Info.Metrics.BytesReceived;

        /// <summary>What was handled, in order, of a server that is not flooded.</summary>
        public IEnumerable<string> Handled => _handled;

        public RawClient Connect() => _server.Connect();

        /// <summary>One more thread is in a handler that does not return.</summary>
        public RawClient Block()
        {
            var before = Volatile.Read(ref _blocked);
            var client = Connect();
            client.Send("GET /block HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.True(() => Volatile.Read(ref _blocked) > before, "a worker takes it");
            return client;
        }

        public void Open() => _gate.Set();

        public long Number(string queue, string state) => Numbers(_server, queue, state);

        public async ValueTask DisposeAsync()
        {
            Open();
            await _server.DisposeAsync();
            _gate.Dispose();
        }

        private ValueTask Handle(HttpExchange exchange)
        {
            var path = exchange.Request.PathText;
            ReadThread = exchange.Connection.ReadThread;
            if (_handled.Count < 100) _handled.Enqueue(path);
            exchange.Response.Write(path);
            if (!path.StartsWith("/block", StringComparison.Ordinal) || _gate.IsSet) return ValueTask.CompletedTask;
            Interlocked.Increment(ref _blocked);
            Assert.True(_gate.Wait(Patience));
            return ValueTask.CompletedTask;
        }
    }
}
