using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Routing;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;

namespace AkkaCompatibility;

/// <summary>What Akka's documentation says of routers, streams, configuration and the end of a system.</summary>
public sealed class SystemTests : TestKit
{
    private static readonly Config Settings = ConfigurationFactory.ParseString("""
        akka.actor.deployment {
          /workers { router = round-robin-pool, nr-of-instances = 3 }
        }
        """);

    public SystemTests() : base(Settings)
    {
    }

    [Fact]
    public void A_round_robin_pool_gives_each_routee_its_turn()
    {
        var router = Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(FromConfig.Instance), "workers");
        for (var i = 0; i < 9; i++) router.Tell("who");
        var names = Enumerable.Range(0, 9).Select(_ => ExpectMsg<string>()).GroupBy(name => name).ToList();
        Assert.Equal(3, names.Count);
        Assert.All(names, group => Assert.Equal(3, group.Count()));
    }

    [Fact]
    public void A_broadcast_reaches_every_routee()
    {
        var router = Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(new RoundRobinPool(4)));
        router.Tell(new Broadcast("who"));
        Assert.Equal(4, Enumerable.Range(0, 4).Select(_ => ExpectMsg<string>()).Distinct().Count());
    }

    [Fact]
    public async Task A_stream_runs_its_stages_in_order()
    {
        using var materializer = Sys.Materializer();
        var result = await Source.From(Enumerable.Range(1, 10))
            .Where(number => number % 2 == 0)
            .Select(number => number * number)
            .RunAggregate(0, (sum, number) => sum + number, materializer);
        Assert.Equal(220, result);
    }

    [Fact]
    public async Task A_slow_sink_holds_the_source_back()
    {
        using var materializer = Sys.Materializer();
        var produced = 0;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = Source.From(Enumerable.Range(0, 10_000))
            .Select(number =>
            {
                Interlocked.Increment(ref produced);
                return number;
            })
            .SelectAsync(1, async number =>
            {
                await gate.Task;
                return number;
            })
            .RunWith(Sink.Ignore<int>(), materializer);
        AwaitCondition(() => Volatile.Read(ref produced) > 0);
        Assert.InRange(Volatile.Read(ref produced), 1, 100); // far from all: there is no demand
        gate.SetResult();
        await done;
        Assert.Equal(10_000, produced);
    }

    [Fact]
    public async Task Coordinated_shutdown_runs_the_phases_in_order_and_ends_the_system()
    {
        var system = ActorSystem.Create("coordinated");
        var log = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var shutdown = CoordinatedShutdown.Get(system);
        foreach (var phase in (string[])[CoordinatedShutdown.PhaseServiceRequestsDone, CoordinatedShutdown.PhaseServiceUnbind, CoordinatedShutdown.PhaseBeforeServiceUnbind])
        {
            shutdown.AddTask(phase, "log", () =>
            {
                log.Enqueue(phase);
                return Task.FromResult(Done.Instance);
            });
        }

        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
        Assert.Equal(["before-service-unbind", "service-unbind", "service-requests-done"], log);
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public void Configuration_falls_back_and_substitutes()
    {
        var config = ConfigurationFactory.ParseString("server { port = 80, url = \"http://localhost:\"${server.port} }")
            .WithFallback(ConfigurationFactory.ParseString("server { port = 1, timeout = 5s }"));
        Assert.Equal(80, config.GetInt("server.port"));
        Assert.Equal("http://localhost:80", config.GetString("server.url"));
        Assert.Equal(TimeSpan.FromSeconds(5), config.GetTimeSpan("server.timeout"));
    }

    private sealed class WhoAmI : ReceiveActor
    {
        public WhoAmI() => ReceiveAny(_ => Sender.Tell(Self.Path.Name));
    }
}
