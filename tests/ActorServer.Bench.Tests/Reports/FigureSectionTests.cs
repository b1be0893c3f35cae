using ActorServer.Bench.Reports;
using ActorServer.Benchmarks.Documents;
using static ActorServer.Bench.Tests.Reports.Measured;

namespace ActorServer.Bench.Tests.Reports;

/// <summary>What <c>benchmarks/Figures/write</c> makes of the JSON report for README and the pages of the topologies.</summary>
public sealed class FigureSectionTests
{
    private const string Source = """
        `actorserver bench '<x>' & co`, 2026-05-04, rates are medians of 3 rounds of 1 s, on
        Some CPU <9>, 2 cores of a virtual machine that client and server share, 24.0 GiB, Linux, kernel 6.18, .NET 10.0, load average 0.1 at the start.
        """;

    [Fact]
    public void A_topology_stands_beside_kestrel_with_each_of_its_settings() => Assert.Equal($"""
        {Source}

        | load | requests/s | × Kestrel | p50 | p99 | CPU/request | memory |
        |---|---|---|---|---|---|---|
        | hello, 64 connections | 30,000 (10,000) | 3.00 × | 100 µs (400 µs) | 1.00 ms (4.00 ms) | 10.0 µs (20.0 µs) | 50.0 MiB (100 MiB) |
        | hello, 64 connections, `workers=1` | 5,000 (10,000) | 0.50 × | 100 µs (400 µs) | 1.00 ms (4.00 ms) | 10.0 µs (20.0 µs) | 50.0 MiB (100 MiB) |
        | heavy-tail, 64 connections, 150 requests/s | 150 (150) † | 4.00 × | 100 µs (400 µs) | 1.00 ms (4.00 ms) | 10.0 µs (20.0 µs) | 50.0 MiB (100 MiB) |

        In parentheses: Kestrel. Open loops are compared by their 99th percentile.

        † left connections without any answer, failed requests, or fell behind an open loop: see docs/bench.md.

        """, Tables().Of("actor"));

    [Fact]
    public void All_servers_stand_beside_each_other() => Assert.Equal($"""
        {Source}

        | server | hello, 64 connections | heavy-tail, 64 connections, 150 requests/s |
        |---|---|---|
        | `actor` | 30,000 (3.00 ×) | 1.00 ms (4.00 ×) † |
        | `actor:workers=1` | 5,000 (0.50 ×) | – |
        | `kestrel` | 10,000 (1.00 ×) | 4.00 ms (1.00 ×) |
        | peer | 7 (0.00 ×) | – |

        Requests per second, of an open loop the 99th percentile of the latency; in parentheses how many times as well as Kestrel.

        † left connections without any answer, failed requests, or fell behind an open loop: see docs/bench.md.

        """, Tables().Of(FigureTables.All));

    [Fact]
    public void What_was_not_measured_is_left_as_it_is()
    {
        const string document = "a\n<!-- figures: kqueue -->\nolder\n<!-- /figures -->\nb\n<!-- figures: actor -->\n<!-- /figures -->\nc\n";
        Assert.Equal(["kqueue", "actor"], MarkedSections.In(document));
        Assert.Equal(document.Replace("actor -->\n", "actor -->\nnew\n", StringComparison.Ordinal),
            MarkedSections.Rewrite(document, name => name == "actor" ? "\nnew\n\n" : null));
        Assert.Null(Tables().Of("kqueue"));
    }

    [Fact]
    public void Another_format_is_refused() => Assert.Throws<FormatException>(() =>
        BenchReport.Parse(JsonReport.Render(Results(Turn("actor", Hello, 100))).Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal)));

    private static FigureTables Tables() => new(BenchReport.Parse(JsonReport.Render(Results(
        Turn("actor", Hello, 30_000),
        Turn("actor:workers=1", Hello, 5_000),
        Turn("kestrel", Hello, 10_000, ms: 4, cpuMicroseconds: 20, mebibytes: 100),
        Turn("peer", Hello, 7),
        Turn("actor", Tail, 150) with { Starved = 1 },
        Turn("kestrel", Tail, 150, ms: 4, cpuMicroseconds: 20, mebibytes: 100)))));
}
