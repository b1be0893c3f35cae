using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Reads configuration files: UTF-8, with or without a byte order mark.</summary>
internal static class ConfigurationFile
{
    /// <summary>Reads a file; its name in messages is the path as given.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or is not UTF-8.</exception>
    public static SourceText Read(string path, SourceText? includedFrom = null)
    {
        try
        {
            var text = File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return new SourceText(path, text, Path.GetFullPath(path), includedFrom);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException($"{path}: cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
