using System.Net;
using ActorServer.Processes;
using ActorServer.Protocol.Http1;
using ActorServer.Server;
using ActorServer.Topologies;
using Akka.Actor;
using Akka.Configuration;

namespace ActorServer.Configuration;

/// <summary>Where to listen.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port; 0 lets the kernel pick.</param>
/// <param name="Backlog">Connections that may wait to be accepted.</param>
/// <param name="DeferAccept">Whether a model in which a thread waits for its client gets a connection with the first bytes.</param>
public sealed record EndpointSettings(IPAddress Address, int Port, int Backlog, bool DeferAccept);

/// <summary>The limits on a connection that are a matter of time or rate; those of size are <see cref="HttpLimits"/>.</summary>
/// <param name="MaxConnections">Connections open at a time.</param>
/// <param name="HeaderTimeout">From a request's first byte to the end of its headers.</param>
/// <param name="KeepAliveTimeout">Between two requests.</param>
/// <param name="MinRequestRate">Bytes per second of a request body; 0 is no limit.</param>
/// <param name="MinResponseRate">Bytes per second of a reply; 0 is no limit.</param>
/// <param name="RateGrace">Before the rates count.</param>
/// <param name="Linger">For the client to close after the last reply.</param>
public sealed record ConnectionLimits(
    int MaxConnections,
    TimeSpan HeaderTimeout,
    TimeSpan KeepAliveTimeout,
    int MinRequestRate,
    int MinResponseRate,
    TimeSpan RateGrace,
    TimeSpan Linger);

/// <summary>How to stop.</summary>
/// <param name="Deadline">For requests in flight.</param>
/// <param name="PreUnbindDelay">Between "not ready" and the end of accepting.</param>
public sealed record DrainSettings(TimeSpan Deadline, TimeSpan PreUnbindDelay);

/// <summary>Everything under <c>actor-server</c>, checked and typed. Source of the defaults: the embedded <c>reference.conf</c>.</summary>
public sealed class ServerSettings
{
    /// <summary>The root of the configuration.</summary>
    public const string Root = "actor-server";

    private ServerSettings(Config config, Config configured, SettingsReader reader)
    {
        (Config, Configured) = (config, configured);
        Endpoint = ReadEndpoint(reader.Section("endpoint"));
        Protocol = reader.Choice("protocol", Protocols.Names);
        Handler = reader.Text("handler");
        HandlerTimeout = reader.Duration("handler-timeout", mayBeZero: false);
        HandlerQueue = reader.Number("handler-queue", least: 1, most: 1_000_000);
        BlockedAfter = reader.Duration("blocked-after");
        TrimAfter = reader.Duration("trim-after");
        AdminSocket = reader.Section("admin").Text("socket");
        var limits = reader.Section("limits");
        HttpLimits = new HttpLimits
        {
            RequestLineBytes = (int)limits.Size("request-line", 64, 1 << 20),
            HeadersBytes = (int)limits.Size("headers", 256, 1 << 24),
            HeaderCount = limits.Number("header-count", 1, 10_000),
            BodyBytes = limits.Size("body", 0),
        };
        LineLimit = (int)limits.Size("line", 1, 1 << 20);
        Limits = new ConnectionLimits(
            limits.Number("max-connections", 1),
            limits.Duration("header-timeout", mayBeZero: false),
            limits.Duration("keep-alive-timeout", mayBeZero: false),
            limits.Number("min-request-rate", 0),
            limits.Number("min-response-rate", 0),
            limits.Duration("rate-grace", mayBeZero: false),
            limits.Duration("linger"));
        OnCrash = Enum.Parse<Directive>(reader.Section("supervision").Choice("on-crash", "stop", "restart", "resume", "escalate"), ignoreCase: true);
        var drain = reader.Section("drain");
        Drain = new DrainSettings(drain.Duration("deadline"), drain.Duration("pre-unbind-delay"));
        Processes = ProcessSettings.Read(reader.Section("processes"));
        Topology = Catalog.Create(reader.TextOrNull("topology"), reader);
    }

    /// <summary>The whole configuration, defaults included: the actor system's too.</summary>
    public Config Config { get; }

    /// <summary>Short names of the executors that the server brings, for the dispatchers of any actor in its system.</summary>
    private static Config Executors => ConfigurationFactory.ParseString(
        "akka.actor.executors.work-stealing-executor = \"ActorServer.Dispatch.Stealing.WorkStealingConfigurator, ActorServer.Server\"");

