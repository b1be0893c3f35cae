using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.IO.Processes;
using ActorServer.Observability;
using ActorServer.Processes;
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

    /// <summary>What connections are served with.</summary>
    public required ServingContext Serving { get; init; }

    /// <summary>The protocol, from the server's start to its end: one of <see cref="Protocols.Names"/>.</summary>
    public required string Speaks { get; init; }

    /// <summary>The date that replies carry.</summary>
    public required HttpDate Date { get; init; }

    /// <summary>The watch over the event loops.</summary>
    public required LoopWatch Loops { get; init; }

    /// <summary>What is counted on.</summary>
    public required CounterBoard Board { get; init; }

    /// <summary>The memory of the board that other processes count on, too; null when there are none.</summary>
    internal SharedBlocks? Blocks { get; init; }

    /// <summary>What this server has in common with others that it is one of; null when it stands alone.</summary>
    internal WorkerPlace? Place { get; init; }

    /// <summary>Completed when the server has stopped: with null in order, or with what it died of.</summary>
    public TaskCompletionSource<Exception?> Stopped { get; private init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What handlers see.</summary>
    public ServerInfo Info => Serving.Info;

    /// <summary>The watch over all open connections.</summary>
    public Deadlines Deadlines => Serving.Deadlines;

    /// <summary>One for each connection that may be open.</summary>
    public Permits Permits => Serving.Permits;

    /// <summary>The same server with another topology.</summary>
    /// <param name="settings">The topology, and the limits of its connections.</param>
    internal ServerContext For(ServerSettings settings) => new()
    {
        Settings = settings,
        Serving = Serving.For(settings.Limits,
            new ServerInfo { Topology = settings.Topology.Roles.Name, Engine = settings.Topology.Engine, Metrics = Info.Metrics },
            Protocols.Factory(Speaks, settings.HttpLimits, settings.LineLimit, Date)),
        Speaks = Speaks,
        Date = Date,
        Loops = Loops,
        Board = Board,
        Place = Place,
        Stopped = Stopped,
    };
}
