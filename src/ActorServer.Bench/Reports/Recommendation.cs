using ActorServer.Bench.Experiments;

namespace ActorServer.Bench.Reports;

/// <summary>
/// Which topology to choose, and why, from nothing but the figures. The rules, in order:
/// <list type="number">
/// <item>Out is who, at any point, left a connection without an answer, failed a request in a thousand, or answered less than 90 % of an
/// open loop's requests; who was not measured at every point cannot be compared. (A point that an interrupt kept from some is no such point.)</item>
/// <item>At each point the score is the rate beside the best rate of a closed loop, or the best 99th percentile beside one's own of an open
/// loop. A workload counts once, however many points it has; the whole is the geometric mean.</item>
/// <item>Within 5 % of the best score is level with it. Among those the least processor time per reply decides, and within 5 % of that
/// the least memory.</item>
/// </list>
/// </summary>
/// <param name="Choice">The topology for everything that was measured; null when none is left.</param>
/// <param name="Reasons">Why, one sentence each.</param>
/// <param name="Workloads">The choice for each workload alone.</param>
/// <param name="Out">Who is not eligible, and why.</param>
/// <param name="Cautions">What makes the figures less certain than they look.</param>
public sealed record Recommendation(
    string? Choice, IReadOnlyList<string> Reasons, IReadOnlyList<WorkloadChoice> Workloads, IReadOnlyList<string> Out, IReadOnlyList<string> Cautions)
{
    /// <summary>What counts as level.</summary>
    internal const double Level = 0.05;

    private const double Unsteady = 0.2;

    /// <summary>Applies the rules.</summary>
    /// <param name="results">What was measured.</param>
    /// <param name="summaries">Of the same results.</param>
    public static Recommendation Of(Results results, IReadOnlyList<Summary> summaries)
    {
        var own = summaries.Where(summary => !summary.IsPeer).ToList();
        if (CutShort(results, own) is { } cut) own.RemoveAll(summary => summary.Point == cut);
        var points = results.Plan.Points.Where(point => own.Exists(summary => summary.Point == point)).ToList();
        List<string> excluded = [];
        List<string> eligible = [];
        foreach (var server in results.Servers.Where(server => !server.IsPeer).Select(server => server.Name))
        {
            var of = own.Where(summary => summary.Server == server).ToList();
            if (of.Find(summary => !summary.Sound) is { } unsound) excluded.Add($"{server}: {Why(unsound)}");
            else if (of.Count < points.Count) excluded.Add($"{server}: measured at {of.Count} of {points.Count} points only");
            else if (of.Count > 0) eligible.Add(server);
        }

        // Workload by workload others may be eligible, too: who starves clients at 256 connections may be the best where handlers block.
        var workloads = points.GroupBy(point => point.Workload, StringComparer.Ordinal)
            .Select(group => ForWorkload([.. own.Where(summary => group.Contains(summary.Point))], [.. group])).OfType<WorkloadChoice>().ToList();
        var cautions = CautionsOf(results, own).ToList();
        if (eligible.Count == 0 || points.Count == 0)
            return new Recommendation(null, ["No topology did all that was asked; see who is out, and the choice for each workload."], workloads, excluded, cautions);

        var standings = Standing.Of([.. own.Where(summary => eligible.Contains(summary.Server, StringComparer.Ordinal))], points);
        var (choice, decided) = Standing.Pick(standings);
        return new Recommendation(choice.Server, [.. ReasonsOf(choice, decided, standings, own, summaries, points)], workloads, excluded, cautions);
    }

    /// <summary>
    /// An interrupt in the first round comes between those who have had their turn at a point and those who have not: it compares nobody.
    /// </summary>
    private static Point? CutShort(Results results, List<Summary> own)
    {
        if (!results.Interrupted || results.Turns is not [{ Point: var first }, .., { Round: 1, Point: var last }]) return null;
        return own.Count(summary => summary.Point == last) < own.Count(summary => summary.Point == first) ? last : null;
    }

    private static WorkloadChoice? ForWorkload(List<Summary> own, List<Point> points)
    {
        var sound = own.GroupBy(summary => summary.Server, StringComparer.Ordinal).Where(of => of.Count() == points.Count && of.All(summary => summary.Sound))
            .SelectMany(of => of).ToList();
        if (sound.Count == 0) return null;
        var (choice, decided) = Standing.Pick(Standing.Of(sound, points));
        var point = Point.Main(points);
        var summary = sound.Find(candidate => candidate.Server == choice.Server && candidate.Point == point)!;
        return new WorkloadChoice(point.Workload, choice.Server, $"{Figure(summary)} at {point.Connections} connection{(point.Connections == 1 ? "" : "s")}{(decided.Length > 0 ? "; " + decided : "")}");
    }

    private static IEnumerable<string> ReasonsOf(
        Standing choice, string decided, List<Standing> standings, List<Summary> own, IReadOnlyList<Summary> all, List<Point> points)
    {
        var best = standings.Max(standing => standing.Score);
        if (standings.Count == 1) yield return $"{choice.Server} alone did all that was asked.";
        else yield return $"Of {standings.Count} topologies that did all that was asked, {choice.Server} reaches {choice.Score:0.00} of what the best of them reached at each point"
            + (choice.Score < best ? $" (the highest is {best:0.00})." : ", the highest.");
        if (decided.Length > 0) yield return $"{char.ToUpperInvariant(decided[0])}{decided[1..]}.";
        foreach (var group in points.GroupBy(point => point.Workload, StringComparer.Ordinal))
        {
            var point = Point.Main(group);
            var mine = own.Find(summary => summary.Server == choice.Server && summary.Point == point)!;
            var first = own.Where(summary => summary.Point == point && summary.Sound).MaxBy(Standing.Merit)!;
            var gap = Standing.Merit(first) / Standing.Merit(mine);
            yield return $"{point.Name}: {Figure(mine)}" + (first == mine ? ", the best of all."
                : gap < 1 + Level ? $", level with the best ({first.Server})."
                : $"; {first.Server} does {Figures.Times(gap)} as well ({Figure(first)}).");
        }

        var shown = Point.Main(points.Where(point => point.Workload == points[0].Workload));
        var here = own.Find(summary => summary.Server == choice.Server && summary.Point == shown)!;
        if (here is { CpuPerReply: { } cpu, Memory: { } memory })
        {
            var least = standings.Select(standing => own.Find(summary => summary.Server == standing.Server && summary.Point == shown)!).MinBy(summary => summary.Memory ?? long.MaxValue)!;
            yield return $"A reply costs it {Figures.Microseconds(cpu)} of processor time ({shown.Name}), and it holds {Figures.Bytes(memory)}"
                + (least.Server == choice.Server ? ", the least of these." : $"; {least.Server} holds the least of these, {Figures.Bytes(least.Memory)}.");
        }

        foreach (var peer in all.Where(summary => summary.IsPeer && summary.Point == shown && summary.Rate > 0))
        {
            yield return $"{peer.Server}, on the same machine in the same experiment: {Figure(peer)}; {choice.Server} does {Figures.Times(Standing.Merit(here) / Standing.Merit(peer))} as well.";
        }
    }

    private static IEnumerable<string> CautionsOf(Results results, List<Summary> own)
    {
        if (results.Interrupted) yield return $"The experiment was interrupted: {results.Turns.Count} of {results.Plan.Count} turns were measured.";
        foreach (var remark in results.Remarks) yield return remark;
        if (results.Generator == "wrk") yield return "wrk does not tell of connections that were never answered: who serves some and starves others is not out.";
        if (results.Machine.Load > 0.5 * results.Machine.Cores)
            yield return $"The machine was busy when it began (a load of {results.Machine.Load:0.0} on {results.Machine.Cores} cores): take ratios, not rates, and repeat it.";
        if (results.Plan.Rounds < 3) yield return $"{results.Plan.Rounds} round{(results.Plan.Rounds == 1 ? "" : "s")} only: differences of less than 10 % may be chance.";
        var unsteady = own.Where(summary => summary.Point.Rate == 0 && summary.Rate > 0 && (summary.MostRate - summary.LeastRate) / summary.Rate > Unsteady)
            .Select(summary => summary.Server).Distinct(StringComparer.Ordinal).ToList();
        if (unsteady.Count > 0) yield return $"Rounds differ by more than {Unsteady * 100:0} % for {(unsteady.Count > 4 ? $"{unsteady.Count} topologies" : string.Join(", ", unsteady))}.";
        var few = own.Where(summary => summary.Latency.Count is > 0 and < 1000).Select(summary => summary.Point.Workload).Distinct(StringComparer.Ordinal).ToList();
        if (few.Count > 0) yield return $"Fewer than 1,000 requests of {string.Join(", ", few)} for some: their 99th percentile rests on under ten of them.";
        var late = results.Turns.Where(turn => turn.Late99 > 5_000_000).Select(turn => turn.Point.Workload).Distinct(StringComparer.Ordinal).ToList();
        if (late.Count > 0) yield return $"The load generator itself was more than 5 ms late with one request in a hundred of {string.Join(", ", late)}: it had too little of the processor, and latencies tell of that, too.";
    }

    private static string Why(Summary summary) => summary switch
    {
        { Starved: > 0 } => $"{summary.Starved} of {summary.Point.Connections} connections never got an answer ({summary.Point.Name})",
        { Failed: >= 0.001 } => $"{Figures.Percent(summary.Failed)} of the requests failed ({summary.Point.Name})",
        { Replies: 0 } => $"it answered nothing ({summary.Point.Name})",
        _ => $"it answered {Figures.Percent(summary.Answered)} of the requests ({summary.Point.Name})",
    };

    private static string Figure(Summary summary) => summary.Point.Rate > 0
        ? $"99 % within {Figures.Duration(summary.Latency.P99)}" : $"{Figures.Count(summary.Rate)} requests/s, 99 % within {Figures.Duration(summary.Latency.P99)}";
}

