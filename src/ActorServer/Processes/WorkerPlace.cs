using ActorServer.IO.Sockets;
using ActorServer.Observability;

namespace ActorServer.Processes;

/// <summary>What a server has in common with the others that it is one of.</summary>
internal sealed record WorkerPlace
{
    /// <summary>The topology that they make up.</summary>
    public required string Topology { get; init; }

    /// <summary>What they count in together.</summary>
    public required CounterBoard Board { get; init; }

    /// <summary>The listening socket that was given to this one; null when it binds one beside the others'.</summary>
    public required ListenSocket? Listener { get; init; }
}
