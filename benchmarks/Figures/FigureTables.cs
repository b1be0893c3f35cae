using System.Globalization;
using System.Text;
using ActorServer.Bench.Experiments;
using ActorServer.Bench.Reports;

namespace ActorServer.Benchmarks.Documents;

/// <summary>The figures of an experiment as tables in Markdown: all servers beside each other, and one topology beside Kestrel.</summary>
/// <param name="report">The experiment.</param>
public sealed class FigureTables(BenchReport report)
{
    /// <summary>The name of the section with all servers.</summary>
    public const string All = "all";

    private const string Kestrel = "Kestrel", KestrelServer = "kestrel";
    private const string Unsound = "†";

    /// <summary>What is to stand in a section.</summary>
    /// <param name="name"><see cref="All"/>, or a topology's name.</param>
    /// <returns>The text; null when it was not measured.</returns>
    public string? Of(string name) => name == All ? Overview() : Topology(name);

    private IReadOnlyList<Point> Points => report.Results.Plan.Points;

    /// <summary>All servers, at the one point of each workload that speaks for it.</summary>
    private string Overview()
    {
        var points = Points.GroupBy(point => point.Workload, StringComparer.Ordinal).Select(Point.Main).ToList();
        var text = new StringBuilder(Source());
        text.Append("\n| server |").AppendJoin("", points.Select(point => $" {point.Name} |")).Append('\n');
        text.Append("|---|").AppendJoin("", points.Select(_ => "---|")).Append('\n');
        foreach (var server in report.Results.Servers)
        {
            text.Append(server.IsPeer ? $"| {server.Name} |" : $"| `{server.Name}` |");
            foreach (var point in points) text.Append($" {Cell(Find(server.Name, point), Find(KestrelServer, point))} |");
            text.Append('\n');
        }

        text.Append("\nRequests per second").Append(points.Exists(point => point.Rate > 0) ? ", of an open loop the 99th percentile of the latency" : "");
        text.Append(points.Exists(point => Find(KestrelServer, point) is not null) ? $"; in parentheses how many times as well as {Kestrel}.\n" : ".\n");
        return text.Append(Legend(report.Summaries.Where(summary => points.Contains(summary.Point)))).ToString();

        static string Cell(Summary? summary, Summary? kestrel) => summary is null ? Figures.None
            : $"{Shown(summary)}{(kestrel is { Rate: > 0 } && summary.Rate > 0 ? $" ({Figures.Times(Merit(summary) / Merit(kestrel))})" : "")}{Mark(summary)}";
    }

    /// <summary>One topology, with each of the settings that it was measured with, at every point.</summary>
    private string? Topology(string name)
    {
        var mine = report.Summaries.Where(summary => !summary.IsPeer && (summary.Server == name || summary.Server.StartsWith($"{name}:", StringComparison.Ordinal))).ToList();
        if (mine.Count == 0) return null;
        var compared = report.Summaries.Any(summary => summary.Server == KestrelServer);
        var text = new StringBuilder(Source());
        text.Append($"\n| load | requests/s |{(compared ? $" × {Kestrel} |" : "")} p50 | p99 | CPU/request | memory |\n|---|---|{(compared ? "---|" : "")}---|---|---|---|\n");
        foreach (var summary in mine.OrderBy(summary => Points.ToList().IndexOf(summary.Point)).ThenBy(summary => summary.Server, StringComparer.Ordinal))
        {
            var kestrel = Find(KestrelServer, summary.Point);
            var load = summary.Server == name ? summary.Point.Name : $"{summary.Point.Name}, `{summary.Server[(name.Length + 1)..]}`";
            text.Append($"| {load} | {Both(one => Figures.Count(one.Rate))}{Mark(summary)} |");
            if (compared) text.Append($" {(kestrel is { Rate: > 0 } && summary.Rate > 0 ? Figures.Times(Merit(summary) / Merit(kestrel)) : Figures.None)} |");
            text.Append($" {Both(one => Figures.Duration(one.Latency.P50))} | {Both(one => Figures.Duration(one.Latency.P99))} | {Both(one => Figures.Microseconds(one.CpuPerReply))} | {Both(one => Figures.Bytes(one.Memory))} |\n");

            string Both(Func<Summary, string> figure) => kestrel is null ? figure(summary) : $"{figure(summary)} ({figure(kestrel)})";
        }

        if (compared) text.Append($"\nIn parentheses: {Kestrel}.{(mine.Exists(summary => summary.Point.Rate > 0) ? " Open loops are compared by their 99th percentile." : "")}\n");
        return text.Append(Legend(mine)).ToString();
    }

    private Summary? Find(string server, Point point) => report.Summaries.FirstOrDefault(summary => summary.Server == server && summary.Point == point);

    private string Source()
    {
        var (machine, plan) = (report.Results.Machine, report.Results.Plan);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"`{report.Results.Command}`, {report.Results.Started.UtcDateTime:yyyy-MM-dd}");
        text.Append(CultureInfo.InvariantCulture, $"{(report.Results.Interrupted ? ", interrupted" : "")}, rates are medians of {plan.Rounds} round{(plan.Rounds == 1 ? "" : "s")} of {plan.Duration.TotalSeconds:0.##} s, on\n");
        text.Append(CultureInfo.InvariantCulture, $"{machine.Processor}, {machine.Cores} core{(machine.Cores == 1 ? "" : "s")}{(machine.Virtual ? " of a virtual machine" : "")} that client and server share, ");
        text.Append(CultureInfo.InvariantCulture, $"{Figures.Bytes(machine.Memory)}, {machine.System}, kernel {machine.Kernel}, {machine.Runtime}, load average {machine.Load:0.0} at the start.\n");
        return text.ToString();
    }

    private static string Shown(Summary summary) => summary.Rate <= 0 ? "0" : summary.Point.Rate > 0 ? Figures.Duration(summary.Latency.P99) : Figures.Count(summary.Rate);

    private static double Merit(Summary summary) => summary.Point.Rate > 0 ? 1 / (double)Math.Max(1, summary.Latency.P99) : summary.Rate;

    private static string Mark(Summary summary) => summary.Sound ? "" : $" {Unsound}";

    private static string Legend(IEnumerable<Summary> shown) =>
        shown.All(summary => summary.Sound) ? "" : $"\n{Unsound} left connections without any answer, failed requests, or fell behind an open loop: see docs/bench.md.\n";
}
