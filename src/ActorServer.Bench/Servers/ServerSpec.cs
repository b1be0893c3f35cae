using System.Net;

namespace ActorServer.Bench.Servers;

/// <summary>A server that takes part in an experiment.</summary>
/// <param name="Name">As in every table.</param>
/// <param name="IsPeer">Whether it is somebody else's, to compare with; a peer is never recommended.</param>
public sealed record ServerSpec(string Name, bool IsPeer)
{
    /// <summary>The command line that starts it on a port of its own, first the program; null for one that runs already.</summary>
    public Func<int, IReadOnlyList<string>>? Command { get; init; }

    /// <summary>Whether it prints a line <c>ready … url=http://…</c> and picks its port itself; others are asked until they answer.</summary>
    public bool TellsReady { get; init; }

    /// <summary>Where one that runs already is.</summary>
    public IPEndPoint? EndPoint { get; init; }

    /// <summary>The workloads that it can serve; null for all.</summary>
    public IReadOnlyList<string>? Workloads { get; init; }

    /// <summary>What to say about it in the report.</summary>
    public string Note { get; init; } = "";
}
