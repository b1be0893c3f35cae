using System.Text.RegularExpressions;

namespace ActorServer.Benchmarks.Documents;

/// <summary>The parts of a document that are written by a program: between <c>&lt;!-- figures: NAME --&gt;</c> and <c>&lt;!-- /figures --&gt;</c>.</summary>
public static partial class MarkedSections
{
    /// <summary>The names of a document's sections, in order.</summary>
    /// <param name="text">The document.</param>
    public static IEnumerable<string> In(string text) => Section().Matches(text).Select(section => section.Groups["name"].Value);

    /// <summary>Writes the sections anew, and leaves everything else as it is.</summary>
    /// <param name="text">The document.</param>
    /// <param name="content">What is to stand in the section of a name; null for what stands there already.</param>
    public static string Rewrite(string text, Func<string, string?> content) => Section().Replace(text, section =>
        content(section.Groups["name"].Value) is { } written ? $"{section.Groups["begin"].Value}\n{written.Trim('\n')}\n{section.Groups["end"].Value}" : section.Value);

    [GeneratedRegex("(?<begin><!-- figures: (?<name>[a-z0-9-]+) -->)\n.*?(?<end><!-- /figures -->)", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Section();
}
