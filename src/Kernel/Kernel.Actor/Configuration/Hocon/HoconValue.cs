namespace Akka.Configuration.Hocon;

/// <summary>
/// A value of a configuration, with the place where it was written. Immutable. The typed getters convert as the HOCON spec's
/// "Automatic type conversions" say; what cannot be converted is a <see cref="ConfigurationException"/> that names the place.
/// </summary>
public sealed class HoconValue
{
    internal HoconValue(IHoconElement? element, HoconOrigin origin)
    {
        Element = element;
        Origin = origin;
    }

    /// <summary>Where the value was written. An addition to Akka.NET's API.</summary>
    public HoconOrigin Origin { get; }

    /// <summary>Whether the value is HOCON's null.</summary>
    public bool IsEmpty => Element is null;

    /// <summary>The content; null for HOCON's null.</summary>
    internal IHoconElement? Element { get; }

    /// <summary>Whether the value is a string, number or boolean.</summary>
    /// <returns>True for literals.</returns>
    public bool IsString() => Element is HoconLiteral;

    /// <summary>Whether the value is an object.</summary>
    /// <returns>True for objects.</returns>
    public bool IsObject() => Element is HoconObject;

    /// <summary>Whether the value is an array.</summary>
    /// <returns>True for arrays; false for an object with numeric keys, though <see cref="GetArray"/> converts it.</returns>
    public bool IsArray() => Element is HoconArray;

    /// <summary>The value as an object.</summary>
    /// <returns>The object, or null if the value is none.</returns>
    public HoconObject? GetObject() => Element as HoconObject;

    /// <summary>The value of a key of this object.</summary>
    /// <param name="key">A plain key, not a path.</param>
    /// <returns>The value, or null if this is no object or has no such key.</returns>
    public HoconValue? GetChildObject(string key) => GetObject()?.GetKey(key);

    /// <summary>A configuration whose only key holds this value.</summary>
    /// <param name="key">A plain key, not a path.</param>
    /// <returns>The new configuration.</returns>
    public Config AtKey(string key) =>
        new(new HoconValue(new HoconObject(new Dictionary<string, HoconValue> { [key] = this }), Origin));

    /// <summary>The elements of an array, or the values of an object with numeric keys.</summary>
    /// <returns>The elements in order; empty for null.</returns>
    /// <exception cref="ConfigurationException">The value is neither.</exception>
    public IList<HoconValue> GetArray() => HoconConversions.ToArray(this, default);

    /// <summary>The value as text.</summary>
    /// <returns>The text as written, without quotes; null for null.</returns>
    /// <exception cref="ConfigurationException">The value is an object or an array.</exception>
    public string? GetString() => IsEmpty ? null : HoconConversions.ToText(this, default);

    /// <summary>The value as a boolean: true, yes, on, false, no or off.</summary>
    /// <returns>The boolean.</returns>
    /// <exception cref="ConfigurationException">The value is none of these.</exception>
    public bool GetBoolean() => HoconConversions.ToBoolean(this, default);

    /// <summary>The value as a 32-bit integer.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="ConfigurationException">The value is no integer, or out of range.</exception>
    public int GetInt() => HoconConversions.ToInt(this, default);

    /// <summary>The value as a 64-bit integer.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="ConfigurationException">The value is no integer, or out of range.</exception>
    public long GetLong() => HoconConversions.ToLong(this, default);

    /// <summary>The value as a byte.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="ConfigurationException">The value is no integer, or not within 0 to 255.</exception>
    public byte GetByte() => HoconConversions.ToByte(this, default);

    /// <summary>The value as a single-precision number.</summary>
    /// <returns>The number; finite.</returns>
    /// <exception cref="ConfigurationException">The value is no number, or out of range.</exception>
    public float GetFloat() => HoconConversions.ToFloat(this, default);

    /// <summary>The value as a double-precision number.</summary>
    /// <returns>The number; finite.</returns>
    /// <exception cref="ConfigurationException">The value is no number, or out of range.</exception>
    public double GetDouble() => HoconConversions.ToDouble(this, default);

