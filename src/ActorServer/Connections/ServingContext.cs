using System.Runtime.CompilerServices;
using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Protocol;
using ActorServer.Server;

namespace ActorServer.Connections;

/// <summary>What serving a connection takes: all of it that is neither an actor nor a configuration to be read.</summary>
public sealed class ServingContext
{
    private readonly StrongBox<long> _connections = new();

    /// <summary>The limits of time and rate.</summary>
    public required ConnectionLimits Limits { get; init; }

    /// <summary>What handlers see.</summary>
    public required ServerInfo Info { get; init; }

    /// <summary>Makes the protocol of a new connection.</summary>
    public required Func<IProtocol> Protocol { get; init; }

    /// <summary>What answers.</summary>
    public required ExchangeHandler Handler { get; init; }

    /// <summary>The watch over all open connections.</summary>
    public required Deadlines Deadlines { get; init; }

    /// <summary>One for each connection that may be open.</summary>
    public required Permits Permits { get; init; }

    /// <summary>How many connections there were before the first one here.</summary>
    internal long FirstConnection { init => _connections.Value = value; }

    private StrongBox<long> Connections
    {
        init => _connections = value;
    }

    /// <summary>The same for connections of another topology of the same server.</summary>
    /// <param name="limits">Their limits of time and rate.</param>
    /// <param name="info">What their handlers see.</param>
    /// <param name="protocol">Makes the protocol of a new one.</param>
    internal ServingContext For(ConnectionLimits limits, ServerInfo info, Func<IProtocol> protocol) => new()
    {
        Limits = limits,
        Info = info,
        Protocol = protocol,
        Handler = Handler,
        Deadlines = Deadlines,
        Permits = Permits,
        Connections = _connections,
    };

    internal long NextConnectionId() => Interlocked.Increment(ref _connections.Value);
}