    /// <summary>What was configured, without the defaults.</summary>
    public Config Configured { get; }

    /// <summary>The topology that was chosen, configured.</summary>
    public ITopology Topology { get; }

    /// <summary>Where to listen.</summary>
    public EndpointSettings Endpoint { get; }

    /// <summary>One of <see cref="Protocols.Names"/>.</summary>
    public string Protocol { get; }

    /// <summary><c>demo</c>, or the name of a handler's type.</summary>
    public string Handler { get; }

    /// <summary>How long a handler that is an actor or a stream may take for an answer.</summary>
    public TimeSpan HandlerTimeout { get; }

    /// <summary>How many requests may wait for a handler that is a stream.</summary>
    public int HandlerQueue { get; }

    /// <summary>How long an event loop may be at one callback before it is reported; zero for as long as it likes.</summary>
    public TimeSpan BlockedAfter { get; }

    /// <summary>How long no client must have sent anything before memory is given back; zero for never.</summary>
    public TimeSpan TrimAfter { get; }

    /// <summary>Where the server takes orders: the path of a Unix socket, <c>auto</c> or <c>off</c>.</summary>
    public string AdminSocket { get; }

    /// <summary>The limits of size on HTTP requests.</summary>
    public HttpLimits HttpLimits { get; }

    /// <summary>Longest line of the line protocol, in bytes.</summary>
    public int LineLimit { get; }

    /// <summary>The limits of time, rate and number.</summary>
    public ConnectionLimits Limits { get; }

    /// <summary>What the supervisor does when a handler throws.</summary>
    public Directive OnCrash { get; }

    /// <summary>How to stop.</summary>
    public DrainSettings Drain { get; }

    /// <summary>How worker processes are started, watched and replaced, in the topologies that have some.</summary>
    public ProcessSettings Processes { get; }

    /// <summary>Reads and checks a configuration.</summary>
    /// <param name="layers">What was configured, weakest first; the defaults need not be among them.</param>
    /// <exception cref="InvalidConfigurationException">One line per fault.</exception>
    public static ServerSettings Load(params IReadOnlyList<Config> layers) => Load(out _, layers);

    internal static ServerSettings Load(out IReadOnlySet<string> keysRead, params IReadOnlyList<Config> layers)
    {
        var configured = layers.Aggregate(Config.Empty, Over);
        var config = Whole(configured);
        var reader = new SettingsReader(config, Root);
        var settings = new ServerSettings(config, configured, reader);
        keysRead = reader.Keys;
        return Checked(settings, layers, reader);
    }

    /// <summary>The same configuration with something else on top.</summary>
    /// <param name="layers">What was configured on top, weakest first.</param>
    /// <exception cref="InvalidConfigurationException">One line per fault.</exception>
    public ServerSettings With(params IReadOnlyList<Config> layers)
    {
        var configured = layers.Aggregate(Configured, Over);
        var config = Whole(configured);
        var reader = new SettingsReader(config, Root);
        return Checked(new ServerSettings(config, configured, reader), layers, reader);
    }

    private static Config Over(Config weaker, Config stronger) => stronger.WithFallback(weaker);

    private static Config Whole(Config configured) => configured.WithFallback(Defaults).WithFallback(Executors).WithFallback(ConfigurationFactory.Default());

    private static ServerSettings Checked(ServerSettings settings, IReadOnlyList<Config> layers, SettingsReader reader)
    {
        IReadOnlyList<ConfigurationFault> faults = [.. UnknownKeys.In(layers, reader.Keys), .. reader.Faults];
        return faults.Count == 0 ? settings : throw new InvalidConfigurationException(faults);
    }

    /// <summary>The embedded defaults.</summary>
    public static Config Defaults => ConfigurationFactory.FromResource("ActorServer.reference.conf", typeof(ServerSettings).Assembly);

    private static EndpointSettings ReadEndpoint(SettingsReader reader)
    {
        var host = reader.Text("host");
        var address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => System.Net.Sockets.Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
            _ => IPAddress.TryParse(host, out var parsed) ? parsed : null,
        };
        if (address is null && reader.Has("host")) reader.Fault("host", $"\"{host}\" is not an IP address; expected one, localhost or *");
        return new EndpointSettings(address ?? IPAddress.Loopback, reader.Number("port", 0, 65535), reader.Number("backlog", 1, 65535), reader.Choice("defer-accept", "on", "off") == "on");
    }
}