    /// <summary>The value as a decimal number.</summary>
    /// <returns>The number.</returns>
    /// <exception cref="ConfigurationException">The value is no number, or out of range.</exception>
    public decimal GetDecimal() => HoconConversions.ToDecimal(this, default);

    /// <summary>The value as a size ("Size in bytes format"): <c>10</c>, <c>64 KiB</c>, <c>1.5MB</c>.</summary>
    /// <returns>Bytes; null for null.</returns>
    /// <exception cref="ConfigurationException">The value is no size, negative, or more than a long holds.</exception>
    public long? GetByteSize() => IsEmpty ? null : HoconConversions.ToByteSize(this, default);

    /// <summary>The value as a duration ("Duration format"): <c>10s</c>, <c>1.5 minutes</c>, <c>250</c> (milliseconds).</summary>
    /// <param name="allowInfinite">Whether <c>infinite</c> is welcome.</param>
    /// <returns>The duration; <see cref="Timeout.InfiniteTimeSpan"/> for <c>infinite</c>.</returns>
    /// <exception cref="ConfigurationException">The value is no duration, negative, or out of range.</exception>
    public TimeSpan GetTimeSpan(bool allowInfinite = true) => HoconConversions.ToTimeSpan(this, default, allowInfinite);

    /// <summary>The elements as texts.</summary>
    /// <returns>A new list; empty for null.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<string> GetStringList() => HoconConversions.ToList(this, default, HoconConversions.ToText);

    /// <summary>The elements as booleans.</summary>
    /// <returns>A new list; empty for null.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<bool> GetBooleanList() => HoconConversions.ToList(this, default, HoconConversions.ToBoolean);

    /// <summary>The elements as 32-bit integers.</summary>
    /// <returns>A new list; empty for null.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<int> GetIntList() => HoconConversions.ToList(this, default, HoconConversions.ToInt);

    /// <summary>The elements as 64-bit integers.</summary>
    /// <returns>A new list; empty for null.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<long> GetLongList() => HoconConversions.ToList(this, default, HoconConversions.ToLong);

    /// <summary>The elements as bytes.</summary>
    /// <returns>A new list; empty for null.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<byte> GetByteList() => HoconConversions.ToList(this, default, HoconConversions.ToByte);

    /// <summary>The elements as single-precision numbers.</summary>
    /// <returns>A new list; empty for null.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<float> GetFloatList() => HoconConversions.ToList(this, default, HoconConversions.ToFloat);

    /// <summary>The elements as double-precision numbers.</summary>
    /// <returns>A new list; empty for null.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<double> GetDoubleList() => HoconConversions.ToList(this, default, HoconConversions.ToDouble);

    /// <summary>The elements as decimal numbers.</summary>
    /// <returns>A new list; empty for null.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<decimal> GetDecimalList() => HoconConversions.ToList(this, default, HoconConversions.ToDecimal);

    /// <summary>
    /// Every leaf below this value: literals, nulls, arrays as a whole, and objects without keys. An addition to Akka.NET's API,
    /// for programs that check a configuration for unknown keys.
    /// </summary>
    /// <returns>The leaf's path, quoted where it must be, and the leaf; in the order of the keys. A lone leaf has the path "".</returns>
    public IEnumerable<KeyValuePair<string, HoconValue>> Leaves() => LeavesBelow("");

    /// <summary>Renders the value as HOCON. Parsing the text yields an equal tree.</summary>
    /// <returns>HOCON text.</returns>
    public override string ToString() => Element?.ToString() ?? "null";

    /// <summary>Lays one value over another: objects are merged, anything else wins as it is.</summary>
    internal static HoconValue Merge(HoconValue under, HoconValue over) =>
        under.Element is HoconObject lower && over.Element is HoconObject upper
            ? new HoconValue(HoconObject.Merge(lower, upper), over.Origin)
            : over;

    private IEnumerable<KeyValuePair<string, HoconValue>> LeavesBelow(string path)
    {
        if (Element is not HoconObject { Items.Count: > 0 } content)
        {
            yield return new(path, this);
            yield break;
        }

        foreach (var (key, value) in content.Items)
        {
            foreach (var leaf in value.LeavesBelow(HoconPath.Append(path, key))) yield return leaf;
        }
    }
}