/// <summary>The choice for one workload.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Choice">The topology.</param>
/// <param name="Reason">In words.</param>
public sealed record WorkloadChoice(string Workload, string Choice, string Reason);

/// <summary>How a topology stands beside the others.</summary>
/// <param name="Server">Its name.</param>
/// <param name="Score">From 0 to 1: its merit beside the best, the geometric mean over the workloads.</param>
/// <param name="Cpu">Processor time per reply in microseconds, the geometric mean; 0 when it is not known.</param>
/// <param name="Memory">The most bytes.</param>
internal sealed record Standing(string Server, double Score, double Cpu, long Memory)
{
    /// <summary>What is better the larger it is: the rate of a closed loop, the inverse of an open loop's 99th percentile.</summary>
    public static double Merit(Summary summary) => summary.Point.Rate > 0 ? 1e9 / Math.Max(1, summary.Latency.P99) : summary.Rate;

    public static List<Standing> Of(List<Summary> summaries, List<Point> points)
    {
        var best = points.ToDictionary(point => point, point => summaries.Where(summary => summary.Point == point).Max(Merit));
        return
        [
            .. from of in summaries.GroupBy(summary => summary.Server, StringComparer.Ordinal)
               let score = Mean(of.GroupBy(summary => summary.Point.Workload, StringComparer.Ordinal).Select(same => Mean(same.Select(summary => Merit(summary) / best[summary.Point]))))
               select new Standing(of.Key, score, Mean(of.Select(summary => summary.CpuPerReply ?? 0)), of.Max(summary => summary.Memory ?? 0)),
        ];
    }

