using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ActorServer.Tests.Docs;

/// <summary>A document of the repository, and what in it can be checked.</summary>
internal sealed partial class Document
{
    private Document(string path) => (Path, Text) = (path, File.ReadAllText(path));

    /// <summary>The folder with the solution: above this file, or above the tests' output where sources were built elsewhere.</summary>
    public static string Root { get; } = new[] { System.IO.Path.GetDirectoryName(Here())!, AppContext.BaseDirectory }
        .SelectMany(Upwards).First(folder => File.Exists(System.IO.Path.Combine(folder, "ActorServer.sln")));

    /// <summary>README and everything in docs/.</summary>
    public static IReadOnlyList<Document> All { get; } =
        [.. Directory.EnumerateFiles(System.IO.Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Prepend(System.IO.Path.Combine(Root, "README.md")).Select(path => new Document(path))];

    public string Path { get; }

    public string Name => System.IO.Path.GetRelativePath(Root, Path);

    public string Text { get; }

    /// <summary>The headings of the second level, in order.</summary>
    public IEnumerable<string> Headings => Prose.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]);

    /// <summary>The targets of links into the repository: paths relative to the document, and the heading that is meant, or nothing.</summary>
    public IEnumerable<(string Path, string Fragment)> Links => Link().Matches(Prose).Select(link => link.Groups["target"].Value)
        .Where(target => !target.Contains("://", StringComparison.Ordinal)).Select(target => target.Split('#')).Select(parts => (parts[0], parts.Length > 1 ? parts[1] : ""));

    /// <summary>What a link can call the document's headings.</summary>
    public IEnumerable<string> Fragments => Prose.Split('\n').Where(line => line.StartsWith('#'))
        .Select(line => string.Concat(line.TrimStart('#').Trim().ToLowerInvariant().Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_')).Replace(' ', '-'));

    /// <summary>What stands in `code` and looks like a path below one of the repository's folders, and not like a pattern of them.</summary>
    public IEnumerable<string> Paths => Code().Matches(Prose).Select(code => code.Groups["code"].Value).Where(code => RepositoryPath().IsMatch(code) && !code.Contains("NAME", StringComparison.Ordinal));

    /// <summary>Everything that is the command with arguments, in blocks and in the text.</summary>
    public IEnumerable<string> Commands => Blocks("").Concat(Blocks("sh")).SelectMany(block => block.Split('\n'))
        .Concat(Code().Matches(Prose).Select(code => code.Groups["code"].Value)).SelectMany(line => Command().Matches(line)).Select(command => command.Groups["arguments"].Value.Trim());

    /// <summary>The blocks of a language.</summary>
    public IEnumerable<string> Blocks(string language) => Block().Matches(Text).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["text"].Value);

    /// <summary>Lines, without the figures that a program writes.</summary>
    public int OwnLines => Figures().Replace(Text, "").Count(character => character == '\n');

    /// <summary>The text without its blocks.</summary>
    private string Prose => Block().Replace(Text, "");

    private static string Here([CallerFilePath] string path = "") => path;

    private static IEnumerable<string> Upwards(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent) yield return at.FullName;
    }

    [GeneratedRegex("^ *```(?<language>[a-z]*)\n(?<text>.*?)^ *```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();

    [GeneratedRegex("<!-- figures: .*?<!-- /figures -->", RegexOptions.Singleline, 1000)]
    private static partial Regex Figures();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("`(?<code>[^`\n]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"^(?:src|tests|docs|hocon|benchmarks|samples)/[\w./-]*$", RegexOptions.None, 1000)]
    private static partial Regex RepositoryPath();

    // actorserver run …, also behind dotnet run … --, up to a comment or the next command.
    [GeneratedRegex(@"(?:(?<=^\s*|[$&|;(] ?)actorserver|src/ActorServer\.Cli --)(?<arguments>(?: +[^\s#|&;<>]+)+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();
}
