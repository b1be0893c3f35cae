using System.Net;
using ActorServer.Configuration;
using ActorServer.Protocol;
using ActorServer.Routing;
using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace ActorServer.Testing.Tests;

/// <summary>What a test of somebody else's has of the package.</summary>
public sealed class TestServerTests
{
    [Theory]
    [InlineData("reactor")]
    [InlineData("multi-thread")]
    [InlineData("half-sync-half-async")]
    public async Task Any_topology_in_two_lines(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, routes => routes.MapGet("/", exchange => exchange.Response.Write("Hello")));
        using var client = server.CreateClient();
        Assert.Equal("Hello", await client.GetStringAsync("/"));
        Assert.Equal(topology, server.Running.Info.Topology);
        Assert.Contains("http_server_request_duration_seconds_count", server.MetricsText);
    }

    [Fact]
    public async Task Two_servers_have_nothing_in_common()
    {
        await using var one = await TestServer.StartAsync("epoll", routes => routes.MapGet("/", exchange => exchange.Response.Write("one")));
        await using var two = await TestServer.StartAsync("actor", routes => routes.MapGet("/", exchange => exchange.Response.Write("two")));
        using var client = two.CreateClient();
        Assert.Equal("two", await client.GetStringAsync("/"));
        Assert.Equal(0, one.Metrics.OpenConnections);
        Assert.Equal(1, two.Metrics.OpenConnections);
    }

    [Fact]
    public async Task Hocon_wins_over_all_else()
    {
        await using var server = await TestServer.StartAsync("epoll", options => options.Add("actor-server.limits.body = 1 MiB"), "limits.body = 4");
        using var client = server.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/echo", new StringContent("four"))).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await client.PostAsync("/echo", new StringContent("fives"))).StatusCode);
    }

    [Fact]
    public async Task Bytes_and_lines()
    {
        await using var server = await TestServer.StartAsync("epoll", hocon: "protocol = line");
        using (var lines = await server.ConnectLinesAsync()) Assert.Equal("äh", await lines.AskAsync("äh"));
        await using (var stream = await server.ConnectAsync())
        {
            await stream.WriteAsync("raw\r\n"u8.ToArray());
            var reply = new byte[4];
            await stream.ReadExactlyAsync(reply);
            Assert.Equal("raw\n"u8, reply);
        }

        Assert.True(SpinWait.SpinUntil(() => server.Ended(EndReason.ClientClosed) == 2, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Why_it_does_not_start_is_an_exception()
    {
        Assert.Contains("reaktor", (await Assert.ThrowsAsync<InvalidConfigurationException>(() => TestServer.StartAsync("reaktor"))).Message);
        Assert.Contains("limits.bodi", (await Assert.ThrowsAsync<InvalidConfigurationException>(() => TestServer.StartAsync("epoll", hocon: "limits.bodi = 1"))).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => TestServer.StartAsync("epoll", routes => routes.MapGet("/{", "no handler")));
        await using var server = await TestServer.StartAsync("epoll");
        await Assert.ThrowsAsync<IO.Native.SystemCallException>(() => TestServer.StartAsync("epoll", hocon: $"endpoint.port = {server.EndPoint.Port}"));
    }

    [Fact]
    public async Task A_test_kit_shares_the_actor_system()
    {
        await using var server = await TestServer.StartAsync("epoll");
        using var kit = new TestKit(server.System);
        server.System.ActorSelection("/user/server").Tell(new Identify(1), kit.TestActor);
        Assert.Equal("server", kit.ExpectMsg<ActorIdentity>(TimeSpan.FromSeconds(20)).Subject?.Path.Name);
    }

    [Fact]
    public async Task Disposing_answers_what_is_in_flight()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var server = await TestServer.StartAsync("reactor", routes => routes.MapGet("/", async exchange =>
        {
            asked.SetResult();
            await answer.Task;
            exchange.Response.Write("late");
        }));
        using var client = server.CreateClient();
        var reply = client.GetStringAsync("/");
        await asked.Task;
        var disposed = server.DisposeAsync().AsTask();
        Assert.True(SpinWait.SpinUntil(() => server.Running.Info.IsDraining, TimeSpan.FromSeconds(20)));
        answer.SetResult();
        Assert.Equal("late", await reply);
        await disposed;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("/"));
    }
}
