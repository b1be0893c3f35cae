using Akka.Configuration;

namespace Akka.Actor;

/// <summary>What <c>akka.actor.deployment</c> says about user actors at certain paths, such as <c>/parent/child</c>.</summary>
public sealed class Deployer
{
    private const string Section = "akka.actor.deployment";

    private readonly Dictionary<string, Deploy> _deploys = new(StringComparer.Ordinal);

    /// <summary>Reads the deployments of a system.</summary>
    /// <param name="settings">The settings of the system.</param>
    public Deployer(Settings settings)
    {
        foreach (var (path, value) in settings.Config.GetConfig(Section).AsEnumerable())
        {
            if (!path.StartsWith('/'))
                throw new ConfigurationException($"{Section}: '{path}' is no path beneath /user; it must begin with '/'");
            var config = value.AtKey("it").GetConfig("it");
            _deploys[path] = new Deploy(
                path,
                config,
                dispatcher: config.GetString("dispatcher", Deploy.NoDispatcherGiven),
                mailbox: config.GetString("mailbox", Deploy.NoMailboxGiven),
                stashCapacity: config.GetInt("stash-capacity", Deploy.NoStashSize));
        }
    }

    internal bool IsEmpty => _deploys.Count == 0;

    /// <summary>What is said about a path.</summary>
    /// <param name="path">The path beneath <c>/user</c>, such as <c>/parent/child</c>.</param>
    /// <returns>The deployment; null when nothing is said.</returns>
    public Deploy? Lookup(string path) => _deploys.GetValueOrDefault(path);

    internal Deploy? Lookup(ActorPath parent, string name)
    {
        var elements = parent.Elements;
        return elements is ["user", ..] ? Lookup("/" + string.Join('/', elements.Skip(1).Append(name))) : null;
    }
}
