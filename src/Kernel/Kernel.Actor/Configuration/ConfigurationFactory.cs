using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Makes configurations out of HOCON texts, files and embedded resources.</summary>
public static class ConfigurationFactory
{
    private static readonly string[] DefaultFiles = ["app.conf", "app.hocon"];

    /// <summary>The configuration without keys.</summary>
    public static Config Empty => Config.Empty;

    /// <summary>Parses HOCON. In messages the text is called <c>&lt;string&gt;</c>; includes need absolute paths.</summary>
    /// <param name="hocon">HOCON text.</param>
    /// <returns>The configuration, substitutions resolved within the text and the environment.</returns>
    /// <exception cref="ConfigurationException">The text is not HOCON.</exception>
    public static Config ParseString(string hocon) => ParseString(hocon, "<string>");

    /// <summary>Parses HOCON. An addition to Akka.NET's API.</summary>
    /// <param name="text">HOCON text.</param>
    /// <param name="sourceName">What messages call the text.</param>
    /// <param name="fallback">
    /// Values that substitutions may refer to and that they look back to, as if they stood above the text; they do not become part
    /// of the outcome: put them below it with <see cref="Config.WithFallback"/>.
    /// </param>
    /// <returns>The configuration, substitutions resolved.</returns>
    /// <exception cref="ConfigurationException">The text is not HOCON.</exception>
    public static Config ParseString(string text, string sourceName, Config? fallback = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(sourceName);
        return Parse(new SourceText(sourceName, text), fallback);
    }

    /// <summary>Parses a file. An addition to Akka.NET's API. Includes are relative to the file that contains them.</summary>
    /// <param name="path">The file, UTF-8; messages call it so.</param>
    /// <param name="fallback">Values that substitutions may refer to, as in <see cref="ParseString(string, string, Config)"/>.</param>
    /// <returns>The configuration, substitutions resolved.</returns>
    /// <exception cref="ConfigurationException">The file cannot be read or is not HOCON.</exception>
    public static Config ParseFile(string path, Config? fallback = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Parse(ConfigurationFile.Read(path), fallback);
    }

    /// <summary>The kernel's own defaults: the embedded <c>reference.conf</c>.</summary>
    /// <returns>The defaults.</returns>
    public static Config Default() => FromResource("Akka.reference.conf", typeof(ConfigurationFactory).Assembly);

    /// <summary>The application's configuration: <c>app.conf</c>, else <c>app.hocon</c>, in the working directory.</summary>
    /// <returns>The configuration; empty if there is neither file.</returns>
    /// <exception cref="ConfigurationException">The file cannot be read or is not HOCON.</exception>
    public static Config Load() => Array.Find(DefaultFiles, File.Exists) is { } file ? ParseFile(file) : Empty;

    /// <summary>Parses an embedded resource of the assembly that contains a type.</summary>
    /// <typeparam name="TAssembly">A type of that assembly.</typeparam>
    /// <param name="resourceName">The resource's logical name.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ConfigurationException">There is no such resource, or it is not HOCON.</exception>
    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Parses an embedded resource of the assembly that contains an object's type.</summary>
    /// <param name="resourceName">The resource's logical name.</param>
    /// <param name="instanceInAssembly">An object whose type is of that assembly.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ConfigurationException">There is no such resource, or it is not HOCON.</exception>
    public static Config FromResource(string resourceName, object instanceInAssembly)
    {
        ArgumentNullException.ThrowIfNull(instanceInAssembly);
        return FromResource(resourceName, instanceInAssembly as Assembly ?? instanceInAssembly.GetType().Assembly);
    }

    /// <summary>Parses an embedded resource.</summary>
    /// <param name="resourceName">The resource's logical name; messages call it so.</param>
    /// <param name="assembly">The assembly that contains it.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ConfigurationException">There is no such resource, or it is not HOCON.</exception>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"{resourceName}: no such resource in {assembly.GetName().Name}");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd(), resourceName);
    }

    private static Config Parse(SourceText source, Config? fallback) =>
        new(HoconResolver.Resolve(HoconParser.Parse(source), fallback?.Root));
}
