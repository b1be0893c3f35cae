using Akka.Configuration;
using Akka.Routing;

namespace Akka.Actor;

/// <summary>
/// What <c>akka.actor.deployment</c> says about user actors at certain paths, such as <c>/parent/child</c>. An element <c>*</c> stands
/// for any name, a last element <c>**</c> for any path further down.
/// </summary>
public sealed class Deployer
{
    internal const string Section = "akka.actor.deployment";

    private readonly Place _root = new();

    /// <summary>Reads the deployments of a system.</summary>
    /// <param name="settings">The settings of the system.</param>
    public Deployer(Settings settings)
    {
        var deployments = settings.Config.GetConfig(Section);
        var defaults = deployments.GetConfig("default");
        var routers = settings.Config.GetConfig("akka.actor.router.type-mapping");
        foreach (var (path, value) in deployments.AsEnumerable())
        {
            if (path == "default")
                continue;
            if (!path.StartsWith('/'))
                throw new ConfigurationException($"{Section}: '{path}' is no path beneath /user; it must begin with '/'");
            var config = value.AtKey("it").GetConfig("it").WithFallback(defaults);
            _root.Add(path[1..].Split('/'), new Deploy(
                path,
                config,
                RouterTypes.Create(config.GetString("router", "from-code"), config, routers, $"{Section}.\"{path}\".router"),
                dispatcher: config.GetString("dispatcher", Deploy.NoDispatcherGiven),
                mailbox: config.GetString("mailbox", Deploy.NoMailboxGiven),
                stashCapacity: config.GetInt("stash-capacity", Deploy.NoStashSize)));
        }
    }

    internal bool IsEmpty => _root.IsEmpty;

    /// <summary>What is said about a path.</summary>
    /// <param name="path">The path beneath <c>/user</c>, such as <c>/parent/child</c>.</param>
    /// <returns>The deployment; null when nothing is said.</returns>
    public Deploy? Lookup(string path) => Lookup(path.TrimStart('/').Split('/'));

    internal Deploy? Lookup(ActorPath parent, string name)
    {
        var elements = parent.Elements;
        return elements is ["user", ..] ? Lookup([.. elements.Skip(1), name]) : null;
    }

    /// <summary>A deployment for just this path, else one with <c>*</c>, else one with <c>**</c>.</summary>
    private Deploy? Lookup(ReadOnlySpan<string> path) => _root.Find(path, deep: false) ?? _root.Find(path, deep: true);

    /// <summary>What is said about a path and the paths beneath it.</summary>
    private sealed class Place
    {
        private readonly Dictionary<string, Place> _beneath = new(StringComparer.Ordinal);
        private Deploy? _deploy;

        public bool IsEmpty => _beneath.Count == 0;

        public void Add(ReadOnlySpan<string> path, Deploy deploy)
        {
            if (path.IsEmpty)
            {
                _deploy = deploy;
                return;
            }

            if (!_beneath.TryGetValue(path[0], out var next))
                _beneath.Add(path[0], next = new Place());
            next.Add(path[1..], deploy);
        }

        public Deploy? Find(ReadOnlySpan<string> path, bool deep)
        {
            if (path.IsEmpty)
                return _deploy;
            return _beneath.GetValueOrDefault(path[0])?.Find(path[1..], deep)
                ?? _beneath.GetValueOrDefault("*")?.Find(path[1..], deep)
                ?? (deep ? _beneath.GetValueOrDefault("**")?._deploy : null);
        }
    }
}
