using Akka.Actor;

namespace Akka.Event;

/// <summary>Makes logging adapters, and turns levels into names and back.</summary>
public static class Logging
{
    /// <summary>Above all levels: nothing is logged.</summary>
    internal const LogLevel OffLevel = LogLevel.ErrorLevel + 1;

    /// <summary>The log of an actor; its source is the actor's path.</summary>
    /// <param name="context">The actor's context.</param>
    /// <param name="logMessageFormatter">Turns formats into texts; null for <see cref="string.Format(string, object[])"/>.</param>
    /// <returns>The log.</returns>
    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter? logMessageFormatter = null) =>
        new BusLogging(context.System.EventStream, context.Self.Path.ToString(), context.Props.Type, logMessageFormatter);

    /// <summary>The log of something in an actor system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="logSourceObj">Who logs: a text, a type, an actor, or any object, which stands for its type.</param>
    /// <param name="logMessageFormatter">Turns formats into texts; null for <see cref="string.Format(string, object[])"/>.</param>
    /// <returns>The log.</returns>
    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null) =>
        GetLogger(system.EventStream, logSourceObj, logMessageFormatter);

    /// <summary>The log of something that knows a logging bus.</summary>
    /// <param name="loggingBus">The bus.</param>
    /// <param name="logSourceObj">Who logs: a text, a type, an actor, or any object, which stands for its type.</param>
    /// <param name="logMessageFormatter">Turns formats into texts; null for <see cref="string.Format(string, object[])"/>.</param>
    /// <returns>The log.</returns>
    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
    {
        var (source, type) = logSourceObj switch
        {
            string text => (text, typeof(string)),
            Type itself => (itself.Name, itself),
            IActorRef actor => (actor.Path.ToString(), actor.GetType()),
            var other => (other.GetType().Name, other.GetType()),
        };
        return new BusLogging(loggingBus, source, type, logMessageFormatter);
    }

    /// <summary>The class of events that are published at a level.</summary>
    /// <param name="logLevel">The level.</param>
    /// <returns><see cref="Debug"/>, <see cref="Info"/>, <see cref="Warning"/> or <see cref="Error"/>.</returns>
    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException("Unknown LogLevel", nameof(logLevel)),
    };

    /// <summary>The name of a level in a configuration.</summary>
    /// <param name="logLevel">The level.</param>
    /// <returns><c>DEBUG</c>, <c>INFO</c>, <c>WARNING</c>, <c>ERROR</c> or <c>OFF</c>.</returns>
    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        LogLevel.ErrorLevel => "ERROR",
        OffLevel => "OFF",
        _ => throw new ArgumentException("Unknown LogLevel", nameof(logLevel)),
    };

    /// <summary>The level that a configuration names.</summary>
    /// <param name="logLevel"><c>DEBUG</c>, <c>INFO</c>, <c>WARNING</c>, <c>ERROR</c> or <c>OFF</c>, in any case.</param>
    /// <returns>The level; one above all for <c>OFF</c>.</returns>
    /// <exception cref="ArgumentException">There is no such level.</exception>
    public static LogLevel LogLevelFor(string? logLevel) => logLevel?.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => OffLevel,
        _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\". Valid values are DEBUG, INFO, WARNING, ERROR and OFF."),
    };
}

/// <summary>A log that publishes on a logging bus.</summary>
public sealed class BusLogging : ILoggingAdapter
{
    private readonly LoggingBus _bus;
    private readonly string _logSource;
    private readonly Type _logClass;

    /// <summary>Creates a log.</summary>
    /// <param name="bus">Where events are published.</param>
    /// <param name="logSource">Who logs.</param>
    /// <param name="logClass">The class that logs.</param>
    /// <param name="logMessageFormatter">Turns formats into texts; null for <see cref="string.Format(string, object[])"/>.</param>
    public BusLogging(LoggingBus bus, string logSource, Type logClass, ILogMessageFormatter? logMessageFormatter = null)
    {
        _bus = bus;
        _logSource = logSource;
        _logClass = logClass;
        Formatter = logMessageFormatter ?? DefaultLogMessageFormatter.Instance;
    }

    /// <inheritdoc/>
    public ILogMessageFormatter Formatter { get; }

    /// <inheritdoc/>
    public bool IsDebugEnabled => IsEnabled(LogLevel.DebugLevel);

    /// <inheritdoc/>
    public bool IsInfoEnabled => IsEnabled(LogLevel.InfoLevel);

    /// <inheritdoc/>
    public bool IsWarningEnabled => IsEnabled(LogLevel.WarningLevel);

    /// <inheritdoc/>
    public bool IsErrorEnabled => IsEnabled(LogLevel.ErrorLevel);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= _bus.LogLevel;

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, LogMessage message) => Publish(logLevel, cause, message);

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, string message) => Publish(logLevel, cause, message);

    private void Publish(LogLevel level, Exception? cause, object message)
    {
        if (!IsEnabled(level))
            return;
        _bus.Publish(level switch
        {
            LogLevel.DebugLevel => new Debug(cause, _logSource, _logClass, message),
            LogLevel.InfoLevel => new Info(cause, _logSource, _logClass, message),
            LogLevel.WarningLevel => new Warning(cause, _logSource, _logClass, message),
            LogLevel.ErrorLevel => new Error(cause, _logSource, _logClass, message),
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Unknown LogLevel"),
        });
    }
}

/// <summary>A log that goes nowhere.</summary>
public sealed class NoLogger : ILoggingAdapter
{
    /// <summary>The only instance.</summary>
    public static readonly ILoggingAdapter Instance = new NoLogger();

    private NoLogger()
    {
    }

    /// <inheritdoc/>
    public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;

    /// <inheritdoc/>
    public bool IsDebugEnabled => false;

    /// <inheritdoc/>
    public bool IsInfoEnabled => false;

    /// <inheritdoc/>
    public bool IsWarningEnabled => false;

    /// <inheritdoc/>
    public bool IsErrorEnabled => false;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => false;

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, LogMessage message)
    {
    }

    /// <inheritdoc/>
    public void Log(LogLevel logLevel, Exception? cause, string message)
    {
    }
}
