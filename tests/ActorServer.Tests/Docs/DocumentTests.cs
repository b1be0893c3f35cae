using System.Text.RegularExpressions;
using ActorServer.Cli;
using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Protocol.Http1;
using ActorServer.Server;
using ActorServer.Topologies;
using Akka.Configuration;

namespace ActorServer.Tests.Docs;

/// <summary>What README and docs/ name is there: files, keys, options.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Names => [.. Document.All.Select(document => document.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Every_link_leads_somewhere(string name)
    {
        var document = Find(name);
        Assert.All(document.Links, link => Assert.True(Leads(link.Path.Length == 0 ? document.Path : Path.GetFullPath(link.Path, Path.GetDirectoryName(document.Path)!), link.Fragment), $"{link.Path}#{link.Fragment}"));

        static bool Leads(string path, string fragment) =>
            Exists(path) && (fragment.Length == 0 || Document.All.Single(other => other.Path == path).Fragments.Contains(fragment, StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_file_that_is_named_is_there(string name) =>
        Assert.All(Find(name).Paths, path => Assert.True(Exists(Path.Combine(Document.Root, path)), path));

    [Theory, MemberData(nameof(Names))]
    public void Every_configuration_is_one_that_the_server_takes(string name)
    {
        foreach (var block in Find(name).Blocks("hocon"))
        {
            // Settings of the server may be shown without its root; types of the reader's own are played by those below.
            var text = block.Contains(ServerSettings.Root, StringComparison.Ordinal) || block.TrimStart().StartsWith("akka", StringComparison.Ordinal) ? block : $"{ServerSettings.Root} {{\n{block}\n}}";
            text = OwnType().Replace(text, own => $"class = \"{Played(own.Groups["name"].Value).AssemblyQualifiedName}\"");
            Assert.NotNull(ServerSettings.Load(ConfigurationFactory.ParseString(text)));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Every_option_of_a_command_line_exists(string name)
    {
        foreach (var command in Find(name).Commands)
        {
            var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] is ['-', ..] or "…" || words[0].Any(char.IsAsciiLetterUpper)) continue; // of the command itself, or a place for one
            var help = await Help(words[0]);
            foreach (var option in words.Select(word => Option().Match(word)).Where(match => match.Success).Select(match => match.Value))
                Assert.True(Regex.IsMatch(help, $@"(?:^|[\s,]){Regex.Escape(option)}(?:[\s,]|$)", RegexOptions.None, TimeSpan.FromSeconds(1)), $"{name}: actorserver {command}: there is no {option}");
        }
    }

    [Fact]
    public void The_limits_of_operations_are_the_defaults()
    {
        var checkedKeys = 0;
        foreach (var row in LimitRow().Matches(Find("docs/operations.md").Text).Cast<Match>())
        {
            if (ServerSettings.Defaults.GetValue($"{ServerSettings.Root}.{row.Groups["key"].Value}") is not { } value || value.GetString() is not { } standard) continue;
            Assert.StartsWith($"{standard} ", row.Groups["default"].Value.Replace(",", " ", StringComparison.Ordinal), StringComparison.Ordinal);
            checkedKeys++;
        }

        Assert.True(checkedKeys >= 14, $"{checkedKeys} rows");
    }

    [Fact]
    public void The_documents_have_something_to_check()
    {
        Assert.Contains(Document.All, document => document.Links.Any());
        Assert.Contains(Document.All, document => document.Paths.Any());
        Assert.Contains(Document.All, document => document.Commands.Any(command => command.Contains("--", StringComparison.Ordinal)));
        Assert.Contains(Document.All, document => document.Blocks("hocon").Any());
    }

    private static Document Find(string name) => Document.All.Single(document => document.Name == name);

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static async Task<string> Help(string verb)
    {
        using StringWriter output = new(), errors = new();
        Assert.True(await CommandLine.RunAsync([verb, "--help"], output, errors) == 0, $"actorserver {verb}: {errors}");
        return output.ToString();
    }

    private static Type Played(string name) => name switch { nameof(Audit) => typeof(Audit), nameof(My.Twins) => typeof(My.Twins), _ => typeof(Topology) };

    [GeneratedRegex("class = \"My\\.(?<name>\\w+), \\w+\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OwnType();

    [GeneratedRegex(@"^\| `(?<key>[a-z][a-z.-]*)`[^|]*\| (?<default>[^|]+)\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LimitRow();

    [GeneratedRegex("^-{1,2}[a-z][a-z-]*", RegexOptions.None, 1000)]
    private static partial Regex Option();

    /// <summary>A topology of the reader's own, with any keys.</summary>
    public sealed class Topology(SettingsReader settings) : ITopology
    {
        public int Key { get; } = settings.Number("any-key", 0);

        public Roles Roles => new("mine", "a", "b", "c", "d", "e", "f");

        public string Engine => "none";

        public string? Unavailable => null;

        public void Wire(Wiring wiring) => throw new NotSupportedException("only configured here");
    }

    /// <summary>A stage of the reader's own.</summary>
    public sealed class Audit : IRequestStage
    {
        public bool Process(HttpExchange exchange) => true;
    }
}
