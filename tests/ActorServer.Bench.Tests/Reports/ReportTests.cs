using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ActorServer.Bench.Experiments;
using ActorServer.Bench.Reports;
using static ActorServer.Bench.Tests.Reports.Measured;

namespace ActorServer.Bench.Tests.Reports;

/// <summary>The page, the table and the JSON.</summary>
public sealed partial class ReportTests
{
    private static readonly Results Example = Results(
        from server in (string[])["epoll", "actor", "peer <&>"]
        from point in (Point[])[Hello, Crowd, Tail]
        from round in (int[])[1, 2]
        select Turn(server, point, server.Length * 1_111 * round, server.Length, server.Length * 1.5, server.Length * 7, round));

    [Fact]
    public void The_page_needs_nothing_from_elsewhere()
    {
        var html = HtmlReport.Render(Example);
        Assert.DoesNotMatch(new Regex(@"\b(?:src|href)\s*=|@import|url\(|<script|<link|<iframe|https?://", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)), html);
        Assert.Contains("width=device-width", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_all_figures()
    {
        var html = HtmlReport.Render(Example);
        var summaries = Summary.Of(Example);
        Assert.Equal(9, summaries.Count);
        foreach (var summary in summaries)
        {
            var name = System.Net.WebUtility.HtmlEncode(summary.Server);
            var table = html[html.IndexOf($"<caption>{summary.Point.Name}</caption>", StringComparison.Ordinal)..];
            var row = table[table.IndexOf($"<td>{name}</td>", StringComparison.Ordinal)..];
            row = row[..row.IndexOf("</tr>", StringComparison.Ordinal)];
            foreach (var figure in (string[])[Figures.Count(summary.Rate), Figures.Duration(summary.Latency.P50), Figures.Duration(summary.Latency.P99), Figures.Duration(summary.Latency.P999),
                Figures.Duration(summary.Latency.Max), Figures.Microseconds(summary.CpuPerReply), Figures.Bytes(summary.Memory), Figures.Count(summary.Latency.Count)])
                Assert.Contains($">{figure}<", row, StringComparison.Ordinal);
        }

        foreach (var text in (string[])["Some CPU &lt;9&gt;", "6.18", ".NET 10.0", "2 cores", "24.0 GiB", "2026-05-04 03:02", "actorserver bench &#39;&lt;x&gt;&#39; &amp; co", "seed 7",
            Recommendation.Of(Example, summaries).Choice!, "Throughput", "Latency", "Processor time per reply", "Memory", "Scaling over connections", "about heavy-tail"])
            Assert.Contains(text, html, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_chart_is_sound_and_has_a_name_for_who_cannot_see_it()
    {
        var charts = Svg().Matches(HtmlReport.Render(Example)).Select(match => XElement.Parse(match.Value)).ToList();
        // Two workloads with four charts each, and one small chart for each server.
        Assert.Equal(2 * 4 + 3, charts.Count);
        var ids = charts.SelectMany(chart => chart.Descendants().Attributes("id")).Select(id => id.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        foreach (var chart in charts)
        {
            Assert.Equal("img", chart.Attribute("role")!.Value);
            Assert.All(chart.Attribute("aria-labelledby")!.Value.Split(' '), id => Assert.Contains(id, ids));
            Assert.NotEqual("", chart.Element("title")!.Value);
            Assert.DoesNotContain("NaN", chart.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_experiment_without_a_turn_is_a_page_too()
    {
        var nothing = Results() with { Interrupted = true };
        Assert.Contains("interrupted", HtmlReport.Render(nothing), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(JsonReport.Render(nothing)).RootElement.ValueKind);
    }

    [Fact]
    public void The_JSON_has_every_turn_with_its_latencies()
    {
        using var json = JsonDocument.Parse(JsonReport.Render(Example));
        var turns = json.RootElement.GetProperty("results").GetProperty("turns");
        Assert.Equal(Example.Turns.Count, turns.GetArrayLength());
        foreach (var (element, turn) in turns.EnumerateArray().Zip(Example.Turns))
        {
            Assert.Equal(turn.Server, element.GetProperty("server").GetString());
            Assert.Equal(turn.Replies, element.GetProperty("replies").GetInt64());
            Assert.Equal(turn.Latency.Count, element.GetProperty("latencies").EnumerateArray().Sum(pair => pair[1].GetInt64()));
        }

        Assert.Equal(9, json.RootElement.GetProperty("summaries").GetArrayLength());
        Assert.Equal("Some CPU <9>", json.RootElement.GetProperty("results").GetProperty("machine").GetProperty("processor").GetString());
        Assert.NotNull(json.RootElement.GetProperty("recommendation").GetProperty("choice").GetString());
    }

    [Theory]
    [InlineData(0, "0 ns"), InlineData(999, "999 ns"), InlineData(1_234, "1.23 µs"), InlineData(99_960, "100 µs"), InlineData(999_600, "1.00 ms"), InlineData(12_345_678, "12.3 ms"), InlineData(2.5e9, "2.50 s")]
    public void Durations_have_three_digits(double nanoseconds, string text) => Assert.Equal(text, Figures.Duration(nanoseconds));

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline, 1000)]
    private static partial Regex Svg();
}
