using ActorServer.Bench.Load;

namespace ActorServer.Bench.Experiments;

/// <summary>What all rounds say about one server at one point.</summary>
public sealed record Summary
{
    /// <summary>The server.</summary>
    public required string Server { get; init; }

    /// <summary>Whether it is somebody else's.</summary>
    public required bool IsPeer { get; init; }

    /// <summary>What was measured.</summary>
    public required Point Point { get; init; }

    /// <summary>How many turns there were.</summary>
    public required int Turns { get; init; }

    /// <summary>Replies per second: the median of the rounds.</summary>
    public required double Rate { get; init; }

    /// <summary>The slowest round.</summary>
    public required double LeastRate { get; init; }

    /// <summary>The fastest round.</summary>
    public required double MostRate { get; init; }

    /// <summary>Latencies in nanoseconds, of all rounds together.</summary>
    public required Percentiles Latency { get; init; }

    /// <summary>The server's processor time per reply, in microseconds; null when it is not known.</summary>
    public required double? CpuPerReply { get; init; }

    /// <summary>The server's memory in bytes: the most of all rounds; null when it is not known.</summary>
    public required long? Memory { get; init; }

    /// <summary>The share of requests that failed, from 0 to 1: bad replies and broken connections.</summary>
    public required double Failed { get; init; }

    /// <summary>
    /// Requests that nobody had answered a second after the end; they count in <see cref="Latency"/> with the time they had waited.
    /// </summary>
    public required long Unanswered { get; init; }

    /// <summary>
    /// The share of an open loop's requests that were answered at all, from 0 to 1: less when it asked for more than could be done.
    /// </summary>
    public double Answered => Latency.Count == 0 ? 1 : 1 - Unanswered / (double)Latency.Count;

    /// <summary>Connections on which nothing was answered: the most of all rounds.</summary>
    public required int Starved { get; init; }

    /// <summary>Whether it did what was asked: everybody was served, and an open loop's requests were.</summary>
    public bool Sound => Replies > 0 && Failed < 0.001 && Starved == 0 && (Point.Rate == 0 || Answered > 0.9);

    /// <summary>Replies of all rounds.</summary>
    public required long Replies { get; init; }

    /// <summary>Summarises all turns, in the order of the plan.</summary>
    /// <param name="results">What was measured.</param>
    public static IReadOnlyList<Summary> Of(Results results)
    {
        var peers = results.Servers.Where(server => server.IsPeer).Select(server => server.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from point in results.Plan.Points
               from server in results.Servers
               let turns = results.Turns.Where(turn => turn.Server == server.Name && turn.Point == point).ToList()
               where turns.Count > 0
               select Of(turns, peers.Contains(server.Name)),
        ];
    }

    private static Summary Of(List<TurnResult> turns, bool isPeer)
    {
        var rates = turns.Select(turn => turn.Replies / turn.Seconds).Order().ToArray();
        var latency = new Histogram();
        foreach (var turn in turns) latency.Add(turn.Latency);
        var replies = turns.Sum(turn => turn.Replies);
        var failed = turns.Sum(turn => turn.BadReplies + turn.Failures);
        return new Summary
        {
            Server = turns[0].Server,
            IsPeer = isPeer,
            Point = turns[0].Point,
            Turns = turns.Count,
            Rate = (rates[(rates.Length - 1) / 2] + rates[rates.Length / 2]) / 2,
            LeastRate = rates[0],
            MostRate = rates[^1],
            Latency = Percentiles.Of(latency),
            CpuPerReply = replies > 0 && turns.TrueForAll(turn => turn.Cpu is not null) ? turns.Sum(turn => turn.Cpu) * 1e6 / replies : null,
            Memory = turns.Max(turn => turn.Memory),
            Replies = replies,
            Failed = failed == 0 ? 0 : failed / (double)(replies + turns.Sum(turn => turn.Failures)),
            Unanswered = turns.Sum(turn => turn.Unanswered),
            Starved = turns.Max(turn => turn.Starved),
        };
    }
}

/// <summary>Latencies in nanoseconds.</summary>
/// <param name="Count">Of how many requests.</param>
/// <param name="Mean">The mean.</param>
/// <param name="P50">The median.</param>
/// <param name="P90">What 90 % do not exceed.</param>
/// <param name="P99">What 99 % do not exceed.</param>
/// <param name="P999">What 99.9 % do not exceed.</param>
/// <param name="Max">The longest.</param>
public sealed record Percentiles(long Count, double Mean, long P50, long P90, long P99, long P999, long Max)
{
    /// <summary>Reads them off a histogram.</summary>
    /// <param name="latency">The histogram.</param>
    public static Percentiles Of(Histogram latency) => new(latency.Count, latency.Mean, latency.Percentile(50), latency.Percentile(90),
        latency.Percentile(99), latency.Percentile(99.9), latency.Max);
}
