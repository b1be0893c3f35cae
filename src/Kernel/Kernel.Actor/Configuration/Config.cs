using System.Diagnostics.CodeAnalysis;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// A configuration: a tree of HOCON values, looked up by paths such as <c>akka.actor."my.key"</c>. Immutable and safe to share
/// between threads. A getter yields its default if there is no value at the path, or null; if there is a value that cannot be
/// converted it throws a <see cref="ConfigurationException"/> that names the place, the path and the value.
/// </summary>
public sealed class Config
{
    private readonly HoconValue _own;

    /// <summary>The path of this section in the configuration that it was taken from; for messages.</summary>
    private readonly string _section;

    /// <summary>Creates an empty configuration.</summary>
    public Config()
        : this(new HoconValue(HoconObject.Empty, HoconOrigin.None))
    {
    }

    /// <summary>Wraps the outcome of a parse.</summary>
    /// <param name="root">The root; its value is an object.</param>
    public Config(HoconRoot root)
        : this(NotNull(root).Value)
    {
    }

    /// <summary>Combines two configurations.</summary>
    /// <param name="source">The one that wins.</param>
    /// <param name="fallback">The one that supplies what is missing; may be null.</param>
    public Config(Config source, Config? fallback)
        : this(NotNull(source)._own, source._section, Combine(source.Fallback, fallback))
    {
    }

    internal Config(HoconValue own, string section = "", Config? fallback = null)
    {
        _own = own;
        _section = section;
        Fallback = fallback;
        Root = fallback is null ? own : HoconValue.Merge(fallback.Root, own);
    }

    /// <summary>The configuration without keys.</summary>
    public static Config Empty { get; } = new();

    /// <summary>The configuration that supplies what this one lacks; null if there is none.</summary>
    public Config? Fallback { get; }

    /// <summary>The root of the tree, everything of <see cref="Fallback"/> merged in.</summary>
    public HoconValue Root { get; }

    /// <summary>Whether there are no keys, in the fallback neither.</summary>
    public bool IsEmpty => Root.GetObject() is not { Items.Count: > 0 };

    /// <summary>Parses HOCON.</summary>
    /// <param name="str">HOCON text.</param>
    /// <exception cref="ConfigurationException">The text is not HOCON.</exception>
    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    /// <summary>Puts a configuration above a fallback.</summary>
    /// <param name="config">The one that wins.</param>
    /// <param name="fallback">HOCON text that supplies what is missing.</param>
    /// <returns>Both together.</returns>
    public static Config operator +(Config config, string fallback) => NotNull(config).WithFallback(fallback);

    /// <summary>Puts a configuration above a fallback.</summary>
    /// <param name="configHocon">HOCON text that wins.</param>
    /// <param name="fallbackConfig">What supplies what is missing.</param>
    /// <returns>Both together.</returns>
    public static Config operator +(string configHocon, Config fallbackConfig) =>
        ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    /// <summary>Supplies what this configuration lacks. Objects are merged; any other value here, null too, hides the fallback's.</summary>
    /// <param name="fallback">Where to look next; null changes nothing.</param>
    /// <returns>A new configuration.</returns>
    public Config WithFallback(Config? fallback) => fallback is null || ReferenceEquals(fallback, this) ? this : new Config(this, fallback);

    /// <summary>Whether there is a value other than null.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>True if so.</returns>
    public bool HasPath(string path) => Find(path) is not null;

    /// <summary>The value at a path, whatever it is.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>The value, HOCON's null too; null if there is none.</returns>
    public HoconValue? GetValue(string path) => HoconPath.Find(Root, NotNull(path));

    /// <summary>A section.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>The section as a configuration of its own; <see cref="Empty"/> if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no object.</exception>
    public Config GetConfig(string path)
    {
        if (Find(path) is not { } value) return Empty;
        HoconConversions.ToObject(value, Asked(path));
        return new Config(value, _section.Length == 0 ? path : $"{_section}.{path}");
    }

    /// <summary>A text.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <param name="default">What to return if there is none.</param>
    /// <returns>The text as written, without quotes.</returns>
    /// <exception cref="ConfigurationException">The value is an object or an array.</exception>
    [return: NotNullIfNotNull(nameof(@default))]
    public string? GetString(string path, string? @default = null) =>
        Find(path) is { } value ? HoconConversions.ToText(value, Asked(path)) : @default;

    /// <summary>A boolean: true, yes, on, false, no or off.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <param name="default">What to return if there is none.</param>
    /// <returns>The boolean.</returns>
    /// <exception cref="ConfigurationException">The value is none of these.</exception>
    public bool GetBoolean(string path, bool @default = false) =>
        Find(path) is { } value ? HoconConversions.ToBoolean(value, Asked(path)) : @default;

    /// <summary>A 32-bit integer.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <param name="default">What to return if there is none.</param>
    /// <returns>The number.</returns>
    /// <exception cref="ConfigurationException">The value is no integer, or out of range.</exception>
    public int GetInt(string path, int @default = 0) =>
        Find(path) is { } value ? HoconConversions.ToInt(value, Asked(path)) : @default;

    /// <summary>A 64-bit integer.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <param name="default">What to return if there is none.</param>
    /// <returns>The number.</returns>
    /// <exception cref="ConfigurationException">The value is no integer, or out of range.</exception>
    public long GetLong(string path, long @default = 0) =>
        Find(path) is { } value ? HoconConversions.ToLong(value, Asked(path)) : @default;

