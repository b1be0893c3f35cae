using Akka.Actor;

namespace Akka.Configuration;

/// <summary>
/// A configuration text cannot be parsed, or a value in it is not what was asked for. The message is one line and begins with
/// <c>source:line:column:</c> wherever the fault has a place.
/// </summary>
public sealed class ConfigurationException : AkkaException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, and where.</param>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with its cause.</summary>
    /// <param name="message">What is wrong, and where.</param>
    /// <param name="exception">The exception behind it, if any.</param>
    public ConfigurationException(string message, Exception? exception)
        : base(message, exception)
    {
    }

    /// <summary>The exception to throw when <typeparamref name="T"/> needs a section that is absent or empty.</summary>
    /// <typeparam name="T">The type that wanted to read its settings.</typeparam>
    /// <param name="path">The section's path, if known.</param>
    /// <returns>An exception to throw.</returns>
    public static ConfigurationException NullOrEmptyConfig<T>(string? path = null) => new(path is null
        ? $"Failed to instantiate {typeof(T).Name}: its configuration is absent or empty"
        : $"Failed to instantiate {typeof(T).Name}: configuration section {path} is absent or empty");
}
