using Akka.Configuration;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>
/// Makes dispatchers from configuration. A class named by <c>type = "Ns.Class, Assembly"</c> needs a public constructor with the same
/// two parameters.
/// </summary>
public abstract class MessageDispatcherConfigurator
{
    /// <summary>Creates a configurator.</summary>
    /// <param name="config">The dispatcher's section.</param>
    /// <param name="prerequisites">What the actor system offers.</param>
    protected MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    /// <summary>The dispatcher's section.</summary>
    public Config Config { get; }

    /// <summary>What the actor system offers.</summary>
    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>What the section says about its actors' mailboxes, worked out at first need.</summary>
    internal DispatcherMailbox? Mailbox { get; set; }

    /// <summary>The dispatcher for one more actor. Asked for every lookup: a cached instance shares threads, a new one does not.</summary>
    /// <returns>The dispatcher.</returns>
    public abstract MessageDispatcher Dispatcher();

    /// <summary>The executor that the section's <c>executor</c> names.</summary>
    /// <returns>Its factory.</returns>
    /// <exception cref="ConfigurationException">There is no such executor.</exception>
    protected ExecutorServiceConfigurator ConfigureExecutor() => Executor(Config.GetString("executor", "") ?? "", Config, Prerequisites);

    /// <summary><c>throughput-deadline-time</c> in ticks of 100 ns; null when it is zero, which stands for no deadline.</summary>
    private protected long? Deadline() => Config.GetTimeSpan("throughput-deadline-time").Ticks is > 0 and var ticks ? ticks : null;

    private protected static ExecutorServiceConfigurator Executor(string name, Config config, IDispatcherPrerequisites prerequisites) =>
        name switch
        {
            "" or "default-executor" or "thread-pool-executor" => new ThreadPoolExecutorServiceFactory(config, prerequisites),
            "fork-join-executor" => new ForkJoinExecutorServiceFactory(config, prerequisites),
            "channel-executor" => new ChannelExecutorServiceFactory(config, prerequisites),
            "task-executor" => new TaskExecutorServiceFactory(config, prerequisites),
            "current-context-executor" => new CurrentContextExecutorServiceFactory(config, prerequisites),
            _ => ConfiguredType.Create<ExecutorServiceConfigurator>(ClassOf(name, prerequisites), $"{config.GetString("id")}.executor", config, prerequisites),
        };

    /// <summary>What an executor's name stands for, by <c>akka.actor.executors</c>; any other is a class itself.</summary>
    private static string ClassOf(string name, IDispatcherPrerequisites prerequisites) =>
        name.AsSpan().IndexOfAny(".,\"") < 0 ? prerequisites.Settings.Config.GetString($"akka.actor.executors.{name}", name) ?? name : name;
}

/// <summary>One dispatcher that is shared by all its actors: <c>type = Dispatcher</c>, <c>TaskDispatcher</c>, <c>ForkJoinDispatcher</c>.</summary>
public sealed class DispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _instance;

    /// <summary>Creates a configurator.</summary>
    /// <param name="config">The dispatcher's section.</param>
    /// <param name="prerequisites">What the actor system offers.</param>
    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) =>
        _instance = new Dispatcher(
            this,
            config.GetString("id", "") ?? "",
            config.GetInt("throughput", MessageDispatcher.DefaultThroughput),
            Deadline(),
            ConfigureExecutor(),
            config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1)));

    /// <inheritdoc/>
    public override MessageDispatcher Dispatcher() => _instance;
}

/// <summary>A dispatcher and a thread for every actor: <c>type = PinnedDispatcher</c>.</summary>
internal sealed class PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher() => new PinnedDispatcher(
        this,
        Config.GetString("id", "") ?? "",
        Config.GetInt("throughput", MessageDispatcher.DefaultThroughput),
        Deadline(),
        OneThread.Instance,
        Config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1)));

    private sealed class OneThread : ExecutorServiceFactory
    {
        public static readonly OneThread Instance = new();

        public override ExecutorService Produce(string id) => new DedicatedThreadPool(id, threads: 1, background: true);
    }
}

/// <summary>
/// A dispatcher for every actor, on the synchronization context of the thread that looks it up: <c>type = SynchronizedDispatcher</c>.
/// </summary>
internal sealed class SynchronizedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher() => new CurrentSynchronizationContextDispatcher(
        this,
        Config.GetString("id", "") ?? "",
        Config.GetInt("throughput", MessageDispatcher.DefaultThroughput),
        Deadline(),
        Executor("current-context-executor", Config, Prerequisites),
        Config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1)));
}
