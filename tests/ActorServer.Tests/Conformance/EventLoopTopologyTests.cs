using System.Collections.Concurrent;
using System.Text;
using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.IO.Native;
using ActorServer.Protocol.Http1;
using ActorServer.Server;
using ActorServer.Tests.Support;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Tests.Conformance;

/// <summary>What an event loop promises its handlers, and what it does to everyone when one of them does not return.</summary>
public sealed class EventLoopTopologyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_handler_stays_on_the_loops_thread_whatever_it_awaits()
    {
        await using var server = await TestServer.StartAsync("event-loop", AwaitEverything);
        var clients = Enumerable.Range(0, 8).Select(_ => server.Connect()).ToList();
        foreach (var client in clients) client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        var tids = clients.SelectMany(client => client.Read().Text.Split(',')).Distinct();
        Assert.Single(tids);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Other_topologies_let_a_handler_go_on_where_it_is_resumed()
    {
        await using var server = await TestServer.StartAsync("epoll", AwaitEverything);
        using var client = server.Connect();
        Assert.True(client.Get("/").Text.Split(',').Distinct().Count() > 1);
    }

    [Fact]
    public async Task Each_connection_has_a_context_of_its_own_and_leaves_nothing_behind()
    {
        var contexts = new ConcurrentDictionary<long, ConcurrentBag<SynchronizationContext?>>();
        await using var server = await TestServer.StartAsync("event-loop", async exchange =>
        {
            var mine = contexts.GetOrAdd(exchange.Connection.Id, _ => []);
            mine.Add(SynchronizationContext.Current);
            SynchronizationContext.SetSynchronizationContext(null);
            SynchronizationContext.SetSynchronizationContext(mine.First()); // a handler may do what it likes in between
            await Task.Yield();
            mine.Add(SynchronizationContext.Current);
            await Task.Run(() => { });
            mine.Add(SynchronizationContext.Current);
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext()); // left behind
        });
        using (var one = server.Connect())
        using (var other = server.Connect())
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(200, one.Get("/").Status);
                Assert.Equal(200, other.Get("/").Status);
            }
        }

        Assert.Equal(2, contexts.Count);
        Assert.All(contexts.Values, mine => Assert.IsAssignableFrom<SynchronizationContext>(Assert.Single(mine.Distinct())));
        Assert.Equal(2, contexts.Values.Select(mine => mine.First()).Distinct().Count());
    }

    [Fact]
    public async Task A_handler_that_computes_delays_everyone()
    {
        var computes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var enough = false;
        await using var server = await TestServer.StartAsync("event-loop", exchange =>
        {
            if (!exchange.Request.Path.SequenceEqual("/burn"u8)) return ValueTask.CompletedTask;
            computes.SetResult();
            while (!Volatile.Read(ref enough)) Thread.SpinWait(100);
            return ValueTask.CompletedTask;
        });
        using var other = server.Connect();
        Assert.Equal(200, other.Get("/").Status);
        using var burning = server.Connect();
        burning.Send("GET /burn HTTP/1.1\r\nHost: test\r\n\r\n");
        await computes.Task.WaitAsync(Patience);
        other.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.False(other.Socket.Poll(200_000, System.Net.Sockets.SelectMode.SelectRead), "answered while the loop's thread computes");
        Volatile.Write(ref enough, true);
        Assert.Equal(200, other.Read().Status);
        Assert.Equal(200, burning.Read().Status);
    }

    [Theory]
    [InlineData("event-loop"), InlineData("epoll"), InlineData("reactor"), InlineData("actor")]
    public async Task A_blocked_loop_is_told_once_with_who_blocks_it_and_again_when_it_goes_on(string topology)
    {
        using var gate = new SemaphoreSlim(0);
        await using var server = await Watched.StartAsync(topology, exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/slow"u8)) gate.Wait(Patience);
            return ValueTask.CompletedTask;
        });
        for (var blockage = 1; blockage <= 2; blockage++)
        {
            using var client = new RawClient(server.Running.EndPoint);
            client.Send("GET /slow?x=1 HTTP/1.1\r\nHost: test\r\n\r\n");
            var warning = server.Next<Warning>();
            Assert.Contains("handler the handler under test, at akka://", warning, StringComparison.Ordinal);
            Assert.Contains($"/{blockage} (GET /slow)", warning, StringComparison.Ordinal);
            Assert.Equal(blockage, server.Running.Info.Metrics.LoopBlocks);
            gate.Release();
            Assert.Equal(200, client.Read().Status);
            Assert.Contains("goes on after", server.Next<Info>(), StringComparison.Ordinal); // and no second warning before
            Assert.Contains($"actorserver_loop_blocked_total {blockage}\n", Observability.PrometheusText.Render(server.Running.Info.Metrics), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_blocks_after_an_await_is_told_too()
    {
        using var gate = new SemaphoreSlim(0);
        await using var server = await Watched.StartAsync("event-loop", async exchange =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), exchange.Connection.Time);
            gate.Wait(Patience);
        });
        using var client = new RawClient(server.Running.EndPoint);
        client.Send("GET /late HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Contains("/1 (GET /late)", server.Next<Warning>(), StringComparison.Ordinal);
        gate.Release();
        Assert.Equal(200, client.Read().Status);
    }

    [Fact]
    public async Task What_a_handler_left_running_is_told_with_its_connection()
    {
        using var gate = new SemaphoreSlim(0);
        await using var server = await Watched.StartAsync("event-loop", exchange =>
        {
            _ = LeftBehindAsync(exchange.Connection.Time);
            return ValueTask.CompletedTask;
        });
        using var client = new RawClient(server.Running.EndPoint);
        Assert.Equal(200, client.Get("/").Status);
        Assert.EndsWith("/connections/1", server.Next<Warning>(), StringComparison.Ordinal); // its request is over
        gate.Release();

        async Task LeftBehindAsync(TimeProvider time)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), time);
            gate.Wait(Patience);
        }
    }

    private static async ValueTask AwaitEverything(HttpExchange exchange)
    {
        var tids = new List<int> { ThreadCalls.CurrentThreadId };
        await Task.Delay(TimeSpan.FromMilliseconds(1), exchange.Connection.Time);
        tids.Add(ThreadCalls.CurrentThreadId);
        await Task.Delay(1);
        tids.Add(ThreadCalls.CurrentThreadId);
        await Task.Run(() => Thread.Sleep(1));
        tids.Add(ThreadCalls.CurrentThreadId);
        await Task.Yield();
        tids.Add(ThreadCalls.CurrentThreadId);
        tids.Add(exchange.Connection.HandleThread);
        exchange.Response.Write(Encoding.ASCII.GetBytes(string.Join(',', tids)));
    }

    /// <summary>A server whose loops are soon found blocked, and its log.</summary>
    private sealed class Watched : IAsyncDisposable
    {
        private readonly BlockingCollection<LogEvent> _log = [];

        public required RunningServer Running { get; init; }

        public static async Task<Watched> StartAsync(string topology, Func<HttpExchange, ValueTask> handler)
        {
            var running = await RunningServer.StartAsync(ServerSettings.Load(
                Akka.Configuration.ConfigurationFactory.ParseString("akka { stdout-loglevel = OFF, loglevel = INFO, loggers = [] }"),
                Akka.Configuration.ConfigurationFactory.ParseString($"actor-server {{ endpoint.port = 0, blocked-after = 500ms, topology = {topology} }}")),
                _ => exchange => handler((HttpExchange)exchange), handlerName: "the handler under test");
            var server = new Watched { Running = running };
            var listener = running.System.ActorOf(Props.Create(() => new Listener(server._log)));
            running.System.EventStream.Subscribe(listener, typeof(Warning));
            running.System.EventStream.Subscribe(listener, typeof(Info));
            return server;
        }

        /// <summary>The next line of the log about a loop, which must be of that kind.</summary>
        public string Next<T>() where T : LogEvent
        {
            while (true)
            {
                Assert.True(_log.TryTake(out var line, Patience), "nothing was logged");
                var text = $"{line!.Message}";
                if (!text.Contains("event loop", StringComparison.Ordinal)) continue;
                Assert.IsType<T>(line);
                return text;
            }
        }

        public async ValueTask DisposeAsync() => await Running.StopAsync(TimeSpan.FromSeconds(5));

        private sealed class Listener : ReceiveActor
        {
            public Listener(BlockingCollection<LogEvent> log) => Receive<LogEvent>(log.Add);
        }
    }
}
