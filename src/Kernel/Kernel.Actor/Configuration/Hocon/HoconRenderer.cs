using System.Buffers;
using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Writes values as HOCON that parses to the same tree.</summary>
internal static class HoconRenderer
{
    private static readonly SearchValues<char> PlainText =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>Renders an object in braces, or an array in brackets.</summary>
    public static string Render(IHoconElement element)
    {
        var text = new StringBuilder();
        Append(text, element, 0);
        return text.ToString();
    }

    /// <summary>Renders the fields of an object without braces, one a line.</summary>
    public static string Fields(HoconObject content)
    {
        var text = new StringBuilder();
        AppendFields(text, content, 0);
        return text.ToString();
    }

    /// <summary>Renders a literal, quoted where it must be.</summary>
    public static string Scalar(string value)
    {
        var plain = value.Length > 0 && value != "null" && !value.AsSpan().ContainsAnyExcept(PlainText);
        return plain ? value : Quote(value);
    }

    /// <summary>Renders a JSON string.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append(@"\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                // Lone surrogates and the like would not survive an encoding.
                case var _ when char.IsControl(c) || char.IsSurrogate(c):
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default: text.Append(c); break;
            }
        }

        return text.Append('"').ToString();
    }

    private static void Append(StringBuilder text, IHoconElement? element, int indent)
    {
        switch (element)
        {
            case HoconObject { Items.Count: 0 }:
                text.Append("{}");
                break;
            case HoconObject content:
                text.Append("{\n");
                AppendFields(text, content, indent + 1);
                text.Append(' ', 2 * indent).Append('}');
                break;
            case HoconArray array:
                text.Append('[');
                for (var i = 0; i < array.Count; i++)
                {
                    if (i > 0) text.Append(", ");
                    Append(text, array[i].Element, indent);
                }

                text.Append(']');
                break;
            case HoconLiteral literal:
                text.Append(Scalar(literal.Value));
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static void AppendFields(StringBuilder text, HoconObject content, int indent)
    {
        foreach (var (key, value) in content.Items)
        {
            text.Append(' ', 2 * indent).Append(HoconPath.RenderKey(key)).Append(value.IsObject() ? " " : " = ");
            Append(text, value.Element, indent);
            text.Append('\n');
        }
    }
}
