namespace ActorServer.Cli;

/// <summary>What <c>actorserver bench</c> was asked for, not checked yet.</summary>
internal sealed record BenchOptions
{
    public required IReadOnlyList<string> Topologies { get; init; }

    public required IReadOnlyList<string> Workloads { get; init; }

    public string? Urls { get; init; }

    public string? Connections { get; init; }

    public required int Rounds { get; init; }

    public required TimeSpan Duration { get; init; }

    public required TimeSpan WarmUp { get; init; }

    /// <summary>Null leaves it to each workload.</summary>
    public double? Rate { get; init; }

    public required string Arrivals { get; init; }

    public required IReadOnlyList<string> Peers { get; init; }

    public required bool FindPeers { get; init; }

    public required string Generator { get; init; }

    public required int Threads { get; init; }

    public required int Seed { get; init; }

    public required bool Quick { get; init; }

    public required string Output { get; init; }

    public required string Command { get; init; }
}
