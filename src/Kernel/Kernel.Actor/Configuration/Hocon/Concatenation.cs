using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>
/// Joins the parts of a value: literals to a string, arrays to an array, objects to an object, never one with another ("Value
/// concatenation").
/// </summary>
internal sealed class Concatenation(HoconOrigin origin)
{
    private readonly List<Part> _parts = [];

    private readonly record struct Part(HoconValue Value, bool IsBlank, HoconOrigin Where);

    /// <summary>Adds unquoted whitespace, which counts only between literals.</summary>
    public void AddBlank(HoconValue blank) => _parts.Add(new Part(blank, IsBlank: true, blank.Origin));

    /// <summary>Adds a part that is defined.</summary>
    /// <param name="value">Its value.</param>
    /// <param name="where">Where the part stands, for messages.</param>
    public void Add(HoconValue value, HoconOrigin where) => _parts.Add(new Part(value, IsBlank: false, where));

    /// <summary>The outcome; null if no part is defined.</summary>
    /// <exception cref="ConfigurationException">The parts are not of one kind.</exception>
    public HoconValue? Join()
    {
        var values = _parts.FindAll(part => !part.IsBlank);
        if (values.Count == 0) return null;
        if (_parts.Count == 1) return _parts[0].Value;
        if (values.Exists(part => part.Value.IsArray())) return new HoconValue(JoinArrays(values), origin);
        if (values.TrueForAll(part => part.Value.IsObject()))
            return values.Select(part => part.Value).Aggregate(HoconValue.Merge);
        return new HoconValue(JoinText(), origin);
    }

    private static HoconArray JoinArrays(List<Part> parts)
    {
        var elements = new List<HoconValue>();
        foreach (var part in parts)
        {
            var array = part.Value.Element as HoconArray ?? part.Value.GetObject()?.ToArray() ?? throw Mixed(part, "an array");
            elements.AddRange(array);
        }

        return new HoconArray([.. elements]);
    }

    private HoconLiteral JoinText()
    {
        var text = new StringBuilder();
        foreach (var part in _parts) text.Append(part.Value.IsObject() ? throw Mixed(part, "a string") : part.Value.GetString() ?? "null");
        return new HoconLiteral(text.ToString());
    }

    private static ConfigurationException Mixed(Part part, string expected) =>
        new($"{part.Where}: {HoconConversions.Describe(part.Value)} beside values of another kind, expected {expected}");
}
