using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting.Logging;
using Akka.Util;

namespace Akka.Actor;

/// <summary>What the configuration of an actor system says, read once. The comments in <c>reference.conf</c> explain the keys.</summary>
public class Settings
{
    /// <summary>Reads the settings of a system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="config">Its configuration; the kernel's defaults complete it.</param>
    /// <param name="setup">Its set-up.</param>
    /// <exception cref="ConfigurationException">A value is unusable.</exception>
    public Settings(ActorSystem system, Config config, ActorSystemSetup? setup = null)
    {
        System = system;
        Setup = setup ?? ActorSystemSetup.Empty;
        Config = config.WithFallback(ConfigurationFactory.Default());
        ConfigVersion = Config.GetString("akka.version", "");
        LogLevel = Config.GetString("akka.loglevel", "INFO");
        StdoutLogLevel = Setup.TryGet<LoggerFactorySetup>(out _) ? "OFF" : Config.GetString("akka.stdout-loglevel", "WARNING");
        Loggers = [.. Config.GetStringList("akka.loggers")];
        LoggersDispatcher = Config.GetString("akka.loggers-dispatcher", Dispatch.Dispatchers.DefaultDispatcherId);
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout");
        LoggerAsyncStart = Config.GetBoolean("akka.logger-async-start");
        LogDeadLetters = Config.GetString("akka.log-dead-letters", "off") switch
        {
            "on" or "true" or "yes" => int.MaxValue,
            "off" or "false" or "no" => 0,
            _ => Config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration = Config.GetTimeSpan("akka.log-dead-letters-suspend-duration");
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);
        SupervisorStrategyClass = Config.GetString("akka.actor.guardian-supervisor-strategy", "");
        SchedulerClass = Config.GetString("akka.scheduler.implementation", "");
        DebugEventStream = Config.GetBoolean("akka.actor.debug.event-stream");
        DebugAutoReceive = Config.GetBoolean("akka.actor.debug.autoreceive");
        DebugLifecycle = Config.GetBoolean("akka.actor.debug.lifecycle");
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled");
        FsmDebugEvent = Config.GetBoolean("akka.actor.debug.fsm");
        DebugRouterMisconfiguration = Config.GetBoolean("akka.actor.debug.router-misconfiguration");
        LogConfigOnStart = Config.GetBoolean("akka.log-config-on-start");
        CoordinatedShutdownTerminateActorSystem = Config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate = Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
        if (CoordinatedShutdownRunByActorSystemTerminate && !CoordinatedShutdownTerminateActorSystem)
        {
            throw new ConfigurationException(
                "akka.coordinated-shutdown.run-by-actor-system-terminate = on needs terminate-actor-system = on: Terminate() would not terminate");
        }
    }

    /// <summary>The system.</summary>
    public ActorSystem System { get; }

    /// <summary>The whole configuration, the kernel's defaults included.</summary>
    public Config Config { get; private set; }

    /// <summary>The set-up that the system was made with.</summary>
    public ActorSystemSetup Setup { get; }

    /// <summary>The version of the API whose configuration this is.</summary>
    public string ConfigVersion { get; }

    /// <summary>The least level that is logged.</summary>
    public string LogLevel { get; }

    /// <summary>The least level that is logged to standard output at the system's start and end.</summary>
    public string StdoutLogLevel { get; }

    /// <summary>The classes of the loggers.</summary>
    public IReadOnlyList<string> Loggers { get; }

    /// <summary>The dispatcher of the loggers.</summary>
    public string LoggersDispatcher { get; }

    /// <summary>How long to wait for a logger to start.</summary>
    public TimeSpan LoggerStartTimeout { get; }

    /// <summary>Whether the system starts without waiting for its loggers.</summary>
    public bool LoggerAsyncStart { get; }

    /// <summary>How many dead letters are logged before logging pauses; 0 for none.</summary>
    public int LogDeadLetters { get; }

    /// <summary>Whether dead letters are logged while the system ends.</summary>
    public bool LogDeadLettersDuringShutdown { get; }

    /// <summary>How long logging of dead letters pauses; infinite for ever.</summary>
    public TimeSpan LogDeadLettersSuspendDuration { get; }

    /// <summary>How long an <c>Ask</c> without a timeout waits.</summary>
    public TimeSpan AskTimeout { get; }

    /// <summary>The class that makes the strategy of the <c>/user</c> guardian.</summary>
    public string SupervisorStrategyClass { get; }

    /// <summary>The class of the scheduler.</summary>
    public string SchedulerClass { get; }

    /// <summary>Whether subscriptions to the event stream are logged.</summary>
    public bool DebugEventStream { get; }

    /// <summary>Whether messages that the kernel handles itself are logged.</summary>
    public bool DebugAutoReceive { get; }

    /// <summary>Whether starts, restarts and ends of actors are logged.</summary>
    public bool DebugLifecycle { get; }

    /// <summary>Whether the messages and transitions of state machines are logged.</summary>
    public bool FsmDebugEvent { get; }

    /// <summary>Whether messages that no behaviour handled are logged.</summary>
    public bool DebugUnhandledMessage { get; }

    /// <summary>Whether it is logged that a deployment makes a router of an actor that is none in code.</summary>
    public bool DebugRouterMisconfiguration { get; }

    /// <summary>Whether the whole configuration is logged at the start.</summary>
    public bool LogConfigOnStart { get; }

    /// <summary>Whether <see cref="CoordinatedShutdown"/> ends the system.</summary>
    public bool CoordinatedShutdownTerminateActorSystem { get; }

    /// <summary>Whether <see cref="ActorSystem.Terminate"/> runs <see cref="CoordinatedShutdown"/>.</summary>
    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Logs to standard output while there is no other logger.</summary>
    internal StandardOutLogger StdoutLogger { get; } = new();

    /// <summary>Adds a configuration beneath the present one; for extensions that bring defaults of their own.</summary>
    /// <param name="config">The configuration.</param>
    public void InjectTopLevelFallback(Config config) => Config = Config.WithFallback(config);

    /// <inheritdoc/>
    public override string ToString() => Config.ToString(includeFallback: true);

    /// <summary>The loggers: their names and what they are made from.</summary>
    internal IEnumerable<(string Name, Props Props)> LoggerProps()
    {
        if (Setup.TryGet<LoggerFactorySetup>(out var mel))
            return [("log-logger-factory", Props.From(() => new LoggerFactoryLogger(mel.LoggerFactory)))];
        return Loggers.Select(static (name, i) => ($"log{i + 1}-{SimpleName(name)}", PropsOf(name)));
    }

    private static Props PropsOf(string logger) => logger switch
    {
        "Akka.Event.DefaultLogger" or "Akka.Event.DefaultLogger, Akka" => Props.From(static () => new DefaultLogger()),
        _ => LoggerOf(ConfiguredType.Find(logger, "akka.loggers")),
    };

    private static Props LoggerOf(Type type) => typeof(ActorBase).IsAssignableFrom(type)
        ? Props.From(type, () => ConfiguredType.Create<ActorBase>(type, "akka.loggers"))
        : throw new ConfigurationException($"akka.loggers: class '{type}' is no actor");

    private static string SimpleName(string className)
    {
        var name = className.Split(',')[0];
        return name[(name.LastIndexOf('.') + 1)..];
    }
}
