using ActorServer.Bench.Experiments;
using ActorServer.Bench.Reports;
using static ActorServer.Bench.Tests.Reports.Measured;

namespace ActorServer.Bench.Tests.Reports;

/// <summary>The rules by which one is recommended.</summary>
public sealed class RecommendationTests
{
    [Fact]
    public void The_fastest_is_recommended()
    {
        var recommendation = Of(Turn("slow", Hello, 50_000), Turn("fast", Hello, 90_000), Turn("middle", Hello, 70_000));
        Assert.Equal("fast", recommendation.Choice);
        Assert.Contains(recommendation.Reasons, reason => reason.Contains("90,000 requests/s", StringComparison.Ordinal) && reason.Contains("the best of all", StringComparison.Ordinal));
    }

    [Fact]
    public void A_peer_is_compared_with_and_never_recommended()
    {
        var recommendation = Of(Turn("own", Hello, 50_000), Turn("peer", Hello, 100_000));
        Assert.Equal("own", recommendation.Choice);
        Assert.Contains(recommendation.Reasons, reason => reason.StartsWith("peer", StringComparison.Ordinal) && reason.Contains("own does 0.50 × as well", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_those_that_are_level_the_one_with_the_least_processor_time()
    {
        var recommendation = Of(Turn("first", Hello, 100_000, cpuMicroseconds: 20), Turn("second", Hello, 96_000, cpuMicroseconds: 10), Turn("third", Hello, 94_000, cpuMicroseconds: 5));
        Assert.Equal("second", recommendation.Choice);
        Assert.Contains(recommendation.Reasons, reason => reason.Contains("least processor time", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_those_level_in_that_too_the_one_with_the_least_memory()
    {
        var recommendation = Of(Turn("first", Hello, 100_000, mebibytes: 90), Turn("second", Hello, 98_000, mebibytes: 40, cpuMicroseconds: 10.2));
        Assert.Equal("second", recommendation.Choice);
        Assert.Contains(recommendation.Reasons, reason => reason.Contains("least memory", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_times_and_memory_are_not_known_the_score_decides() =>
        Assert.Equal("first", Of(Turn("first", Hello, 100_000) with { Cpu = null, Memory = null }, Turn("second", Hello, 99_000) with { Cpu = null, Memory = null }).Choice);

    [Fact]
    public void An_open_loop_is_won_by_the_lowest_99th_percentile()
    {
        var recommendation = Of(Turn("loop", Tail, 150, ms: 80), Turn("threads", Tail, 150, ms: 20));
        Assert.Equal("threads", recommendation.Choice);
        Assert.Contains(recommendation.Cautions, caution => caution.Contains("Fewer than 1,000 requests of heavy-tail", StringComparison.Ordinal));
    }

    [Fact]
    public void All_workloads_count_and_each_of_them_once()
    {
        // "specialist" is ten times as good at one of them, at two numbers of connections; "allround" at the other is a hundred times.
        var recommendation = Of(
            Turn("specialist", Hello, 100_000), Turn("specialist", Crowd, 100_000), Turn("specialist", Cpu, 10),
            Turn("allround", Hello, 10_000), Turn("allround", Crowd, 10_000), Turn("allround", Cpu, 250));
        Assert.Equal("allround", recommendation.Choice);
        Assert.Equal([("hello", "specialist"), ("cpu", "allround")], recommendation.Workloads.Select(workload => (workload.Workload, workload.Choice)));
        Assert.Contains(recommendation.Reasons, reason => reason.Contains("specialist does 10 × as well", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_starves_clients_fails_requests_or_falls_behind_is_out_and_told_why()
    {
        var recommendation = Of(
            Turn("good", Hello, 10_000), Turn("good", Tail, 150),
            Turn("starves", Hello, 90_000) with { Starved = 63 }, Turn("starves", Tail, 150),
            Turn("refuses", Hello, 90_000) with { BadReplies = 900 }, Turn("refuses", Tail, 150),
            Turn("breaks", Hello, 90_000) with { Failures = 900 }, Turn("breaks", Tail, 150),
            Turn("lags", Hello, 90_000), Turn("lags", Tail, 150) with { Unanswered = 80 },
            Turn("absent", Hello, 90_000));
        Assert.Equal("good", recommendation.Choice);
        Assert.Equal(
        [
            "starves: 63 of 64 connections never got an answer (hello, 64 connections)",
            "refuses: 1 % of the requests failed (hello, 64 connections)",
            "breaks: 1 % of the requests failed (hello, 64 connections)",
            "lags: it answered 46.7 % of the requests (heavy-tail, 64 connections, 150 requests/s)",
            "absent: measured at 1 of 2 points only",
        ], recommendation.Out);
        // For that workload alone they are eligible who did all of it.
        Assert.Contains(recommendation.Workloads.Single(workload => workload.Workload == "hello").Choice, (string[])["lags", "absent"]);
    }

    [Fact]
    public void When_nobody_is_left_there_is_no_recommendation()
    {
        var recommendation = Of(Turn("starves", Hello, 90_000) with { Starved = 1 }, Turn("peer", Hello, 90_000));
        Assert.Null(recommendation.Choice);
        Assert.Empty(recommendation.Workloads);
        Assert.Single(recommendation.Reasons);
        Assert.Null(Recommendation.Of(Results(), []).Choice);
    }

    [Fact]
    public void The_median_of_the_rounds_counts_and_their_spread_is_told()
    {
        var results = Results(Turn("steady", Hello, 60_000), Turn("steady", Hello, 60_000, round: 2), Turn("steady", Hello, 60_000, round: 3),
            Turn("lucky", Hello, 50_000), Turn("lucky", Hello, 120_000, round: 2), Turn("lucky", Hello, 50_000, round: 3));
        var summaries = Summary.Of(results);
        Assert.Equal([60_000.0, 50_000.0], summaries.Select(summary => summary.Rate));
        Assert.Equal((50_000.0, 120_000.0, 220_000), (summaries[1].LeastRate, summaries[1].MostRate, summaries[1].Replies));
        Assert.Equal(10, summaries[1].CpuPerReply!.Value, 6);
        var recommendation = Recommendation.Of(results, summaries);
        Assert.Equal("steady", recommendation.Choice);
        Assert.Contains("Rounds differ by more than 20 % for lucky.", recommendation.Cautions);
    }

    [Fact]
    public void Where_an_interrupt_came_before_somebodys_turn_nobody_wins_by_that()
    {
        var results = Results(Turn("first", Hello, 50_000), Turn("second", Hello, 90_000), Turn("first", Cpu, 10));
        results.Interrupted = true;
        var recommendation = Recommendation.Of(results, Summary.Of(results));
        Assert.Equal("second", recommendation.Choice);
        Assert.Empty(recommendation.Out);
        Assert.Equal("hello", Assert.Single(recommendation.Workloads).Workload);
    }

    [Fact]
    public void What_makes_figures_doubtful_is_told()
    {
        var results = Results(Turn("a", Hello, 90_000), Turn("a", Tail, 150) with { Late99 = 9_000_000 });
        results.Interrupted = true;
        var cautions = Recommendation.Of(results, Summary.Of(results)).Cautions;
        Assert.Contains(cautions, caution => caution.Contains("interrupted: 2 of 6 turns", StringComparison.Ordinal));
        Assert.Contains(cautions, caution => caution.Contains("generator itself was more than 5 ms late", StringComparison.Ordinal));
        var busy = results with { Machine = results.Machine with { Load = 1.5 }, Plan = results.Plan with { Rounds = 1 }, Interrupted = false };
        cautions = Recommendation.Of(busy, Summary.Of(busy)).Cautions;
        Assert.Contains(cautions, caution => caution.Contains("The machine was busy", StringComparison.Ordinal));
        Assert.Contains(cautions, caution => caution.StartsWith("1 round only", StringComparison.Ordinal));
    }

    private static Recommendation Of(params TurnResult[] turns)
    {
        var results = Results(turns);
        return Recommendation.Of(results, Summary.Of(results));
    }
}
