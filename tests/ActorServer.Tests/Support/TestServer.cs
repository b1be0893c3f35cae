using System.Net.Sockets;
using ActorServer.Handlers;
using ActorServer.Hosting;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Server;
using Akka.Configuration;
using Akka.TestKit.Configs;

namespace ActorServer.Tests.Support;

/// <summary>A server of one topology on a free port, in this process: <see cref="Testing.TestServer"/> with what only our own suites need.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly Testing.TestServer _server;

    private TestServer(Testing.TestServer server) => _server = server;

    public RunningServer Running => _server.Running;

    public int Port => Running.EndPoint.Port;

    /// <summary>Starts a server of a topology: its name, or that, a space and one of its settings (<see cref="Rows.Variants"/>).</summary>
    public static Task<TestServer> StartAsync(string topology, string hocon = "", ExchangeHandler? handler = null, bool virtualTime = false) =>
        StartAsync(topology, hocon, options =>
        {
            if (virtualTime) options.Add(TestConfigs.TestSchedulerConfig);
            if (handler is not null) options.UseHandler(handler);
        });

    /// <summary>Starts a server that answers with an object of a handler contract, with an actor, or with what the configuration names.</summary>
    public static Task<TestServer> StartAsync(string topology, object? handler, string hocon = "") => StartAsync(topology, hocon, options =>
    {
        if (handler is not null) options.UseHandler(handler);
    });

    /// <summary>Starts a server that answers with a function.</summary>
    public static Task<TestServer> StartAsync(string topology, Func<HttpExchange, ValueTask> handler, string hocon = "") =>
        StartAsync(topology, (object)handler, hocon);

    private static async Task<TestServer> StartAsync(string topology, string hocon, Action<ActorServerOptions> configure)
    {
        var name = topology.Split(' ')[0];
        return new TestServer(await Testing.TestServer.StartAsync(name, options =>
        {
            if (name != topology) options.Add(ConfigurationFactory.ParseString($"actor-server.topologies.{name}.{topology[(name.Length + 1)..]}"));
            configure(options);
        }, hocon));
    }

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

    /// <summary>
    /// Whether anybody listens. A process that another test is just starting may, for a moment: until its exec it has all our descriptors.
    /// </summary>
    public bool CanConnect()
    {
        try
        {
            Connect().Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public long Ended(EndReason reason) => _server.Ended(reason);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
