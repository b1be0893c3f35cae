using Akka.Actor;
using Akka.Configuration;

namespace Akka.Event;

/// <summary>Publishes log events, among others, to the loggers of an actor system, and starts and stops those.</summary>
public abstract class LoggingBus
{
    private static readonly LogLevel[] AllLevels = [LogLevel.DebugLevel, LogLevel.InfoLevel, LogLevel.WarningLevel, LogLevel.ErrorLevel];

    private readonly List<IActorRef> _loggers = [];
    private int _logLevel = (int)LogLevel.DebugLevel;

    /// <summary>The least level that is logged; events beneath it are not even made.</summary>
    public LogLevel LogLevel => (LogLevel)Volatile.Read(ref _logLevel);

    /// <summary>Publishes an event.</summary>
    /// <param name="event">The event.</param>
    public abstract void Publish(object @event);

    /// <summary>Subscribes to a class of events, its subclasses and what implements it.</summary>
    /// <param name="subscriber">Who gets the events.</param>
    /// <param name="channel">The class.</param>
    /// <returns>False when it was subscribed already.</returns>
    public abstract bool Subscribe(IActorRef subscriber, Type channel);

    /// <summary>Ends a subscription.</summary>
    /// <param name="subscriber">Who got the events.</param>
    /// <param name="channel">The class.</param>
    /// <returns>False when it was not subscribed.</returns>
    public abstract bool Unsubscribe(IActorRef subscriber, Type channel);

    /// <summary>Ends all subscriptions of one.</summary>
    /// <param name="subscriber">Who got the events.</param>
    /// <returns>False when there were none.</returns>
    public abstract bool Unsubscribe(IActorRef subscriber);

    /// <summary>Sets the least level that is logged.</summary>
    /// <param name="logLevel">The level.</param>
    public void SetLogLevel(LogLevel logLevel)
    {
        Volatile.Write(ref _logLevel, (int)logLevel);
        lock (_loggers)
        {
            foreach (var logger in _loggers)
                SubscribeFrom(logger, logLevel);
        }
    }

    /// <summary>Logs to standard output until the configured loggers are there.</summary>
    internal void StartStdoutLogger(Settings settings) => AddLogger(settings.StdoutLogger, Logging.LogLevelFor(settings.StdoutLogLevel));

    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        var settings = system.Settings;
        var level = Logging.LogLevelFor(settings.LogLevel);
        Volatile.Write(ref _logLevel, (int)level);
        foreach (var (name, props) in settings.LoggerProps())
        {
            var logger = system.SystemActorOf(props.WithDispatcher(settings.LoggersDispatcher), name);
            var answer = logger.Ask(new InitializeLogger(this), settings.LoggerStartTimeout);
            if (settings.LoggerAsyncStart)
                _ = ReportLate(answer, name);
            else
                AwaitStart(answer, name);
            AddLogger(logger, level);
        }

        RemoveLogger(settings.StdoutLogger);
    }

    /// <summary>Logs to standard output again, since the loggers are about to stop.</summary>
    /// <returns>The loggers, which get no more events.</returns>
    internal IReadOnlyList<IActorRef> RetireLoggers(Settings settings)
    {
        IActorRef[] loggers;
        lock (_loggers)
            loggers = [.. _loggers];
        StartStdoutLogger(settings);
        foreach (var logger in loggers)
            RemoveLogger(logger);
        return loggers;
    }

    private static void AwaitStart(Task<object> answer, string name)
    {
        try
        {
            if (answer.GetAwaiter().GetResult() is not LoggerInitialized)
                throw new ConfigurationException($"Logger {name} did not respond with LoggerInitialized");
        }
        catch (AskTimeoutException e)
        {
            throw new ConfigurationException($"Logger {name} did not start within akka.logger-startup-timeout", e);
        }
    }

    private async Task ReportLate(Task<object> answer, string name)
    {
        try
        {
            await answer.ConfigureAwait(false);
        }
        catch (AskTimeoutException e)
        {
            Publish(new Warning(e, name, GetType(), $"Logger {name} did not respond within akka.logger-startup-timeout"));
        }
    }

    private void AddLogger(IActorRef logger, LogLevel level)
    {
        lock (_loggers)
            _loggers.Add(logger);
        SubscribeFrom(logger, level);
    }

    private void RemoveLogger(IActorRef logger)
    {
        lock (_loggers)
            _loggers.Remove(logger);
        foreach (var level in AllLevels)
            Unsubscribe(logger, Logging.ClassFor(level));
    }

    private void SubscribeFrom(IActorRef logger, LogLevel level)
    {
        foreach (var each in AllLevels)
        {
            if (each >= level)
                Subscribe(logger, Logging.ClassFor(each));
            else
                Unsubscribe(logger, Logging.ClassFor(each));
        }
    }
}