    /// <returns>Who, and what decided between those that were level; empty when nobody was.</returns>
    public static (Standing Choice, string Decided) Pick(List<Standing> standings)
    {
        var best = standings.Max(standing => standing.Score);
        var level = standings.Where(standing => standing.Score >= best * (1 - Recommendation.Level)).ToList();
        if (level.Count == 1) return (level[0], "");
        var others = $"level within 5 %: {string.Join(", ", level.Select(standing => standing.Server))}";
        var thrifty = level.Min(standing => standing.Cpu);
        var frugal = level.Where(standing => standing.Cpu <= thrifty * (1 + Recommendation.Level)).ToList();
        if (thrifty > 0 && frugal.Count == 1) return (frugal[0], $"{others}; of these {frugal[0].Server} takes the least processor time per reply");
        var small = frugal.MinBy(standing => standing.Memory)!;
        if (small.Memory > 0) return (small, $"{others}; of these {small.Server} takes little processor time per reply, and the least memory");
        var first = level.MaxBy(standing => standing.Score)!;
        return (first, others);
    }

    private static double Mean(IEnumerable<double> values)
    {
        var (sum, count) = (0.0, 0);
        foreach (var value in values)
        {
            if (value <= 0) return 0;
            (sum, count) = (sum + Math.Log(value), count + 1);
        }

        return count == 0 ? 0 : Math.Exp(sum / count);
    }
}
