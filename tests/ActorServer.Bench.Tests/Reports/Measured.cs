using ActorServer.Bench.Experiments;
using ActorServer.Bench.Load;
using ActorServer.Bench.Servers;

namespace ActorServer.Bench.Tests.Reports;

/// <summary>Results that were never measured, for what reads results.</summary>
internal static class Measured
{
    public static readonly Point Hello = new("hello", 64, 0), Crowd = new("hello", 256, 0), Cpu = new("cpu", 64, 0), Tail = new("heavy-tail", 64, 150);

    public static Results Results(params IEnumerable<TurnResult> turns)
    {
        var all = turns.ToList();
        var points = all.Select(turn => turn.Point).Distinct().ToList();
        var names = all.Select(turn => turn.Server).Distinct(StringComparer.Ordinal).ToList();
        var results = new Results
        {
            Started = new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero),
            Seconds = 100,
            Command = "actorserver bench '<x>' & co",
            Machine = new Machine("Some CPU <9>", 2, 24L << 30, "Linux", "6.18", ".NET 10.0", Virtual: true, Load: 0.1),
            Plan = new Plan(names, points, 3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)),
            Generator = "own",
            Seed = 7,
            Workloads = [.. points.Select(point => point.Workload).Distinct(StringComparer.Ordinal).Select(name => new WorkloadInfo(name, $"about {name}"))],
            Servers = [.. names.Select(name => new ServerInfo(name, IsPeer: name.StartsWith("peer", StringComparison.Ordinal), "epoll", ""))],
        };
        results.Turns.AddRange(all);
        return results;
    }

    /// <summary>A turn of one second with so many replies, all of them as fast, but one in fifty.</summary>
    public static TurnResult Turn(string server, Point point, long replies, double ms = 1, double cpuMicroseconds = 10, long mebibytes = 50, int round = 1)
    {
        var latency = new Histogram();
        latency.Add((long)(ms * 1e5), replies - replies / 50);
        latency.Add((long)(ms * 1e6), replies / 50);
        return new TurnResult
        {
            Server = server, Point = point, Round = round, Seconds = 1, Replies = replies, BadReplies = 0, Failures = 0, Unanswered = 0, Starved = 0,
            Cpu = cpuMicroseconds * replies / 1e6, Memory = mebibytes << 20, Processes = 1, Threads = 5, Latency = latency,
        };
    }
}
