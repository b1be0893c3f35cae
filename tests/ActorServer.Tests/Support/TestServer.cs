using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Server;

namespace ActorServer.Tests.Support;

/// <summary>A server of one topology on a free port, in this process.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private TestServer(RunningServer running) => Running = running;

    public RunningServer Running { get; }

    public int Port => Running.EndPoint.Port;

    public static Task<TestServer> StartAsync(string topology, string hocon = "", ExchangeHandler? handler = null, bool virtualTime = false) =>
        StartAsync(topology, hocon, handler is null ? null : _ => handler, virtualTime);

    /// <summary>Starts a server that answers with an object of a handler contract, with an actor, or with what the configuration names.</summary>
    public static Task<TestServer> StartAsync(string topology, object? handler, string hocon = "") =>
        StartAsync(topology, hocon, handler is null ? null : system => HandlerLoader.From(handler, ServerSettings.Load(Hocon(hocon)))(system), virtualTime: false);

    private static async Task<TestServer> StartAsync(string topology, string hocon, HandlerStart? handler, bool virtualTime)
    {
        var (name, setting) = topology.Split(' ') is [var first, var second] ? (first, $"actor-server.topologies.{first}.{second}") : (topology, "");
        var settings = ServerSettings.Load(
            Akka.Configuration.ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF, akka.loglevel = OFF"),
            virtualTime ? Akka.TestKit.Configs.TestConfigs.TestSchedulerConfig : Akka.Configuration.Config.Empty,
            ConfigurationSource.Value("endpoint.port", "0", "test"),
            ConfigurationSource.Text("topology", name, "test"),
            Akka.Configuration.ConfigurationFactory.ParseString(setting),
            Hocon(hocon));
        return new TestServer(await RunningServer.StartAsync(settings, handler));
    }

    private static Akka.Configuration.Config Hocon(string hocon) => Akka.Configuration.ConfigurationFactory.ParseString($"actor-server {{ {hocon} }}");

    /// <summary>Starts a server that answers with a function.</summary>
    public static Task<TestServer> StartAsync(string topology, Func<HttpExchange, ValueTask> handler, string hocon = "") =>
        StartAsync(topology, hocon, exchange => handler((HttpExchange)exchange));

    /// <summary>See <see cref="Rows.ServesSeveral"/>.</summary>
    public bool ServesSeveral => Rows.ServesSeveral(Running.Info.Topology);

    /// <summary>A client that has been served, and stays while others are; null where nobody can be beside another.</summary>
    public RawClient? Bystander()
    {
        if (!ServesSeveral) return null;
        var client = Connect();
        Assert.Equal(200, client.Get("/").Status);
        return client;
    }

    public RawClient Connect() => new(Running.EndPoint);

    public long Ended(EndReason reason) => Running.Info.Metrics.Ended(reason);

    public async ValueTask DisposeAsync() => await Running.StopAsync(TimeSpan.FromSeconds(5));
}
