using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>Where a value was asked for, for messages: the path of the section, the path within it, an index in a list.</summary>
internal readonly record struct Asked(string? Section, string? Path, int? Index = null)
{
    /// <summary>Renders <c>section.path[index] = </c>; nothing if no path is known.</summary>
    public override string ToString()
    {
        if (Path is null && Section is null && Index is null) return "";
        var separator = string.IsNullOrEmpty(Section) || string.IsNullOrEmpty(Path) ? "" : ".";
        return $"{Section}{separator}{Path}{(Index is null ? "" : $"[{Index}]")} = ";
    }
}

/// <summary>From values to .NET types ("Automatic type conversions"). Every failure is a <see cref="ConfigurationException"/>.</summary>
internal static class HoconConversions
{
    private const int LongestExcerpt = 80;

    public static string ToText(HoconValue value, Asked asked) => Text(value, asked, "a string");

    public static bool ToBoolean(HoconValue value, Asked asked) => Text(value, asked, "a boolean") switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => throw Fault(value, asked, "true, false, yes, no, on or off"),
    };

    public static int ToInt(HoconValue value, Asked asked) => (int)Integer(value, asked, int.MinValue, int.MaxValue);

    public static byte ToByte(HoconValue value, Asked asked) => (byte)Integer(value, asked, byte.MinValue, byte.MaxValue);

    public static long ToLong(HoconValue value, Asked asked) => Integer(value, asked, long.MinValue, long.MaxValue);

    public static float ToFloat(HoconValue value, Asked asked) =>
        float.TryParse(Text(value, asked, "a number"), Units.NumberFormat, CultureInfo.InvariantCulture, out var number)
        && float.IsFinite(number)
            ? number
            : throw Fault(value, asked, "a number");

    public static double ToDouble(HoconValue value, Asked asked) =>
        double.TryParse(Text(value, asked, "a number"), Units.NumberFormat, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : throw Fault(value, asked, "a number");

    public static decimal ToDecimal(HoconValue value, Asked asked) =>
        decimal.TryParse(Text(value, asked, "a number"), Units.NumberFormat, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Fault(value, asked, "a number");

    public static long ToByteSize(HoconValue value, Asked asked)
    {
        const string Expected = "a size such as 512, 64 KiB or 1.5MB";
        return Units.ParseBytes(Text(value, asked, Expected), out var bytes) switch
        {
            Units.Outcome.Parsed => bytes,
            Units.Outcome.TooLarge => throw Fault(value, asked, $"a size of at most {long.MaxValue} bytes"),
            _ => throw Fault(value, asked, Expected),
        };
    }

    public static TimeSpan ToTimeSpan(HoconValue value, Asked asked, bool allowInfinite)
    {
        var expected = allowInfinite ? "a duration such as 250ms, 10s, 1.5 minutes or infinite" : "a duration such as 250ms, 10s or 1.5 minutes";
        var text = Text(value, asked, expected);
        if (allowInfinite && text == "infinite") return Timeout.InfiniteTimeSpan;
        return Units.ParseDuration(text, out var duration) switch
        {
            Units.Outcome.Parsed => duration,
            Units.Outcome.TooLarge => throw Fault(value, asked, "a duration of at most 10675199 days"),
            _ => throw Fault(value, asked, expected),
        };
    }

    public static IList<HoconValue> ToArray(HoconValue value, Asked asked) => value.Element switch
    {
        null => [],
        HoconArray array => array.GetArray(),
        HoconObject content when content.ToArray() is { } array => array.GetArray(),
        _ => throw Fault(value, asked, "an array"),
    };

    public static IList<T> ToList<T>(HoconValue value, Asked asked, Func<HoconValue, Asked, T> convert)
    {
        var elements = ToArray(value, asked);
        var list = new List<T>(elements.Count);
        for (var i = 0; i < elements.Count; i++) list.Add(convert(elements[i], asked with { Index = i }));
        return list;
    }

    public static HoconObject ToObject(HoconValue value, Asked asked) => value.GetObject() ?? throw Fault(value, asked, "an object");

    /// <summary>The value in a message: short, on one line.</summary>
    public static string Describe(HoconValue value) => value.Element switch
    {
        null => "null",
        HoconObject => "an object",
        HoconArray => "an array",
        HoconLiteral { Value: var text } => HoconRenderer.Quote(text.Length > LongestExcerpt ? text[..LongestExcerpt] + "…" : text),
        _ => "a value",
    };

    private static string Text(HoconValue value, Asked asked, string expected) =>
        value.Element is HoconLiteral literal ? literal.Value : throw Fault(value, asked, expected);

    private static long Integer(HoconValue value, Asked asked, long lowest, long highest)
    {
        var text = Text(value, asked, "an integer");
        // A decimal tells 1e3 and 5.0, which are integers, from 5.5, which is none, without rounding.
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            if (!decimal.TryParse(text, Units.NumberFormat, CultureInfo.InvariantCulture, out var exact) || exact != decimal.Truncate(exact))
                throw Fault(value, asked, "an integer");
            if (exact < long.MinValue || exact > long.MaxValue) throw OutOfRange();
            number = (long)exact;
        }

        return number >= lowest && number <= highest ? number : throw OutOfRange();

        ConfigurationException OutOfRange() => Fault(value, asked, $"an integer from {lowest} to {highest}");
    }

    private static ConfigurationException Fault(HoconValue value, Asked asked, string expected) =>
        new($"{value.Origin}: {asked}{Describe(value)}: expected {expected}");
}
