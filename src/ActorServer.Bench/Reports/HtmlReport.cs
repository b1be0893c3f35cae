using System.Globalization;
using System.Net;
using System.Text;
using ActorServer.Bench.Experiments;

namespace ActorServer.Bench.Reports;

/// <summary>The experiment for people: one page that needs nothing else, with its charts in it, for a wide screen, a phone and paper.</summary>
public sealed class HtmlReport
{
    private readonly StringBuilder _page = new();
    private readonly Charts _charts = new();
    private readonly Results _results;
    private readonly IReadOnlyList<Summary> _summaries;
    private readonly Recommendation _recommendation;

    private HtmlReport(Results results)
    {
        _results = results;
        _summaries = Summary.Of(results);
        _recommendation = Recommendation.Of(results, _summaries);
    }

    /// <summary>Writes it.</summary>
    /// <param name="results">What was measured.</param>
    public static string Render(Results results)
    {
        var report = new HtmlReport(results);
        report.Head();
        report.Verdict();
        foreach (var workload in results.Workloads) report.Workload(workload);
        report.Tables();
        report.Notes();
        return report._page.Append("</main></body></html>\n").ToString();
    }

    private void Head()
    {
        using var style = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream("ActorServer.Bench.report.css")!);
        var machine = _results.Machine;
        Write($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>ActorServer bench: {Text(_recommendation.Choice ?? "no recommendation")}</title>
            <style>
            {style.ReadToEnd()}</style></head><body><main>
            <h1>Which concurrency model?</h1>
            <p class="soft">{_results.Servers.Count} servers under the same load, in turns, on one machine. <code>{Text(_results.Command)}</code></p>
            <ul class="facts">
            """);
        Fact("measured", _results.Started.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture) + ", in " + Figures.Length(TimeSpan.FromSeconds(_results.Seconds)));
        Fact("processor", $"{machine.Processor}, {machine.Cores} core{(machine.Cores == 1 ? "" : "s")}{(machine.Virtual ? ", virtual" : "")}");
        Fact("memory", Figures.Bytes(machine.Memory));
        Fact("system", $"{machine.System}, kernel {machine.Kernel}");
        Fact("runtime", machine.Runtime);
        Fact("load before", machine.Load.ToString("0.00", CultureInfo.InvariantCulture));
        Fact("turns", $"{_results.Turns.Count} of {_results.Plan.Count}, {_results.Plan.Rounds} rounds of {_results.Plan.Duration.TotalSeconds:0.##} s after {_results.Plan.WarmUp.TotalSeconds:0.##} s of warm-up");
        Fact("generator", $"{_results.Generator}, on the same machine, seed {_results.Seed}");
        Write("</ul>");

        void Fact(string name, string value) => Write($"<li>{name} <b>{Text(value)}</b></li>");
    }

    private void Verdict()
    {
        Write($"<section class=\"card verdict\"><h2 style=\"margin-top:0\">Recommendation</h2><div class=\"name\">{Text(_recommendation.Choice ?? "none")}</div><ul>");
        foreach (var reason in _recommendation.Reasons) Write($"<li>{Text(reason)}</li>");
        Write("</ul>");
        if (_recommendation.Workloads.Count > 0)
        {
            Write("<div class=\"scroll\" tabindex=\"0\"><table><caption>For one workload alone</caption><thead><tr><th>workload</th><th class=\"left\">choice</th><th class=\"left\">because</th></tr></thead><tbody>");
            foreach (var workload in _recommendation.Workloads)
                Write($"<tr><td>{Text(workload.Workload)}</td><td class=\"left\"><b>{Text(workload.Choice)}</b></td><td class=\"left wrap\">{Text(workload.Reason)}</td></tr>");
            Write("</tbody></table></div>");
        }

        Write("""<ul class="legend"><li class="choice"><i></i>recommended</li><li class="own"><i></i>other topologies</li><li class="peer"><i></i>peers, to compare with</li></ul></section>""");
        List("Take care", _recommendation.Cautions);
    }

    private void Workload(WorkloadInfo workload)
    {
        var all = _summaries.Where(summary => summary.Point.Workload == workload.Name).ToList();
        if (all.Count == 0) return;
        var points = _results.Plan.Points.Where(point => point.Workload == workload.Name).ToList();
        // How figures change with connections is a chart of its own.
        var point = Point.Main(points);
        var here = all.Where(summary => summary.Point == point).ToList();
        if (here.Count == 0) here = [.. all.Where(summary => summary.Point == all[0].Point)];
        Write($"<section><h2>{Text(workload.Name)}</h2><p class=\"soft\">{Text(workload.Title)}; {Text(here[0].Point.Name)}.</p><div class=\"grid\">");
        var open = here[0].Point.Rate > 0;
        Figure(open ? "Rate that was kept" : "Throughput", open ? "Replies per second, beside what was asked. More is better." : "Replies per second, the median of the rounds; the line over a bar is their range. More is better.",
            _charts.Bars($"Throughput, {here[0].Point.Name}", Best("most replies per second", here.MaxBy(summary => summary.Rate)!),
                [.. here.OrderByDescending(summary => summary.Rate).Select(summary => new Charts.Bar(summary.Server, KindOf(summary), summary.Rate, summary.LeastRate, summary.MostRate,
                    Figures.Count(summary.Rate) + (summary.Sound ? "" : " !"), Tip(summary), !summary.Sound))]));
        Figure("Latency", "From the time a request was meant to be sent. Large dot: median; small: 90 %; bar: 99 %, in figures at the right; faint: 99.9 %. Less is better.",
            _charts.Spans($"Latency, {here[0].Point.Name}", Best("lowest 99th percentile", here.MinBy(summary => summary.Latency.P99)!),
                [.. here.OrderBy(summary => summary.Latency.P99).Select(summary => new Charts.Span(summary.Server, KindOf(summary), summary.Latency.P50, summary.Latency.P90, summary.Latency.P99, summary.Latency.P999,
                    Figures.Duration(summary.Latency.P99) + (summary.Sound ? "" : " !"), Tip(summary), !summary.Sound))]));
        var known = here.Where(summary => summary.CpuPerReply is not null).OrderBy(summary => summary.CpuPerReply).ToList();
        if (known.Count > 0)
        {
            Figure("Processor time per reply", "User and system, of all processes of the server. Where the load generator is the limit, this tells more than the throughput. Less is better.",
                _charts.Bars($"Processor time per reply, {here[0].Point.Name}", Best("least processor time", known[0]),
                    [.. known.Select(summary => new Charts.Bar(summary.Server, KindOf(summary), summary.CpuPerReply!.Value, 0, 0, Figures.Microseconds(summary.CpuPerReply), Tip(summary)))]));
        }

        var resident = here.Where(summary => summary.Memory is not null).OrderBy(summary => summary.Memory).ToList();
        if (resident.Count > 0)
        {
            Figure("Memory", "Resident at the end of a turn, of all processes of the server, with what they share counted once. A runtime that has seen load keeps some of it. Less is better.",
                _charts.Bars($"Memory, {here[0].Point.Name}", Best("least memory", resident[0]),
                    [.. resident.Select(summary => new Charts.Bar(summary.Server, KindOf(summary), summary.Memory!.Value, 0, 0, Figures.Bytes(summary.Memory), Tip(summary)))]));
        }

        Write("</div>");
        if (points.Count > 1) Scaling(workload, all, points);
        Write("</section>");
    }

    private void Scaling(WorkloadInfo workload, List<Summary> all, List<Point> points)
    {
        var ordered = points.OrderBy(point => point.Connections).ToList();
        var lines = _results.Servers.Select(server => server.Name).Where(name => all.Exists(summary => summary.Server == name)).Select(name =>
        {
            var of = ordered.Select(point => all.Find(summary => summary.Server == name && summary.Point == point)).ToList();
            return new Charts.Line(name, KindOf(of.Find(summary => summary is not null)!), [.. of.Select(summary => summary?.Rate)],
                [.. of.OfType<Summary>().Select(summary => $"{Figures.Count(summary.Rate)} requests/s at {summary.Point.Connections}{(summary.Starved > 0 ? $" ({summary.Starved} connections never answered)" : "")}")]);
        }).ToList();
        Write("<div class=\"card\">");
        Figure("Scaling over connections", $"Replies per second of {Text(workload.Name)} at {string.Join(", ", ordered.Select(point => point.Connections))} connections, all on the same scale, the others faintly behind; the figure is the highest.",
            _charts.Multiples("Replies per second over connections", [.. ordered.Select(point => point.Connections.ToString(CultureInfo.InvariantCulture))], lines, Figures.Count), framed: false);
        Write("</div>");
    }

    private void Tables()
    {
        Write("<section><h2>All figures</h2>");
        foreach (var point in _summaries.GroupBy(summary => summary.Point))
        {
            Write($"<div class=\"scroll\" tabindex=\"0\"><table><caption>{Text(point.Key.Name)}</caption><thead><tr><th>server</th><th>requests/s</th><th>range of rounds</th><th>mean</th><th>p50</th><th>p90</th><th>p99</th><th>p99.9</th><th>max</th><th>CPU/request</th><th>memory</th><th>requests</th><th class=\"left\">remark</th></tr></thead><tbody>");
            foreach (var summary in point.OrderByDescending(Standing.Merit))
            {
                var latency = summary.Latency;
                Write($"<tr class=\"{(summary.IsPeer ? "peer" : summary.Server == _recommendation.Choice ? "choice" : "own")}\"><td>{Text(summary.Server)}</td><td>{Figures.Count(summary.Rate)}</td><td>{Figures.Count(summary.LeastRate)} – {Figures.Count(summary.MostRate)}</td>");
                foreach (var value in (double[])[latency.Mean, latency.P50, latency.P90, latency.P99, latency.P999, latency.Max]) Write($"<td>{Figures.Duration(value)}</td>");
                Write($"<td>{Figures.Microseconds(summary.CpuPerReply)}</td><td>{Figures.Bytes(summary.Memory)}</td><td>{Figures.Count(latency.Count)}</td><td class=\"left bad\">{Text(TerminalTable.Remark(summary))}</td></tr>");
            }

            Write("</tbody></table></div>");
        }

        Write("</section>");
    }

    private void Notes()
    {
        List("Out of the recommendation", _recommendation.Out);
        List("Who took part", [.. _results.Servers.Select(server => $"{server.Name}{(server.Engine.Length > 0 ? $" on {server.Engine}" : "")}{(server.Note.Length > 0 ? $": {server.Note}" : "")}")]);
        List("How it was measured",
        [
            "Every server is a process of its own that lives through the whole experiment. Round after round each has its turn; each round begins with another, so that what else the machine does falls on all alike.",
            "Closed loop: every connection asks again as soon as it has its reply. Open loop: requests come at a given rate, whatever the server does, and their latency counts from the time they were meant to be sent.",
            "A request that nobody answered counts with the time it had waited. Load generator and servers share the processor: compare figures of one experiment, not those of two.",
            "The recommendation follows from the figures by fixed rules: who failed or starved clients is out; merit at each point beside the best there; the geometric mean over workloads; within 5 % is level, and then less processor time, then less memory decides.",
        ]);
    }

    private void List(string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        Write($"<section class=\"notes{(title == "Take care" ? " warn" : "")}\"><h2>{Text(title)}</h2><ul>");
        foreach (var line in lines) Write($"<li>{Text(line)}</li>");
        Write("</ul></section>");
    }

    private void Figure(string title, string caption, string chart, bool framed = true) =>
        Write($"<figure{(framed ? " class=\"card\"" : "")}><h3>{Text(title)}</h3><figcaption>{caption}</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{Text(title)}\">{chart}</div></figure>\n");

    private Charts.Kind KindOf(Summary summary) => summary.IsPeer ? Charts.Kind.Peer : summary.Server == _recommendation.Choice ? Charts.Kind.Choice : Charts.Kind.Own;

    private static string Best(string what, Summary summary) => $"The {what}: {Tip(summary)}. All figures stand in the table below.";

    private static string Tip(Summary summary)
    {
        var remark = TerminalTable.Remark(summary);
        return $"{summary.Server}: {Figures.Count(summary.Rate)} requests/s, median {Figures.Duration(summary.Latency.P50)}, 99 % within {Figures.Duration(summary.Latency.P99)}, "
            + $"{Figures.Microseconds(summary.CpuPerReply)} of processor time per reply, {Figures.Bytes(summary.Memory)}{(remark.Length > 0 ? $"; {remark}" : "")}";
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private void Write(string html) => _page.Append(html);
}
