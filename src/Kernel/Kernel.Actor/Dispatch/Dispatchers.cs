using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Event;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>The dispatchers of an actor system, by the configuration path of their section.</summary>
public sealed class Dispatchers
{
    /// <summary>Runs all actors that name no other dispatcher.</summary>
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    /// <summary>Runs actors that block their thread.</summary>
    public const string DefaultBlockingDispatcherId = "akka.actor.default-blocking-io-dispatcher";

    /// <summary>Runs actors on the synchronization context of the thread that makes them.</summary>
    public const string SynchronizedDispatcherId = "akka.actor.synchronized-dispatcher";

    /// <summary>Runs the kernel's own actors.</summary>
    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private const int MaxAliases = 20;

    private readonly ConcurrentDictionary<string, MessageDispatcherConfigurator> _configurators = new(StringComparer.Ordinal);
    private readonly Config _config;
    private readonly ILoggingAdapter? _log;
    private readonly Lazy<MessageDispatcher> _default;

    /// <summary>Creates the dispatchers of a system.</summary>
    /// <param name="prerequisites">What the system offers to dispatchers.</param>
    /// <param name="logger">Where unusual mailboxes are reported, if anywhere.</param>
    public Dispatchers(IDispatcherPrerequisites prerequisites, ILoggingAdapter? logger = null)
    {
        Prerequisites = prerequisites;
        _config = prerequisites.Settings.Config;
        _log = logger;
        DefaultDispatcherConfig = _config.GetConfig(DefaultDispatcherId);
        _default = new Lazy<MessageDispatcher>(() => Lookup(DefaultDispatcherId));
    }

    /// <summary>The dispatcher of all actors that name no other.</summary>
    public MessageDispatcher DefaultGlobalDispatcher => _default.Value;

    /// <summary>The default dispatcher's section, which every other dispatcher's section falls back to.</summary>
    public Config DefaultDispatcherConfig { get; }

    /// <summary>What the system offers to dispatchers.</summary>
    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>Whether there is a dispatcher.</summary>
    /// <param name="id">Its configuration path.</param>
    /// <returns>True when it is registered or configured.</returns>
    public bool HasDispatcher(string id) => _configurators.ContainsKey(id) || _config.HasPath(id);

    /// <summary>Finds the dispatcher for one more actor.</summary>
    /// <param name="dispatcherName">Its configuration path; a section that is only a text names another one.</param>
    /// <returns>The dispatcher.</returns>
    /// <exception cref="ConfigurationException">There is no such dispatcher, or its section is unusable.</exception>
    public MessageDispatcher Lookup(string dispatcherName) =>
        (_configurators.TryGetValue(dispatcherName, out var known) ? known : Configure(dispatcherName)).Dispatcher();

    /// <summary>Gives an id a dispatcher of one's own; the first registration wins.</summary>
    /// <param name="id">The id that actors name.</param>
    /// <param name="configurator">What makes the dispatcher.</param>
    /// <returns>False when the id was taken.</returns>
    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) => _configurators.TryAdd(id, configurator);

    private MessageDispatcherConfigurator Configure(string id)
    {
        var path = id;
        for (var aliases = 0; aliases <= MaxAliases; aliases++)
        {
            if (_configurators.TryGetValue(path, out var known))
                return _configurators.GetOrAdd(id, known);
            var section = _config.GetValue(path) ?? throw new ConfigurationException($"Dispatcher [{path}] is not configured");
            if (section.IsString())
                path = section.GetString()!;
            else
                return Created(id, path);
        }

        throw new ConfigurationException($"Dispatcher [{id}]: more than {MaxAliases} names that refer to names");
    }

    private MessageDispatcherConfigurator Created(string id, string path)
    {
        // Two threads may get here at once; the loser's configurator has made no thread yet.
        var configurator = _configurators.GetOrAdd(path, FromConfig);
        return id == path ? configurator : _configurators.GetOrAdd(id, configurator);
    }

    private MessageDispatcherConfigurator FromConfig(string path)
    {
        var config = Section(path);
        var type = config.GetString("type", "") ?? "";
        MessageDispatcherConfigurator configurator = type switch
        {
            "Dispatcher" => new DispatcherConfigurator(config, Prerequisites),
            "TaskDispatcher" => new DispatcherConfigurator(WithExecutor("task-executor"), Prerequisites),
            "ForkJoinDispatcher" => new DispatcherConfigurator(WithExecutor("fork-join-executor"), Prerequisites),
            "PinnedDispatcher" => new PinnedDispatcherConfigurator(config, Prerequisites),
            "SynchronizedDispatcher" => new SynchronizedDispatcherConfigurator(config, Prerequisites),
            "" => throw new ConfigurationException($"{path}.type: the dispatcher has no type"),
            _ => ConfiguredType.Create<MessageDispatcherConfigurator>(type, $"{path}.type", config, Prerequisites),
        };
        _log?.Debug("Dispatcher [{0}] is a {1}", path, type);
        return configurator;

        Config WithExecutor(string executor) => ConfigurationFactory.ParseString($"executor = {executor}").WithFallback(config);
    }

    /// <summary>A path may have quoted keys.</summary>
    private static string Escaped(string path) => path.Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>The section with its id and name, and the default dispatcher's values where it has none.</summary>
    private Config Section(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return ConfigurationFactory.ParseString($"id = \"{Escaped(path)}\"")
            .WithFallback(_config.GetConfig(path))
            .WithFallback(ConfigurationFactory.ParseString($"name = \"{Escaped(name)}\""))
            .WithFallback(DefaultDispatcherConfig);
    }
}