    /// <summary>A single-precision number.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <param name="default">What to return if there is none.</param>
    /// <returns>The number; finite.</returns>
    /// <exception cref="ConfigurationException">The value is no number, or out of range.</exception>
    public float GetFloat(string path, float @default = 0) =>
        Find(path) is { } value ? HoconConversions.ToFloat(value, Asked(path)) : @default;

    /// <summary>A double-precision number.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <param name="default">What to return if there is none.</param>
    /// <returns>The number; finite.</returns>
    /// <exception cref="ConfigurationException">The value is no number, or out of range.</exception>
    public double GetDouble(string path, double @default = 0) =>
        Find(path) is { } value ? HoconConversions.ToDouble(value, Asked(path)) : @default;

    /// <summary>A decimal number.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <param name="default">What to return if there is none.</param>
    /// <returns>The number.</returns>
    /// <exception cref="ConfigurationException">The value is no number, or out of range.</exception>
    public decimal GetDecimal(string path, decimal @default = 0) =>
        Find(path) is { } value ? HoconConversions.ToDecimal(value, Asked(path)) : @default;

    /// <summary>A size ("Size in bytes format"): <c>10</c>, <c>64 KiB</c>, <c>1.5MB</c>.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>Bytes; null if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no size, negative, or more than a long holds.</exception>
    public long? GetByteSize(string path) => GetByteSize(path, null);

    /// <summary>A size ("Size in bytes format"): <c>10</c>, <c>64 KiB</c>, <c>1.5MB</c>.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <param name="def">What to return if there is none.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="ConfigurationException">The value is no size, negative, or more than a long holds.</exception>
    public long? GetByteSize(string path, long? def) =>
        Find(path) is { } value ? HoconConversions.ToByteSize(value, Asked(path)) : def;

    /// <summary>A duration ("Duration format"): <c>10s</c>, <c>1.5 minutes</c>, <c>250</c> (milliseconds).</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <param name="default">What to return if there is none; null stands for zero.</param>
    /// <param name="allowInfinite">Whether <c>infinite</c> is welcome.</param>
    /// <returns>The duration; <see cref="Timeout.InfiniteTimeSpan"/> for <c>infinite</c>.</returns>
    /// <exception cref="ConfigurationException">The value is no duration, negative, or out of range.</exception>
    public TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Find(path) is { } value ? HoconConversions.ToTimeSpan(value, Asked(path), allowInfinite) : @default ?? TimeSpan.Zero;

    /// <summary>A list of texts.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>A new list; empty if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<string> GetStringList(string path) => GetList(path, HoconConversions.ToText);

    /// <summary>A list of booleans.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>A new list; empty if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<bool> GetBooleanList(string path) => GetList(path, HoconConversions.ToBoolean);

    /// <summary>A list of 32-bit integers.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>A new list; empty if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<int> GetIntList(string path) => GetList(path, HoconConversions.ToInt);

    /// <summary>A list of 64-bit integers.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>A new list; empty if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<long> GetLongList(string path) => GetList(path, HoconConversions.ToLong);

    /// <summary>A list of bytes.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>A new list; empty if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<byte> GetByteList(string path) => GetList(path, HoconConversions.ToByte);

    /// <summary>A list of single-precision numbers.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>A new list; empty if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<float> GetFloatList(string path) => GetList(path, HoconConversions.ToFloat);

    /// <summary>A list of double-precision numbers.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>A new list; empty if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<double> GetDoubleList(string path) => GetList(path, HoconConversions.ToDouble);

    /// <summary>A list of decimal numbers.</summary>
    /// <param name="path">The path, keys with dots in quotes.</param>
    /// <returns>A new list; empty if there is none.</returns>
    /// <exception cref="ConfigurationException">The value is no array, or an element cannot be converted.</exception>
    public IList<decimal> GetDecimalList(string path) => GetList(path, HoconConversions.ToDecimal);

    /// <summary>The keys of the root and their values.</summary>
    /// <returns>In the order in which they were first written, the fallback's first.</returns>
    public IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.GetObject()?.Items ?? HoconObject.Empty.Items;

    /// <summary>
    /// Every leaf: literals, nulls, arrays as a whole, and objects without keys. An addition to Akka.NET's API, for programs that
    /// check a configuration for unknown keys.
    /// </summary>
    /// <returns>The leaf's path, quoted where it must be, and the leaf.</returns>
    public IEnumerable<KeyValuePair<string, HoconValue>> Leaves() => IsEmpty ? [] : Root.Leaves();

    /// <summary>Renders the configuration without its fallback as HOCON.</summary>
    /// <returns>HOCON text; parsing it yields an equal tree.</returns>
    public override string ToString() => ToString(includeFallback: false);

    /// <summary>Renders the configuration as HOCON.</summary>
    /// <param name="includeFallback">Whether the fallback's values are to be merged in.</param>
    /// <returns>HOCON text; parsing it yields an equal tree.</returns>
    public string ToString(bool includeFallback) =>
        (includeFallback ? Root : _own).GetObject() is { } content ? HoconRenderer.Fields(content) : "";

    private static Config? Combine(Config? near, Config? far) => near is null ? far : near.WithFallback(far);

    private static T NotNull<T>(T argument)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(argument);
        return argument;
    }

    private HoconValue? Find(string path) => GetValue(path) is { IsEmpty: false } value ? value : null;

    private Asked Asked(string path) => new(_section, path);

    private IList<T> GetList<T>(string path, Func<HoconValue, Asked, T> convert) =>
        Find(path) is { } value ? HoconConversions.ToList(value, Asked(path), convert) : [];
}
