using System.Text.Json;
using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Tests.Support;
using Akka.Actor;
using Akka.Configuration;

namespace ActorServer.Tests.Conformance;

/// <summary>Where the kqueue row takes its system calls from is a setting, which is obeyed or refused.</summary>
public sealed class KqueueLibraryTests
{
    [Theory]
    [InlineData("/nowhere/libno-such-kqueue.so")]
    [InlineData("a \\ \"strange\" name")]
    public async Task A_library_that_is_not_there_is_named_at_the_start(string library)
    {
        var refusal = await Assert.ThrowsAsync<PlatformNotSupportedException>(() =>
            TestServer.StartAsync("kqueue", $"topologies.kqueue.library = \"\"\"{library}\"\"\""));
        Assert.Equal($"this machine cannot run topology kqueue: {library} cannot be loaded or has no kqueue", refusal.Message);
    }

    [Fact]
    public async Task A_library_without_the_calls_is_named_at_the_start()
    {
        if (!OperatingSystem.IsLinux()) return; // the name is that of Linux
        var refusal = await Assert.ThrowsAsync<PlatformNotSupportedException>(() => TestServer.StartAsync("kqueue", "topologies.kqueue.library = libm.so.6"));
        Assert.Contains("libm.so.6 cannot be loaded or has no kqueue", refusal.Message);
    }

    [Fact]
    public async Task A_dispatcher_takes_it_too()
    {
        using var system = ActorSystem.Create("library", "akka.stdout-loglevel = OFF, akka.loglevel = OFF");
        var prerequisites = system.Dispatchers.Prerequisites;
        Config config = "poller = kqueue, library = libno-such-kqueue.so";
        var refusal = Assert.Throws<PlatformNotSupportedException>(() => new EventLoopConfigurator(config, prerequisites).Produce("loop"));
        Assert.Contains("libno-such-kqueue.so", refusal.Message);
        await system.Terminate();
    }

    [Theory, InlineData("level"), InlineData("edge")]
    public async Task The_row_serves_from_the_systems_own_library_where_there_is_one(string trigger)
    {
        if (Pollers.Unavailable("kqueue") is not null) return; // refused, as another test shows
        await using var server = await TestServer.StartAsync($"kqueue trigger={trigger}");
        using var client = server.Connect();
        using var json = JsonDocument.Parse(client.Get("/whoami").Body);
        Assert.Equal("kqueue", json.RootElement.GetProperty("engine").GetString());
    }
}
