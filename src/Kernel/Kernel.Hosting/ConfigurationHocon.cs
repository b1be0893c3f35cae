using System.Globalization;
using System.Text;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace Akka.Hosting;

/// <summary>Makes HOCON from an application's configuration.</summary>
internal static class ConfigurationHocon
{
    /// <summary>A section keeps its own key: <c>GetSection("akka")</c> becomes <c>akka { … }</c>. Children with numbers become an array.</summary>
    public static Config ToHocon(this IConfiguration configuration, bool normalizeKeys)
    {
        var text = new StringBuilder();
        if (configuration is IConfigurationSection section)
            Append(text, section, normalizeKeys);
        else
            AppendAll(text, configuration.GetChildren(), normalizeKeys);
        return ConfigurationFactory.ParseString(text.ToString(), "<IConfiguration>");
    }

    private static void AppendAll(StringBuilder text, IEnumerable<IConfigurationSection> sections, bool normalize)
    {
        foreach (var section in sections)
            Append(text, section, normalize);
    }

    private static void Append(StringBuilder text, IConfigurationSection section, bool normalize)
    {
        text.Append(Key(section.Key, normalize)).Append(" = ");
        AppendValue(text, section, normalize);
        text.Append('\n');
    }

    private static void AppendValue(StringBuilder text, IConfigurationSection section, bool normalize)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (children.Length == 0)
        {
            text.Append(section.Value is { } value ? Quoted(value) : "null");
        }
        else if (Array.TrueForAll(children, static child => int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            text.Append("[\n");
            foreach (var child in children.OrderBy(static child => int.Parse(child.Key, CultureInfo.InvariantCulture)))
            {
                AppendValue(text, child, normalize);
                text.Append('\n');
            }

            text.Append(']');
        }
        else
        {
            text.Append("{\n");
            AppendAll(text, children, normalize);
            text.Append('}');
        }
    }

    /// <summary>A key may be a path, as in <c>"akka.loglevel"</c>; one with other odd characters is taken as it is.</summary>
    private static string Key(string key, bool normalize)
    {
        var name = normalize ? key.ToLowerInvariant() : key;
        return name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? name : Quoted(name);
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (c < ' ')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }
}
