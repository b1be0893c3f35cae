using ActorServer.Handlers;
using ActorServer.Observability;

namespace ActorServer.Server;

/// <summary>What handlers may know of the server they run in.</summary>
public sealed class ServerInfo
{
    private int _draining;
    private int _unbound;

    /// <summary>The running topology's name.</summary>
    public required string Topology { get; init; }

    /// <summary>What waits for input: <c>epoll</c>, <c>poll</c> …</summary>
    public required string Engine { get; init; }

    /// <summary>The counters.</summary>
    public required ServerMetrics Metrics { get; init; }

    /// <summary>The permits for what is behind the server, where the topology has such a layer; null otherwise.</summary>
    public DataAccess? Data { get; internal set; }

    /// <summary>Whether the server is about to stop: <c>/readyz</c> answers 503 from then on.</summary>
    public bool IsDraining => Volatile.Read(ref _draining) != 0;

    /// <summary>Whether accepting is over: every reply from then on is its connection's last.</summary>
    internal bool IsUnbound => Volatile.Read(ref _unbound) != 0;

    internal void Unbound() => Volatile.Write(ref _unbound, 1);

    internal void StartDraining() => Volatile.Write(ref _draining, 1);
}
