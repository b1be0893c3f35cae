using ActorServer.Handlers;
using ActorServer.Observability;

namespace ActorServer.Server;

/// <summary>What handlers may know of the server they run in.</summary>
public sealed class ServerInfo
{
    private int _draining;
    private long _lastCall = -1;

    /// <summary>The name of the topology that serves the connection.</summary>
    public required string Topology { get; init; }

    /// <summary>What waits for input: <c>epoll</c>, <c>poll</c> …</summary>
    public required string Engine { get; init; }

    /// <summary>The counters.</summary>
    public required ServerMetrics Metrics { get; init; }

    /// <summary>Whether this process is one of several that serve, and may end without the others.</summary>
    public bool IsWorkerProcess { get; init; }

    /// <summary>The permits for what is behind the server, where the topology has such a layer; null otherwise.</summary>
    public DataAccess? Data { get; internal set; }

    /// <summary>Whether the server is about to stop: <c>/readyz</c> answers 503 from then on.</summary>
    public bool IsDraining => Volatile.Read(ref _draining) != 0 || Metrics.Sum(Cell.Draining) != 0;

    /// <summary>Whether the topology accepts no more: every reply from then on is its connection's last.</summary>
    internal bool IsUnbound => LastCall >= 0;

    /// <summary>How long an idle connection may still bring a request then, in milliseconds; negative before.</summary>
    internal long LastCall => Volatile.Read(ref _lastCall);

    internal void Unbound(TimeSpan lastCall) => Volatile.Write(ref _lastCall, (long)lastCall.TotalMilliseconds);

    internal void StartDraining()
    {
        Volatile.Write(ref _draining, 1);
        if (!IsWorkerProcess) Metrics.Count(Cell.Draining); // its processes see it there
    }
}
