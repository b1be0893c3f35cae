using System.Runtime.InteropServices;

namespace Akka.Configuration.Hocon;

/// <summary>A text to parse, with its name; knows the line and column of every position.</summary>
internal sealed class SourceText
{
    private readonly List<int> _lineStarts = [0];

    public SourceText(string name, string text, string? path = null, SourceText? includedFrom = null)
    {
        Name = name;
        Text = text;
        Path = path;
        IncludedFrom = includedFrom;
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1)) _lineStarts.Add(i + 1);
    }

    /// <summary>What error messages call it.</summary>
    public string Name { get; }

    public string Text { get; }

    /// <summary>The full path if the text is a file's; includes are relative to it.</summary>
    public string? Path { get; }

    /// <summary>The text whose include statement names this one.</summary>
    public SourceText? IncludedFrom { get; }

    public HoconOrigin OriginAt(int position)
    {
        var line = CollectionsMarshal.AsSpan(_lineStarts).BinarySearch(position);
        if (line < 0) line = ~line - 1;
        return new HoconOrigin(Name, line + 1, position - _lineStarts[line] + 1);
    }

    public ConfigurationException Fault(int position, string found, string expected) =>
        new($"{OriginAt(position)}: {found}, expected {expected}");
}
