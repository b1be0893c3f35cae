using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>An object: keys and values, in the order in which the keys were first written. Immutable.</summary>
public sealed class HoconObject : IHoconElement
{
    private readonly Dictionary<string, HoconValue> _items;

    internal HoconObject(Dictionary<string, HoconValue> items)
    {
        _items = items;
        Extent = Extent.Around(items.Values);
    }

    /// <summary>The object without keys.</summary>
    internal static HoconObject Empty { get; } = new([]);

    /// <summary>The values by key. Keys are plain: never quoted, never paths.</summary>
    public IReadOnlyDictionary<string, HoconValue> Items => _items;

    internal Extent Extent { get; }

    /// <summary>The same tree as plain dictionaries, lists (of object) and strings; null for null.</summary>
    public IDictionary<string, object?> Unwrapped
    {
        get
        {
            var plain = new Dictionary<string, object?>(_items.Count);
            foreach (var (key, value) in _items) plain[key] = Unwrap(value);
            return plain;
        }
    }

    /// <summary>The value of a key.</summary>
    /// <param name="key">A plain key, not a path.</param>
    /// <returns>The value, or null if there is no such key.</returns>
    public HoconValue? GetKey(string key) => _items.GetValueOrDefault(key);

    /// <inheritdoc/>
    public bool IsString() => false;

    /// <inheritdoc/>
    public string? GetString() => null;

    /// <inheritdoc/>
    public bool IsArray() => false;

    /// <inheritdoc/>
    public IList<HoconValue> GetArray() => [];

    /// <summary>Renders the object as HOCON, one field a line, in braces.</summary>
    /// <returns>HOCON text.</returns>
    public override string ToString() => HoconRenderer.Render(this);

    internal HoconValue? Find(ReadOnlySpan<char> key) =>
        _items.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var value) ? value : null;

    /// <summary>Merges as HOCON does ("Duplicate keys"): objects key by key, anything else replaces.</summary>
    internal static HoconObject Merge(HoconObject under, HoconObject over)
    {
        if (under._items.Count == 0) return over;
        if (over._items.Count == 0) return under;
        var merged = new Dictionary<string, HoconValue>(under._items);
        foreach (var (key, value) in over._items)
            merged[key] = merged.TryGetValue(key, out var lower) ? HoconValue.Merge(lower, value) : value;
        return new HoconObject(merged);
    }

    /// <summary>
    /// "Conversion of numerically-indexed objects to arrays": values of keys that are integers, in the order of those; null if
    /// there are none.
    /// </summary>
    internal HoconArray? ToArray()
    {
        var indexed = new List<(int Index, HoconValue Value)>();
        foreach (var (key, value) in _items)
        {
            if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) indexed.Add((index, value));
        }

        return indexed.Count == 0 ? null : new HoconArray([.. indexed.OrderBy(entry => entry.Index).Select(entry => entry.Value)]);
    }

    private static object? Unwrap(HoconValue value) => value.Element switch
    {
        HoconObject inner => inner.Unwrapped,
        HoconArray array => array.Select(Unwrap).ToList(),
        HoconLiteral literal => literal.Value,
        _ => null,
    };
}
