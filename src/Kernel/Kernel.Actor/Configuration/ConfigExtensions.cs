namespace Akka.Configuration;

/// <summary>Conveniences for configurations that may be null.</summary>
public static class ConfigExtensions
{
    /// <summary>Like <see cref="Config.WithFallback"/>, whichever of the two is null or empty.</summary>
    /// <param name="config">The configuration that wins; may be null.</param>
    /// <param name="fallback">The one that supplies what is missing; may be null.</param>
    /// <returns>Both together; the other one if one is null or empty.</returns>
    public static Config SafeWithFallback(this Config? config, Config? fallback)
    {
        if (config.IsNullOrEmpty()) return fallback ?? Config.Empty;
        return fallback.IsNullOrEmpty() ? config! : config!.WithFallback(fallback);
    }

    /// <summary>Whether a configuration is null or has no keys.</summary>
    /// <param name="config">The configuration; may be null.</param>
    /// <returns>True if so.</returns>
    public static bool IsNullOrEmpty([System.Diagnostics.CodeAnalysis.NotNullWhen(false)] this Config? config) => config is null || config.IsEmpty;
}
