using Akka.Configuration;

namespace ActorServer.Configuration;

/// <summary>Parses the layers that a configuration is made of.</summary>
public static class ConfigurationSource
{
    /// <summary>A file; <c>include</c>s in it are relative to it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidConfigurationException">The file cannot be read or parsed.</exception>
    public static Config File(string path)
    {
        if (Directory.Exists(path)) throw Fault($"{path}: is a directory; expected a file");
        if (!System.IO.File.Exists(path))
        {
            if (path.Length == 0) throw Fault("expected the name of a configuration file, found \"\"");
            var beside = Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder, "*.conf").Select(file => Path.GetFileName(file)!)
                : [];
            throw Fault($"{path}: there is no such file{Nearest.Hint(Path.GetFileName(path), beside)}");
        }

        try
        {
#if ACTOR_KERNEL
            return ConfigurationFactory.ParseFile(path, ServerSettings.Defaults); // it may refer to defaults: ${actor-server.…}
#else
            return ConfigurationFactory.ParseString(System.IO.File.ReadAllText(path));
#endif
        }
        catch (ConfigurationException exception)
        {
            throw Fault(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault($"{path}: {exception.Message}");
        }
    }

    /// <summary>One value: HOCON, or a text as it stands if it is none (<c>*</c> needs no quotes on a command line).</summary>
    /// <param name="path">Its path; one that starts with neither <c>actor-server</c> nor <c>akka</c> is relative to <c>actor-server</c>.</param>
    /// <param name="value">The value.</param>
    /// <param name="source">What to call the place that it comes from.</param>
    /// <exception cref="InvalidConfigurationException">The path cannot be parsed.</exception>
    public static Config Value(string path, string value, string source)
    {
        if (value.AsSpan().ContainsAny('\r', '\n')) return Text(path, value, source); // a second line would be a second setting
        try
        {
            return Parse(path, value, source);
        }
        catch (ConfigurationException)
        {
            return Text(path, value, source);
        }
    }

    /// <summary>One setting as it is written on a command line: <c>path=value</c>.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="source">What to call the place that it comes from.</param>
    /// <exception cref="InvalidConfigurationException">It is no setting.</exception>
    public static Config Setting(string setting, string source)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? Value(setting[..equals].Trim(), setting[(equals + 1)..], source)
            : throw new InvalidConfigurationException([new ConfigurationFault(source, $"expected path=value, found \"{setting}\"")]);
    }

    /// <summary>One text value, whatever its characters mean to HOCON.</summary>
    /// <param name="path">Its path, as in <see cref="Value"/>.</param>
    /// <param name="text">The text.</param>
    /// <param name="source">What to call the place that it comes from.</param>
    /// <exception cref="InvalidConfigurationException">The path cannot be parsed.</exception>
    public static Config Text(string path, string text, string source)
    {
        try
        {
            return Parse(path, System.Text.Json.JsonSerializer.Serialize(text), source);
        }
        catch (ConfigurationException exception)
        {
            throw Fault(exception.Message);
        }
    }

    private static Config Parse(string path, string value, string source)
    {
        var full = path.StartsWith($"{ServerSettings.Root}.", StringComparison.Ordinal) || path.StartsWith("akka.", StringComparison.Ordinal)
            ? path : $"{ServerSettings.Root}.{path}";
#if ACTOR_KERNEL
        return ConfigurationFactory.ParseString($"{full} = {value}", source);
#else
        return ConfigurationFactory.ParseString($"{full} = {value}");
#endif
    }

    private static InvalidConfigurationException Fault(string problem) => new([new ConfigurationFault("", problem)]);
}
