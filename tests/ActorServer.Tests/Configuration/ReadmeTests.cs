using ActorServer.Topologies;

namespace ActorServer.Tests.Configuration;

/// <summary>README's table is the catalog's.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_table_of_topologies_is_the_catalog()
    {
        var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "README.md"))
            .SkipWhile(line => line != "## Topologies").TakeWhile(line => line != "## How to choose").Where(line => line.StartsWith("| [`", StringComparison.Ordinal));
        Assert.Equal(Catalog.Entries.Select(entry => entry.Roles).Select(r =>
            $"| [`{r.Name}`](docs/topologies/{r.Name}.md) | {r.Accept} | {r.Read} | {r.Handle} | {r.Write} | {r.Handoff} | {r.Observed} |"), rows);
    }
}
