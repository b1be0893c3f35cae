using System.Net;
using System.Net.Sockets;
using ActorServer.Configuration;
using ActorServer.Hosting;
using ActorServer.Observability;
using ActorServer.Protocol;
using ActorServer.Server;
using Akka.Actor;
using Akka.Configuration;

namespace ActorServer.Testing;

/// <summary>
/// A server for a test: any topology, in this process, on a port that nobody else has. Several may run at a time. Disposing it drains it.
/// </summary>
public sealed class TestServer : IAsyncDisposable
{
    private const string Defaults = "akka { loglevel = OFF, stdout-loglevel = OFF }, actor-server.endpoint.port = 0";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(5);

    private TestServer(RunningServer running) => Running = running;

    /// <summary>The server.</summary>
    public RunningServer Running { get; }

    /// <summary>Its actor system, which a <c>TestKit</c> may share.</summary>
    public ActorSystem System => Running.System;

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => Running.EndPoint;

    /// <summary>Where it listens, as clients name it.</summary>
    public Uri Url => Running.Url;

    /// <summary>Its counters.</summary>
    public ServerMetrics Metrics => Running.Info.Metrics;

    /// <summary>Its counters as <c>GET /metrics</c> of the demo app shows them: Prometheus' text format.</summary>
    public string MetricsText => PrometheusText.Render(Metrics);

    /// <summary>Starts a server.</summary>
    /// <param name="topology">The name of the topology: <c>reactor</c>.</param>
    /// <param name="configure">
    /// Adds the handler or the routes, and what else a host would; null serves the demo app, or what the configuration names. Topologies
    /// that serve in other processes can only be given a handler's name.
    /// </param>
    /// <param name="hocon">Configuration below <c>actor-server</c>, which wins over all other: <c>limits.body = 1 KiB, protocol = line</c>.</param>
    /// <param name="services">Where handlers get their services from; null for nowhere.</param>
    /// <exception cref="ConfigurationException">The HOCON cannot be parsed.</exception>
    /// <exception cref="InvalidConfigurationException">One line per fault: no such topology or key, a handler that is none.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine cannot run the topology.</exception>
    public static async Task<TestServer> StartAsync(
        string topology, Action<ActorServerOptions>? configure = null, string hocon = "", IServiceProvider? services = null)
    {
        var options = new ActorServerOptions().Add(ConfigurationFactory.ParseString(Defaults));
        configure?.Invoke(options);
        options.Add(() => [ConfigurationSource.Text("topology", topology, "test"), ConfigurationFactory.ParseString($"actor-server {{ {hocon} }}")]);
        return new TestServer(await options.StartAsync(services));
    }

    /// <summary>
    /// How many connections ended for a reason. A connection is counted when the server has closed it, which its client may see first.
    /// </summary>
    /// <param name="reason">The reason.</param>
    public long Ended(EndReason reason) => Metrics.Ended(reason);

    /// <summary>A client of HTTP with <see cref="Url"/> as its base, and connections of its own.</summary>
    /// <returns>To be disposed by the caller, before the server: its idle connections would hold up the drain.</returns>
    public HttpClient CreateClient() => new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = Url, Timeout = Patience };

    /// <summary>A connection, for bytes as the caller likes them. A read that takes more than 30 seconds fails.</summary>
    /// <returns>The connection; disposing it closes it.</returns>
    /// <exception cref="SocketException">The server does not accept.</exception>
    public async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(EndPoint);
            return new NetworkStream(socket, ownsSocket: true) { ReadTimeout = (int)Patience.TotalMilliseconds, WriteTimeout = (int)Patience.TotalMilliseconds };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A connection that speaks lines of text: the protocol <c>line</c>.</summary>
    /// <returns>The connection; disposing it closes it.</returns>
    /// <exception cref="SocketException">The server does not accept.</exception>
    public async Task<LineClient> ConnectLinesAsync() => new(await ConnectAsync());

    /// <summary>
    /// Stops the server: what is in flight is answered, and cut after 5 seconds. For another deadline, or to know how many were cut, stop
    /// <see cref="Running"/> before.
    /// </summary>
    public async ValueTask DisposeAsync() => await Running.StopAsync(DrainDeadline);
}
