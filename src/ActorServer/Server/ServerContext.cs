using System.Runtime.CompilerServices;
using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.Observability;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;

namespace ActorServer.Server;

/// <summary>
/// What all actors of one topology share; most of it with the other topologies of the same server (<see cref="For"/>). Nothing in here is
/// static: several servers run in one process.
/// </summary>
public sealed class ServerContext
{
    /// <summary>The configuration.</summary>
    public required ServerSettings Settings { get; init; }

    /// <summary>What handlers see.</summary>
    public required ServerInfo Info { get; init; }

    /// <summary>The date that replies carry.</summary>
    public required HttpDate Date { get; init; }

    /// <summary>Makes the protocol of a new connection.</summary>
    public Func<IProtocol> Protocol => field ??= Protocols.Factory(Settings, Date);

    /// <summary>What answers.</summary>
    public required ExchangeHandler Handler { get; init; }

    /// <summary>The watch over all open connections.</summary>
    public required Deadlines Deadlines { get; init; }

    /// <summary>The watch over the event loops.</summary>
    public required LoopWatch Loops { get; init; }

    /// <summary>One for each connection that may be open.</summary>
    public required Permits Permits { get; init; }

    /// <summary>Completed when the server has stopped: with null in order, or with what it died of.</summary>
    public TaskCompletionSource<Exception?> Stopped { get; private init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StrongBox<long> Connections { get; init; } = new();

    /// <summary>The same server with another topology.</summary>
    /// <param name="settings">The topology, and the limits of its connections.</param>
    internal ServerContext For(ServerSettings settings) => new()
    {
        Settings = settings,
        Info = new ServerInfo { Topology = settings.Topology.Roles.Name, Engine = settings.Topology.Engine, Metrics = Info.Metrics },
        Date = Date,
        Handler = Handler,
        Loops = Loops,
        Deadlines = Deadlines,
        Permits = Permits,
        Stopped = Stopped,
        Connections = Connections,
    };

    internal long NextConnectionId() => Interlocked.Increment(ref Connections.Value);
}
