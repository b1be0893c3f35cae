using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace AkkaCompatibility;

/// <summary>What Akka's documentation says of configuration and the end of a system.</summary>
public sealed class SystemTests : TestKit
{
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
}
