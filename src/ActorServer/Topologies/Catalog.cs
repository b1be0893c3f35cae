using ActorServer.Configuration;

namespace ActorServer.Topologies;

/// <summary>Every topology by name. A new one is a line here, a file beside this one and a file in <c>hocon/</c>.</summary>
public static class Catalog
{
    /// <summary>The built-in rows, in the order of the table in README.</summary>
    public static IReadOnlyList<Entry> Entries { get; } =
    [
        new(SingleProcess.Row, _ => new SingleProcess()),
        new(MultiProcess.Row, settings => new MultiProcess(settings)) { HasProcesses = true },
        new(MultiThread.Row, settings => new MultiThread(settings)),
        new(ProcessPool.Shared, settings => new ProcessPool(ProcessPool.Shared, settings)) { HasProcesses = true },
        new(ProcessPool.Own, settings => new ProcessPool(ProcessPool.Own, settings)) { HasProcesses = true },
        new(ThreadPool.Row, settings => new ThreadPool(settings)),
        new(LeaderFollower.Row, settings => new LeaderFollower(settings)),
        new(SingleLoop.Select, settings => new SingleLoop(SingleLoop.Select, settings)),
        new(SingleLoop.Poll, settings => new SingleLoop(SingleLoop.Poll, settings)),
        new(SingleLoop.Epoll, settings => new SingleLoop(SingleLoop.Epoll, settings)),
        new(SingleLoop.Kqueue, settings => new SingleLoop(SingleLoop.Kqueue, settings)),
        new(Reactor.Row, settings => new Reactor(settings)),
        new(EventLoop.Row, settings => new EventLoop(settings)),
        new(Coroutine.Row, settings => new Coroutine(settings)),
        new(Fiber.Row, settings => new Fiber(settings)),
        new(Proactor.Row, settings => new Proactor(settings)),
        new(Actor.Row, settings => new Actor(settings)),
        new(WorkStealing.Row, settings => new WorkStealing(settings)),
        new(ProducerConsumer.Row, settings => new ProducerConsumer(settings)),
        new(HalfSyncHalfAsync.Row, settings => new HalfSyncHalfAsync(settings)),
        new(Pipeline.Row, settings => new Pipeline(settings)),
        new(Hybrid.Row, settings => new Hybrid(settings)),
        new(MultiAcceptor.Row, settings => new MultiAcceptor(settings)),
        new(SocketSharding.Row, settings => new SocketSharding(settings)),
        new(MessageBalanced.Row, settings => new MessageBalanced(settings)),
    ];

    /// <summary>One line of the catalog.</summary>
    /// <param name="Roles">The four answers.</param>
    /// <param name="Create">Makes the topology from its section of the configuration.</param>
    public sealed record Entry(Roles Roles, Func<SettingsReader, ITopology> Create)
    {
        /// <summary>Whether other processes serve, which the topology starts.</summary>
        public bool HasProcesses { get; init; }
    }

    /// <summary>Makes the topology that a configuration names; every other built-in one's settings are checked as well.</summary>
    /// <param name="name">The name; null when its lack is a fault already.</param>
    /// <param name="root">The reader of <c>actor-server</c>; gets a fault when the name or the settings are of no use.</param>
    public static ITopology Create(string? name, SettingsReader root)
    {
        var built = Entries.ToDictionary(entry => entry.Roles.Name, entry => entry.Create(Section(root, entry.Roles.Name)));
        if (name is null) return built[Actor.Row.Name];
        if (built.TryGetValue(name, out var topology)) return topology;
        var section = Section(root, name);
        if (name.Length > 0 && section.Has("class")) return FromClass(section) ?? built[Actor.Row.Name];
        root.Fault("topology", $"\"{name}\" is not known; expected {string.Join(" | ", built.Keys)}, or a name with topologies.{(name.Length > 0 ? name : "NAME")}.class"
            + Nearest.Hint(name, built.Keys));
        return built[Actor.Row.Name];
    }

    /// <summary>The topology that each process of another one runs: any that serves in one process.</summary>
    /// <param name="settings">The section of the other one.</param>
    /// <param name="key">The key that names it.</param>
    internal static ITopology Inside(SettingsReader settings, string key)
    {
        var name = settings.Choice(key, [.. Entries.Where(entry => !entry.HasProcesses).Select(entry => entry.Roles.Name)]);
        return Entries.First(entry => entry.Roles.Name == name).Create(settings.Beside(name));
    }

    private static SettingsReader Section(SettingsReader root, string name) => root.Section("topologies").Section(name);

    private static ITopology? FromClass(SettingsReader section)
    {
        var name = section.Text("class");
        if (ConfiguredTypes.Find(name) is not { } type)
        {
            section.Fault("class", $"there is no type \"{name}\"; expected \"Namespace.Type, Assembly\"");
            return null;
        }

        if (!type.IsAssignableTo(typeof(ITopology)) || type.GetConstructor([typeof(SettingsReader)]) is not { } constructor)
        {
            section.Fault("class", $"{type} is no topology; expected an ITopology with a public constructor ({nameof(SettingsReader)})");
            return null;
        }

        return (ITopology)constructor.Invoke([section]);
    }
}
