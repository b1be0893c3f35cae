using ActorServer.Configuration;
using ActorServer.Topologies;
using Akka.Configuration.Hocon;

namespace ActorServer.Tests.Docs;

/// <summary>A page for each topology, all of one kind, which say what the catalog and the defaults say.</summary>
public sealed class TopologyPageTests
{
    private static readonly string[] Headings = ["Who does what", "A request", "When to use it", "Configuration", "What an observer sees", "Figures", "To read on"];

    public static TheoryData<string> Names => [.. Catalog.Entries.Select(entry => entry.Roles.Name)];

    [Theory, MemberData(nameof(Names))]
    public void The_page_has_its_parts(string topology)
    {
        var page = Page(topology);
        Assert.StartsWith($"# {topology}\n", page.Text, StringComparison.Ordinal);
        Assert.Equal(Headings, page.Headings);
        Assert.StartsWith("sequenceDiagram\n", Assert.Single(page.Blocks("mermaid")), StringComparison.Ordinal);
        Assert.Contains($"\n<!-- figures: {topology} -->\n", page.Text, StringComparison.Ordinal);
        Assert.Contains("\n<!-- /figures -->\n", page.Text, StringComparison.Ordinal);
        Assert.InRange(page.OwnLines, 60, 110);
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_four_answers_are_the_catalogs(string topology)
    {
        var roles = Catalog.Entries.Single(entry => entry.Roles.Name == topology).Roles;
        Assert.Contains($"| accept | read | handle | write |\n|---|---|---|---|\n| {roles.Accept} | {roles.Read} | {roles.Handle} | {roles.Write} |\n", Page(topology).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_keys_are_those_of_the_defaults(string topology)
    {
        var rows = Page(topology).Text.Split('\n').SkipWhile(line => line != "## Configuration").TakeWhile(line => line != "## What an observer sees")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => string.Join('|', line.Split('|')[..3]));
        var section = ServerSettings.Defaults.GetValue($"{ServerSettings.Root}.topologies.{topology}");
        Assert.Equal(Leaves(section!, "").Select(leaf => $"| `{leaf.Key}` | `{leaf.Value}` "), rows);
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_example_is_the_file_of_its_name(string topology) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Document.Root, "hocon", $"{topology}.conf")), Page(topology).Blocks("hocon").First());

    [Fact]
    public void The_index_has_every_page_and_no_other()
    {
        var index = Document.All.Single(document => document.Name == "docs/topologies/README.md");
        var pages = Catalog.Entries.Select(entry => $"{entry.Roles.Name}.md").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(pages, index.Links.Select(link => link.Path).Where(path => !path.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(pages.Append("README.md").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Path.Combine(Document.Root, "docs/topologies")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    private static Document Page(string topology) => Document.All.Single(document => document.Name == $"docs/topologies/{topology}.md");

    private static IEnumerable<(string Key, string Value)> Leaves(HoconValue value, string path) => value.GetObject() is { } section
        ? section.Items.SelectMany(item => Leaves(item.Value, path.Length == 0 ? item.Key : $"{path}.{item.Key}"))
        : [(path, value.IsArray() ? $"[{string.Join(", ", value.GetArray().Select(item => item.GetString()))}]" : value.GetString() is { Length: > 0 } text ? text : "\"\"")];
}
