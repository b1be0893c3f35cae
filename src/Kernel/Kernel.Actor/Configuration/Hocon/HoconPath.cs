using System.Buffers;

namespace Akka.Configuration.Hocon;

/// <summary>Path expressions ("Path expressions"): <c>a."b.c".d</c>.</summary>
internal static class HoconPath
{
    private static readonly SearchValues<char> PlainKey =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/");

    /// <summary>Splits a path that the program asks for.</summary>
    /// <remarks>
    /// Only dots and quotes mean anything here: a program that looks up <c>deployment./user/$a</c> need not quote what a file must.
    /// </remarks>
    /// <exception cref="ConfigurationException">An element is empty, or a quote is not closed.</exception>
    public static string[] Split(string path)
    {
        if (!path.Contains('"', StringComparison.Ordinal))
        {
            var plain = path.Split('.');
            return Array.Exists(plain, element => element.Length == 0) ? throw EmptyElement(path) : plain;
        }

        return new HoconReader(new SourceText("<path>", path)).ReadWholePath();
    }

    /// <summary>Walks down from a value; null if there is nothing at the path.</summary>
    /// <exception cref="ConfigurationException">The path is malformed.</exception>
    public static HoconValue? Find(HoconValue root, string path)
    {
        var value = root;
        if (path.Contains('"', StringComparison.Ordinal))
        {
            foreach (var element in Split(path)) value = value?.GetObject()?.Find(element);
            return value;
        }

        foreach (var range in path.AsSpan().Split('.'))
        {
            var element = path.AsSpan(range);
            if (element.IsEmpty) throw EmptyElement(path);
            value = value?.GetObject()?.Find(element);
        }

        return value;
    }

    /// <summary>Renders a path so that a file may contain it.</summary>
    public static string Render(IEnumerable<string> elements) => string.Join('.', elements.Select(RenderKey));

    /// <summary>Renders one key so that a file may contain it.</summary>
    public static string RenderKey(string key) => IsPlain(key) ? key : HoconRenderer.Quote(key);

    /// <summary>Renders the path of a key below a rendered path.</summary>
    public static string Append(string path, string key) => path.Length == 0 ? RenderKey(key) : $"{path}.{RenderKey(key)}";

    private static bool IsPlain(string key) =>
        key.Length > 0
        && !key.AsSpan().ContainsAnyExcept(PlainKey)
        && !key.Contains("//", StringComparison.Ordinal)
        && key != "include";

    private static ConfigurationException EmptyElement(string path) =>
        new($"path {HoconRenderer.Quote(path)} has an empty element, expected keys with dots between them");
}
