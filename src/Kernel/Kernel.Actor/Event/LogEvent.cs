using Akka.Actor;

namespace Akka.Event;

/// <summary>How much a log event matters.</summary>
public enum LogLevel
{
    /// <summary>For finding faults.</summary>
    DebugLevel,

    /// <summary>Worth knowing.</summary>
    InfoLevel,

    /// <summary>Odd, but the program goes on.</summary>
    WarningLevel,

    /// <summary>Something failed.</summary>
    ErrorLevel,
}

/// <summary>Something to log, as it is published on the event stream.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    /// <summary>Creates an event.</summary>
    /// <param name="cause">The exception behind it, if any.</param>
    /// <param name="logSource">Who logs, such as an actor's path.</param>
    /// <param name="logClass">The class that logs.</param>
    /// <param name="message">What happened.</param>
    protected LogEvent(Exception? cause, string logSource, Type logClass, object? message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    /// <summary>The exception behind it, if any.</summary>
    public Exception? Cause { get; }

    /// <summary>When it happened, in UTC.</summary>
    public DateTime Timestamp { get; } = DateTime.UtcNow;

    /// <summary>The thread on which it happened.</summary>
    public Thread Thread { get; } = Thread.CurrentThread;

    /// <summary>Who logs, such as an actor's path.</summary>
    public string LogSource { get; }

    /// <summary>The class that logs.</summary>
    public Type LogClass { get; }

    /// <summary>What happened; a text, or a <see cref="LogMessage"/> that is turned into one when it is needed.</summary>
    public object? Message { get; }

    /// <summary>How much it matters.</summary>
    /// <returns>The level.</returns>
    public abstract LogLevel LogLevel();

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = $"[{LogLevel().ToString().Replace("Level", "", StringComparison.Ordinal).ToUpperInvariant()}][{Timestamp:O}][Thread {Thread.ManagedThreadId:0000}][{LogSource}] {Message}";
        return Cause is null ? text : $"{text}{Environment.NewLine}Cause: {Cause}";
    }
}

/// <summary>A failure.</summary>
public class Error : LogEvent
{
    /// <summary>Creates an event.</summary>
    /// <param name="cause">The exception behind it, if any.</param>
    /// <param name="logSource">Who logs.</param>
    /// <param name="logClass">The class that logs.</param>
    /// <param name="message">What happened.</param>
    public Error(Exception? cause, string logSource, Type logClass, object? message)
        : base(cause, logSource, logClass, message)
    {
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;
}

/// <summary>Something odd.</summary>
public class Warning : LogEvent
{
    /// <summary>Creates an event.</summary>
    /// <param name="logSource">Who logs.</param>
    /// <param name="logClass">The class that logs.</param>
    /// <param name="message">What happened.</param>
    public Warning(string logSource, Type logClass, object? message)
        : this(null, logSource, logClass, message)
    {
    }

    /// <summary>Creates an event.</summary>
    /// <param name="cause">The exception behind it, if any.</param>
    /// <param name="logSource">Who logs.</param>
    /// <param name="logClass">The class that logs.</param>
    /// <param name="message">What happened.</param>
    public Warning(Exception? cause, string logSource, Type logClass, object? message)
        : base(cause, logSource, logClass, message)
    {
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;
}

/// <summary>Something worth knowing.</summary>
public class Info : LogEvent
{
    /// <summary>Creates an event.</summary>
    /// <param name="logSource">Who logs.</param>
    /// <param name="logClass">The class that logs.</param>
    /// <param name="message">What happened.</param>
    public Info(string logSource, Type logClass, object? message)
        : this(null, logSource, logClass, message)
    {
    }

    /// <summary>Creates an event.</summary>
    /// <param name="cause">The exception behind it, if any.</param>
    /// <param name="logSource">Who logs.</param>
    /// <param name="logClass">The class that logs.</param>
    /// <param name="message">What happened.</param>
    public Info(Exception? cause, string logSource, Type logClass, object? message)
        : base(cause, logSource, logClass, message)
    {
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;
}

/// <summary>Something for finding faults.</summary>
public class Debug : LogEvent
{
    /// <summary>Creates an event.</summary>
    /// <param name="logSource">Who logs.</param>
    /// <param name="logClass">The class that logs.</param>
    /// <param name="message">What happened.</param>
    public Debug(string logSource, Type logClass, object? message)
        : this(null, logSource, logClass, message)
    {
    }

    /// <summary>Creates an event.</summary>
    /// <param name="cause">The exception behind it, if any.</param>
    /// <param name="logSource">Who logs.</param>
    /// <param name="logClass">The class that logs.</param>
    /// <param name="message">What happened.</param>
    public Debug(Exception? cause, string logSource, Type logClass, object? message)
        : base(cause, logSource, logClass, message)
    {
    }

    /// <inheritdoc/>
    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

/// <summary>Asks a logger to begin; it subscribes to the bus and answers with <see cref="LoggerInitialized"/>.</summary>
/// <param name="loggingBus">The bus on which log events are published.</param>
public class InitializeLogger(LoggingBus loggingBus) : INoSerializationVerificationNeeded
{
    /// <summary>The bus on which log events are published.</summary>
    public LoggingBus LoggingBus { get; } = loggingBus;
}

/// <summary>A logger's answer to <see cref="InitializeLogger"/>.</summary>
public class LoggerInitialized : INoSerializationVerificationNeeded;
