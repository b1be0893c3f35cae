namespace Akka.Configuration.Hocon;

/// <summary>
/// <c>include "name"</c>, <c>include file("name")</c>, <c>include required(…)</c> ("Includes"). Files only: what
/// <c>url(…)</c> and <c>classpath(…)</c> name is refused, since a server must not fetch its settings from elsewhere unasked.
/// </summary>
internal sealed class IncludeStatement
{
    private readonly int _position;
    private readonly string _name;
    private readonly bool _isRequired;

    private IncludeStatement(int position, string name, bool isRequired)
    {
        _position = position;
        _name = name;
        _isRequired = isRequired;
    }

    /// <summary>Reads the statement, from the word <c>include</c> on.</summary>
    public static IncludeStatement Read(HoconReader reader)
    {
        reader.Advance("include".Length);
        reader.SkipBlanks();
        var isRequired = reader.TryReadCall("required");
        var position = reader.Position;
        if (reader.TryReadCall("url") || reader.TryReadCall("classpath"))
            throw reader.Source.Fault(position, "an include of a resource other than a file", "include \"file\" or file(\"file\")");
        var isFile = reader.TryReadCall("file");
        if (reader.Current != '"') throw reader.Unexpected("a quoted file name after include");
        position = reader.Position;
        var name = reader.ReadQuoted();
        if (isFile) CloseCall(reader);
        if (isRequired) CloseCall(reader);
        return new IncludeStatement(position, name, isRequired);
    }

    /// <summary>The texts to parse in place of the statement, in this order: none if the file is missing and may be.</summary>
    /// <exception cref="ConfigurationException">The file is required and missing, unreadable, or being included already.</exception>
    public IReadOnlyList<SourceText> Open(SourceText including)
    {
        var path = FullPath(including);
        var found = Candidates(path).Where(File.Exists).ToList();
        if (found.Count == 0 && _isRequired) throw including.Fault(_position, $"the required file {path} is missing", "it to exist");
        return found.ConvertAll(file => Open(file, including));
    }

    private static void CloseCall(HoconReader reader)
    {
        reader.SkipBlanks();
        if (reader.Current != ')') throw reader.Unexpected("')' after the name of the included file");
        reader.Advance();
    }

    /// <summary>
    /// "File formats and extensions": a name without a known extension stands for itself, .json and .conf, the last of them
    /// overriding the ones before.
    /// </summary>
    private static string[] Candidates(string path) =>
        Path.GetExtension(path) is ".conf" or ".json" ? [path] : [path, path + ".json", path + ".conf"];

    /// <summary>"Locating resources": relative to the including file, never to the working directory.</summary>
    private string FullPath(SourceText including)
    {
        if (_name.Contains("://", StringComparison.Ordinal) || _name.Contains('\0', StringComparison.Ordinal) || _name.Length == 0)
            throw including.Fault(_position, $"include {HoconRenderer.Quote(_name)}", "the name of a file");
        if (Path.GetExtension(_name) == ".properties")
            throw including.Fault(_position, $"include {HoconRenderer.Quote(_name)}", "a .conf or .json file");
        if (Path.IsPathRooted(_name)) return Path.GetFullPath(_name);
        var directory = Path.GetDirectoryName(including.Path)
            ?? throw including.Fault(_position, $"include {HoconRenderer.Quote(_name)} in a text that is no file", "an absolute path");
        return Path.GetFullPath(_name, directory);
    }

    private SourceText Open(string file, SourceText including)
    {
        for (var outer = including; outer is not null; outer = outer.IncludedFrom)
        {
            if (outer.Path == file) throw including.Fault(_position, $"{file} includes itself", "includes without a cycle");
        }

        try
        {
            return ConfigurationFile.Read(file, including);
        }
        catch (ConfigurationException unreadable)
        {
            throw new ConfigurationException($"{including.OriginAt(_position)}: {unreadable.Message}", unreadable);
        }
    }
}
