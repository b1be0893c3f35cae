using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.Protocol;

namespace ActorServer.Server;

/// <summary>What all actors of one server share. Nothing in here is static: several servers run in one process.</summary>
/// <param name="Settings">The configuration.</param>
/// <param name="Info">What handlers see.</param>
/// <param name="Protocol">Makes the protocol of a new connection.</param>
/// <param name="Handler">What answers.</param>
/// <param name="Deadlines">The watch over all open connections.</param>
/// <param name="Permits">One for each connection that may be open.</param>
public sealed record ServerContext(
    ServerSettings Settings,
    ServerInfo Info,
    Func<IProtocol> Protocol,
    ExchangeHandler Handler,
    Deadlines Deadlines,
    Permits Permits)
{
    private long _connections;

    /// <summary>Completed when the server has stopped: with null in order, or with what it died of.</summary>
    public TaskCompletionSource<Exception?> Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal long NextConnectionId() => Interlocked.Increment(ref _connections);
}
