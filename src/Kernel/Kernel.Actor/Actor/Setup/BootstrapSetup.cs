using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The configuration of an actor system, as a part of its set-up. Immutable.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    private BootstrapSetup(Option<Config> config, Option<Config> configFallback)
    {
        Config = config;
        ConfigFallback = configFallback;
    }

    /// <summary>The configuration, if one was given.</summary>
    public Option<Config> Config { get; }

    /// <summary>What completes it before the kernel's own defaults do, if anything was given.</summary>
    public Option<Config> ConfigFallback { get; }

    /// <summary>One without anything.</summary>
    /// <returns>A new instance.</returns>
    public static BootstrapSetup Create() => new(Option<Config>.None, Option<Config>.None);

    /// <summary>With another configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>A copy.</returns>
    public BootstrapSetup WithConfig(Config config) => new(config, ConfigFallback);

    /// <summary>With another completion of the configuration.</summary>
    /// <param name="config">The completion.</param>
    /// <returns>A copy.</returns>
    public BootstrapSetup WithConfigFallback(Config config) => new(Config, config);
}
