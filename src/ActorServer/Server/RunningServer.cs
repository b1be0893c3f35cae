using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.IO.Processes;
using ActorServer.IO.Sockets;
using ActorServer.Observability;
using ActorServer.Processes;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;

namespace ActorServer.Server;

/// <summary>
/// A server that accepts connections, from <see cref="StartAsync"/> until <see cref="StopAsync"/>. Several run side by side in one
/// process, each with an actor system of its own.
/// </summary>
public sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan SystemStop = TimeSpan.FromSeconds(2);

    private readonly IActorRef _server;
    private volatile ServerContext _context;
    private Task<int>? _stop;

    private RunningServer(ServerContext context, ActorSystem system, IActorRef server, ServerActor.Started started) =>
        (_context, System, _server, Listener) = (context, system, server, started.Listener);

    /// <summary>The first of the listening sockets.</summary>
    internal ListenSocket Listener { get; }

    /// <summary>The address that the kernel bound: with port 0, the port it picked.</summary>
    public IPEndPoint EndPoint => Listener.EndPoint;

    /// <summary>The actor system that the server's actors live in, below <c>/user/server</c>.</summary>
    public ActorSystem System { get; }

    /// <summary>What handlers of new connections see of the server: topology, engine, counters.</summary>
    public ServerInfo Info => _context.Info;

    /// <summary>Where clients reach the server.</summary>
    public Uri Url
    {
        get
        {
            var host = EndPoint.Address.Equals(IPAddress.Any) || EndPoint.Address.Equals(IPAddress.IPv6Any) ? "localhost"
                : EndPoint.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{EndPoint.Address}]" : EndPoint.Address.ToString();
            return new Uri($"{(_context.Speaks == "http" ? "http" : "tcp")}://{host}:{EndPoint.Port}");
        }
    }

    /// <summary>Completed when the server has stopped: with null when it was told to, or with what it died of.</summary>
    public Task<Exception?> Stopped => _context.Stopped.Task;

    /// <summary>Starts a server.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="handler">What answers; null takes the one that the configuration names.</param>
    /// <param name="logs">Where to log to; null logs as the actor system's configuration says.</param>
    /// <param name="meters">Where the meter comes from; null makes one that stands alone.</param>
    /// <param name="handlerName">What the log calls the handler; null for its name in the configuration.</param>
    /// <exception cref="InvalidConfigurationException">The configured handler cannot be used.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine cannot run the topology.</exception>
    /// <exception cref="IO.Native.SystemCallException">The address cannot be listened on.</exception>
    public static Task<RunningServer> StartAsync(
        ServerSettings settings, HandlerStart? handler = null, ILoggerFactory? logs = null, IMeterFactory? meters = null,
        string? handlerName = null) => StartServerAsync(settings, handler, logs, meters, handlerName, place: null);

    /// <summary>Starts one of several servers that are processes of another one.</summary>
    internal static Task<RunningServer> StartWorkerAsync(ServerSettings settings, WorkerPlace place, ILoggerFactory logs) =>
        StartServerAsync(settings, handler: null, logs, meters: null, handlerName: null, place);

    private static async Task<RunningServer> StartServerAsync(
        ServerSettings settings, HandlerStart? handler, ILoggerFactory? logs, IMeterFactory? meters, string? handlerName, WorkerPlace? place)
    {
        if (settings.Topology.Unavailable is { } reason)
            throw new PlatformNotSupportedException($"this machine cannot run topology {settings.Topology.Roles.Name}: {reason}");
        var workforce = settings.Topology.Workforce;
        if (workforce is not null && handler is not null)
            throw new InvalidConfigurationException([new ConfigurationFault("", $"topology {settings.Topology.Roles.Name} serves in processes of its own, which cannot be given a handler; name its type in {ServerSettings.Root}.handler")]);
        handlerName ??= handler is null ? settings.Handler : "(a function)";
        handler ??= HandlerLoader.Load(settings);
        var date = new HttpDate(DateTimeOffset.UtcNow);
        var blocks = workforce is null ? null : SharedBlocks.Create(CounterBoard.ParentBlocks + workforce.Blocks(settings.Limits.MaxConnections));
        var board = place?.Board ?? (blocks is null ? new CounterBoard() : new CounterBoard(blocks, 0, CounterBoard.ParentBlocks));
        var info = new ServerInfo
        {
            Topology = place?.Topology ?? settings.Topology.Roles.Name,
            Engine = settings.Topology.Engine,
            IsWorkerProcess = place is not null,
            Metrics = place is null ? new ServerMetrics(meters, board) : new ServerMetrics(board),
        };
        var loops = new LoopWatch(settings.BlockedAfter, handlerName, info.Metrics);
        var deadlines = new Deadlines(date, loops, new IdleTrim(settings.TrimAfter, () => info.Metrics.BytesReceived));
        deadlines.Start();
        ActorSystem? system = null;
        try
        {
            system = NewSystem(settings, logs);
            var context = new ServerContext
            {
                Settings = settings,
                Speaks = settings.Protocol,
                Date = date,
                Board = board,
                Blocks = blocks,
                Place = place,
                Loops = loops,
                Serving = new ServingContext
                {
                    Limits = settings.Limits,
                    Info = info,
                    Protocol = Protocols.Factory(settings.Protocol, settings.HttpLimits, settings.LineLimit, date),
                    Handler = handler(system),
                    Deadlines = deadlines,
                    Permits = new Permits(settings.Limits.MaxConnections),
                },
            };
            WarmUp(context.Serving.Protocol());
            var server = system.ActorOf(Props.CreateBy(new Producer<ServerActor>(() => new ServerActor(context))), "server");
            var started = await server.Ask<ServerActor.Started>(new ServerActor.Start());
            return new RunningServer(context, system, server, started);
        }
        catch (Exception exception)
        {
            if (system is not null) await system.Terminate();
            deadlines.Dispose();
            info.Metrics.Dispose();
            blocks?.Dispose();
            if (exception is ConfigurationException) throw Unusable(exception);
            throw;
        }
    }

    /// <summary>The configuration that new connections are served by.</summary>
    public ServerSettings Settings => _context.Settings;

    /// <summary>
    /// Serves new connections by another topology, or other limits, from now on. No client is refused and no reply is lost: both topologies
    /// accept from the same sockets for a moment, and the clients of the old one are answered what they ask once more.
    /// </summary>
    /// <param name="settings">
    /// The configuration. Its topology, its limits (but <c>max-connections</c>), <c>drain</c> and <c>supervision</c> count; the rest stays
    /// as it was when the server started.
    /// </param>
    /// <exception cref="InvalidOperationException">The server stops, another swap is under way, or this machine cannot run the topology. It goes on as before.</exception>
    /// <exception cref="IO.Native.SystemCallException">A system call failed. It goes on as before.</exception>
    public async Task SwapAsync(ServerSettings settings)
    {
        var swap = _server.Ask<ServerActor.Swapped>(new ServerActor.Swap(settings));
        if (await Task.WhenAny(swap, Stopped) != swap) throw new InvalidOperationException("the server has stopped");
        _context = (await swap).Context;
    }

    /// <summary>
    /// Stops in order: no longer ready, no more accepting, requests in flight answered with <c>Connection: close</c>, idle connections
    /// closed; at the deadline the rest is cut.
    /// </summary>
    /// <param name="deadline">For requests in flight; null takes the configured one.</param>
    /// <returns>How many connections had to be cut.</returns>
    public Task<int> StopAsync(TimeSpan? deadline = null) => _stop ??= Stop(deadline ?? _context.Settings.Drain.Deadline);

    /// <summary>Whether other processes serve, which this one has started.</summary>
    public bool HasProcesses => _context.Blocks is not null;

    /// <summary>
    /// Replaces the worker processes, one after the other: each serves until its successor does, and then answers what is in flight. In a
    /// topology without processes nothing.
    /// </summary>
    public void RenewProcesses()
    {
        if (HasProcesses && !Stopped.IsCompleted) _server.Tell(ProcessesActor.Renew.Instance);
    }

    /// <summary>Ends the wait of a <see cref="StopAsync"/> that is under way: what is not done is cut at once. Otherwise nothing.</summary>
    public void CutDrain()
    {
        if (_stop is { IsCompleted: false } && !Stopped.IsCompleted) _server.Tell(ServerActor.Cut.Instance);
    }

    /// <summary>Stops the server, with the configured drain deadline.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Starts an actor system as a server would, and ends it: what stands below <c>akka</c> is read by the actor system alone.</summary>
    /// <param name="settings">The configuration.</param>
    /// <exception cref="InvalidConfigurationException">The actor system does not start with it.</exception>
    public static Task CheckActorSystem(ServerSettings settings) => NewSystem(settings, logs: null).Terminate();

    private static ActorSystem NewSystem(ServerSettings settings, ILoggerFactory? logs)
    {
        var config = settings.Config;
#if !ACTOR_KERNEL
        // Our kernel logs to the factory of the setup; Akka.NET must be told which of its loggers does.
        if (logs is not null)
            config = ConfigurationFactory.ParseString("akka.loggers = [\"Akka.Hosting.Logging.LoggerFactoryLogger, Akka.Hosting\"]").WithFallback(config);
#endif
        var bootstrap = BootstrapSetup.Create().WithConfig(config);
        try
        {
            return ActorSystem.Create("actor-server", logs is null
                ? ActorSystemSetup.Create(bootstrap)
                : ActorSystemSetup.Create(bootstrap, new LoggerFactorySetup(logs)));
        }
        catch (Exception exception)
        {
            throw Unusable(exception);
        }
    }

    private static InvalidConfigurationException Unusable(Exception exception) =>
        new([new ConfigurationFault("", $"the actor system does not start: {exception.Message}")]);

    /// <summary>One request that the protocol answers by itself: its code is loaded before there are clients, and while there are descriptors.</summary>
    private static void WarmUp(IProtocol protocol)
    {
        var request = "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"u8;
        request.CopyTo(protocol.Input(request.Length));
        protocol.Received(request.Length);
        protocol.Next();
        protocol.Dispose();
    }

    private async Task<int> Drain(TimeSpan deadline)
    {
        var drained = _server.Ask<ServerActor.Drained>(new ServerActor.Terminate(deadline));
        // It may fail on the way, and never answer.
        if (await Task.WhenAny(drained, Stopped) != drained) await Task.WhenAny(drained, Task.Delay(SystemStop));
        return drained.IsCompletedSuccessfully ? (await drained).Cut : 0;
    }

    private async Task<int> Stop(TimeSpan deadline)
    {
        // A server that failed answers nobody.
        var cut = Stopped.IsCompleted ? 0 : await Drain(deadline);
        // A handler that blocks its thread would hold the actor system up for as long as it likes.
        await Task.WhenAny(System.Terminate(), Task.Delay(SystemStop));
        _context.Deadlines.Dispose();
        Info.Metrics.Dispose();
        _context.Blocks?.Dispose();
        return cut;
    }
}
