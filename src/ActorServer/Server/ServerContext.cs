using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.Observability;
using ActorServer.Processes;
using ActorServer.Protocol;

namespace ActorServer.Server;

/// <summary>What all actors of one server share. Nothing in here is static: several servers run in one process.</summary>
public sealed class ServerContext
{
    private long _connections;

    /// <summary>The configuration.</summary>
    public required ServerSettings Settings { get; init; }

    /// <summary>What is counted on.</summary>
    public required CounterBoard Board { get; init; }

    /// <summary>The memory of the board that other processes count on, too; null when there are none.</summary>
    internal IO.Processes.SharedBlocks? Blocks { get; init; }

    /// <summary>What this server has in common with others that it is one of; null when it stands alone.</summary>
    internal WorkerPlace? Place { get; init; }

    /// <summary>What handlers see.</summary>
    public required ServerInfo Info { get; init; }

    /// <summary>Makes the protocol of a new connection.</summary>
    public required Func<IProtocol> Protocol { get; init; }

    /// <summary>What answers.</summary>
    public required ExchangeHandler Handler { get; init; }

    /// <summary>The watch over all open connections.</summary>
    public required Deadlines Deadlines { get; init; }

    /// <summary>The watch over the event loops.</summary>
    public required LoopWatch Loops { get; init; }

    /// <summary>One for each connection that may be open.</summary>
    public required Permits Permits { get; init; }

    /// <summary>Completed when the server has stopped: with null in order, or with what it died of.</summary>
    public TaskCompletionSource<Exception?> Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal long NextConnectionId() => Interlocked.Increment(ref _connections);
}
