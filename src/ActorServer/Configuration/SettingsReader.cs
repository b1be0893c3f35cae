using System.Globalization;
using Akka.Configuration;

namespace ActorServer.Configuration;

/// <summary>
/// Reads one section of a configuration. A value that cannot be used becomes a fault and the reading goes on, so that a check reports
/// everything at once; the keys that were asked for are remembered, so that a test can tell a dead key.
/// </summary>
public sealed class SettingsReader
{
    private readonly Config _config;
    private readonly List<ConfigurationFault> _faults;
    private readonly HashSet<string> _keys;

    /// <summary>Reads from a configuration in which every key has a default.</summary>
    /// <param name="config">The whole configuration.</param>
    /// <param name="section">The path of the section, e.g. <c>actor-server</c>.</param>
    public SettingsReader(Config config, string section) : this(config, section, [], []) { }

    private SettingsReader(Config config, string section, List<ConfigurationFault> faults, HashSet<string> keys) =>
        (_config, Path, _faults, _keys) = (config, section, faults, keys);

    /// <summary>The path of the section.</summary>
    public string Path { get; }

    /// <summary>What was wrong so far, in this section and those opened from it.</summary>
    public IReadOnlyList<ConfigurationFault> Faults => _faults;

    /// <summary>The full paths that were asked for.</summary>
    public IReadOnlySet<string> Keys => _keys;

    /// <summary>A section below this one.</summary>
    /// <param name="name">Its name.</param>
    public SettingsReader Section(string name) => new(_config, $"{Path}.{name}", _faults, _keys);

    /// <summary>A section beside this one. What is wrong in it is left to its own reader.</summary>
    /// <param name="name">Its name.</param>
    public SettingsReader Beside(string name) => new(_config, $"{Path[..Path.LastIndexOf('.')]}.{name}", [], _keys);

    /// <summary>Whether the section has the key.</summary>
    /// <param name="key">The key, relative to the section.</param>
    public bool Has(string key) => _config.HasPath(Full(key));

    /// <summary>A text.</summary>
    /// <param name="key">The key, relative to the section.</param>
    public string Text(string key) => TextOrNull(key) ?? "";

    /// <summary>A text; null when there is none to be had, which is a fault already: of the key, or of its section.</summary>
    internal string? TextOrNull(string key) => Read<string?>(key, "a text", null, path => _config.GetString(path));

    /// <summary>A whole number within bounds.</summary>
    /// <param name="key">The key, relative to the section.</param>
    /// <param name="least">The smallest that makes sense.</param>
    /// <param name="most">The largest that makes sense.</param>
    public int Number(string key, int least, int most = int.MaxValue) =>
        (int)Bounded(key, Read(key, "a whole number", (long)least, path => Whole(_config.GetString(path)!)), least, most);

    /// <summary>A size in bytes: a number, or one with a unit.</summary>
    /// <param name="key">The key, relative to the section.</param>
    /// <param name="least">The smallest that makes sense.</param>
    /// <param name="most">The largest that makes sense.</param>
    public long Size(string key, long least, long most = long.MaxValue) =>
        Bounded(key, Read(key, "a size such as 8 KiB", least, path => _config.GetByteSize(path) ?? throw new FormatException()), least, most);

    /// <summary>A duration that is not negative.</summary>
    /// <param name="key">The key, relative to the section.</param>
    /// <param name="mayBeZero">Whether none at all makes sense.</param>
    public TimeSpan Duration(string key, bool mayBeZero = true)
    {
        var value = Read<TimeSpan?>(key, "a duration such as 30s", null, path => _config.GetTimeSpan(path, null, allowInfinite: false));
        if (value < TimeSpan.Zero) Fault(key, $"{Shown(key)} is negative; expected a duration such as 30s");
        else if (value == TimeSpan.Zero && !mayBeZero) Fault(key, $"{Shown(key)} is no time at all; expected a duration such as 30s");
        return value ?? TimeSpan.Zero;
    }

    /// <summary>One of several words.</summary>
    /// <param name="key">The key, relative to the section.</param>
    /// <param name="words">Those that are known.</param>
    public string Choice(string key, params IReadOnlyList<string> words)
    {
        var value = TextOrNull(key);
        if (value is not null && words.Contains(value)) return value;
        if (value is not null) Fault(key, $"\"{value}\" is not known; expected {string.Join(" | ", words)}{Nearest.Hint(value, words)}");
        return words[0];
    }

    /// <summary>A list of names.</summary>
    /// <param name="key">The key, relative to the section.</param>
    public IReadOnlyList<string> Names(string key) =>
        Read<IReadOnlyList<string>>(key, "a list of names", [], path => [.. _config.GetStringList(path)]);

    /// <summary>A number of threads or loops: at least 1, or <c>auto</c>, which is one per core and at least 2.</summary>
    /// <param name="key">The key, relative to the section.</param>
    public int Count(string key) => TextOrNull(key) switch
    {
        "auto" => Math.Max(2, Environment.ProcessorCount),
        null => 1,
        _ => Number(key, least: 1, most: 1024),
    };

    /// <summary>Adds a fault of a key.</summary>
    /// <param name="key">The key, relative to the section.</param>
    /// <param name="problem">What is wrong and what would be right.</param>
    public void Fault(string key, string problem) =>
        _faults.Add(new ConfigurationFault(Origins.Of(_config, Full(key)), $"{Full(key)}: {problem}"));

    private static long Whole(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private string Full(string key) => $"{Path}.{key}";

    private string Shown(string key) => $"\"{_config.GetString(Full(key))}\"";

    private long Bounded(string key, long value, long least, long most)
    {
        if (value >= least && value <= most) return value;
        Fault(key, most is int.MaxValue or long.MaxValue ? $"{value} is too small; expected at least {least}" : $"{value} is out of range; expected {least} to {most}");
        return least;
    }

    private T Read<T>(string key, string expected, T otherwise, Func<string, T> read)
    {
        var path = Full(key);
        _keys.Add(path);
        if (!_config.HasPath(path))
        {
            // A section that is no section is reported as such, not key by key.
            if (_config.GetValue(Path) is { } section && section.IsObject()) Fault(key, $"is missing; expected {expected}");
            return otherwise;
        }

        try
        {
            return read(path);
        }
        // What a getter throws for a value of the wrong kind is its own affair; which value and what was expected is ours to say.
        catch (Exception exception) when (exception is ConfigurationException or FormatException or OverflowException or InvalidCastException)
        {
            Fault(key, $"expected {expected}, found {Found(path)}");
            return otherwise;
        }
    }

    private string Found(string path) => _config.GetValue(path) switch
    {
        { } value when value.IsObject() => "a section",
        { } value when value.IsArray() => "a list",
        _ => $"\"{_config.GetString(path)}\"",
    };
}
