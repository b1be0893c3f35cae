using System.Globalization;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>A phase of a shutdown.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DependsOn">The phases that come before it.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="Recover">Whether the shutdown goes on when it fails or takes longer.</param>
/// <param name="Enabled">Whether its tasks run.</param>
internal sealed record ShutdownPhase(string Name, IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recover, bool Enabled);

/// <summary>The phases of a shutdown, in their order.</summary>
internal sealed class ShutdownPhases
{
    private readonly Dictionary<string, ShutdownPhase> _byName = new(StringComparer.Ordinal);
    private readonly List<ShutdownPhase> _order = [];

    /// <summary>Reads the section <c>akka.coordinated-shutdown</c>.</summary>
    /// <exception cref="ConfigurationException">A phase would have to come before itself.</exception>
    public ShutdownPhases(Config config)
    {
        var timeout = config.GetTimeSpan("default-phase-timeout", TimeSpan.FromSeconds(5));
        foreach (var (name, value) in config.GetConfig("phases").AsEnumerable())
        {
            var phase = value.AtKey("it").GetConfig("it");
            _byName.Add(name, new ShutdownPhase(
                name,
                [.. phase.GetStringList("depends-on")],
                phase.GetTimeSpan("timeout", timeout, allowInfinite: false),
                phase.GetBoolean("recover", true),
                phase.GetBoolean("enabled", true)));
        }

        // A phase may depend on one that is not configured: it exists by that.
        foreach (var name in _byName.Values.SelectMany(static p => p.DependsOn).ToArray())
            _byName.TryAdd(name, new ShutdownPhase(name, [], timeout, Recover: true, Enabled: true));
        var visited = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var phase in _byName.Values.OrderBy(static p => p.Name, StringComparer.Ordinal))
            Visit(phase, visited);
    }

    public TimeSpan TotalTimeout => new(_order.Where(static p => p.Enabled).Sum(static p => p.Timeout.Ticks));

    /// <summary>A phase by its name.</summary>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public ShutdownPhase this[string name] => _byName.TryGetValue(name, out var phase) ? phase : throw new ArgumentException(
        string.Create(CultureInfo.InvariantCulture, $"Unknown phase [{name}], known phases are [{string.Join(", ", _order.Select(static p => p.Name))}]"));

    /// <summary>The phases in their order, beginning with one of them.</summary>
    public IEnumerable<ShutdownPhase> From(string? first) => _order.SkipWhile(phase => first is not null && phase.Name != first);

    /// <summary>Puts a phase behind those that it depends on.</summary>
    private void Visit(ShutdownPhase phase, Dictionary<string, bool> visited)
    {
        if (visited.TryGetValue(phase.Name, out var done))
        {
            if (!done)
                throw new ConfigurationException($"akka.coordinated-shutdown.phases: [{phase.Name}] depends on itself, perhaps by way of others");
            return;
        }

        visited[phase.Name] = false;
        foreach (var before in phase.DependsOn)
            Visit(_byName[before], visited);
        visited[phase.Name] = true;
        _order.Add(phase);
    }
}
