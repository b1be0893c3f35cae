using ActorServer.Bench.Experiments;
using Spectre.Console;

namespace ActorServer.Bench.Reports;

/// <summary>The summaries and the recommendation on a terminal.</summary>
public static class TerminalTable
{
    /// <summary>Writes a table for each point, and the recommendation below.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="results">What was measured.</param>
    public static void Write(IAnsiConsole console, Results results)
    {
        var summaries = Summary.Of(results);
        foreach (var point in summaries.GroupBy(summary => summary.Point))
        {
            var table = new Table { Border = TableBorder.Simple, ShowRowSeparators = false };
            table.Title = new TableTitle(Markup.Escape(point.Key.Name), new Style(decoration: Decoration.Bold));
            table.AddColumn("server");
            foreach (var column in (string[])["requests/s", "p50", "p99", "CPU/request", "memory"]) table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
            table.AddColumn("");
            foreach (var summary in point.OrderByDescending(Standing.Merit))
            {
                table.AddRow(Markup.Escape(summary.Server), Figures.Count(summary.Rate), Figures.Duration(summary.Latency.P50), Figures.Duration(summary.Latency.P99),
                    Figures.Microseconds(summary.CpuPerReply), Figures.Bytes(summary.Memory), Markup.Escape(Remark(summary)));
            }

            console.Write(table);
        }

        var recommendation = Recommendation.Of(results, summaries);
        console.MarkupLine($"[bold]{(recommendation.Choice is { } choice ? $"Recommended: {Markup.Escape(choice)}" : "No recommendation")}[/]");
        foreach (var reason in recommendation.Reasons) Line(reason);
        if (recommendation.Workloads.Count > 1)
        {
            console.MarkupLine("[bold]For one workload alone[/]");
            foreach (var workload in recommendation.Workloads) Line($"{workload.Workload}: {workload.Choice} ({workload.Reason})");
        }

        Section("Out", recommendation.Out);
        Section("Take care", recommendation.Cautions);

        void Section(string title, IReadOnlyList<string> lines)
        {
            if (lines.Count == 0) return;
            console.MarkupLine($"[bold]{title}[/]");
            foreach (var line in lines) Line(line);
        }

        void Line(string text) => console.MarkupLine($"  {Markup.Escape(text)}");
    }

    /// <summary>What is wrong with a row, in a few words; empty when nothing is.</summary>
    internal static string Remark(Summary summary) => summary switch
    {
        { Starved: > 0 } => $"{summary.Starved} connections never answered",
        { Failed: > 0 } => $"{Figures.Percent(summary.Failed)} failed",
        { Sound: false } => $"answered {Figures.Percent(summary.Answered)} only",
        { Unanswered: > 0 } => $"{summary.Unanswered} not answered in the end",
        _ => "",
    };
}
