namespace Akka.Event;

/// <summary>Where an actor or another part of the program writes its log. Nothing is formatted for a level that is off.</summary>
public interface ILoggingAdapter
{
    /// <summary>Turns formats into texts.</summary>
    ILogMessageFormatter Formatter { get; }

    /// <summary>Whether debug events are logged.</summary>
    bool IsDebugEnabled { get; }

    /// <summary>Whether info events are logged.</summary>
    bool IsInfoEnabled { get; }

    /// <summary>Whether warnings are logged.</summary>
    bool IsWarningEnabled { get; }

    /// <summary>Whether errors are logged.</summary>
    bool IsErrorEnabled { get; }

    /// <summary>Whether events of a level are logged.</summary>
    /// <param name="logLevel">The level.</param>
    /// <returns>True when they are.</returns>
    bool IsEnabled(LogLevel logLevel);

    /// <summary>Logs an event, if its level is on.</summary>
    /// <param name="logLevel">The level.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    /// <param name="message">What happened.</param>
    void Log(LogLevel logLevel, Exception? cause, LogMessage message);

    /// <summary>Logs an event, if its level is on.</summary>
    /// <param name="logLevel">The level.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    /// <param name="message">What happened.</param>
    void Log(LogLevel logLevel, Exception? cause, string message);
}

/// <summary>The levels of <see cref="ILoggingAdapter"/> as methods of their own.</summary>
public static class LoggingExtensions
{
    /// <summary>Logs a debug event.</summary>
    /// <param name="log">The log.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Debug(this ILoggingAdapter log, string format, params object?[] args) =>
        log.Log(LogLevel.DebugLevel, null, format, args);

    /// <summary>Logs a debug event.</summary>
    /// <param name="log">The log.</param>
    /// <param name="cause">The exception behind it.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Debug(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) =>
        log.Log(LogLevel.DebugLevel, cause, format, args);

    /// <summary>Logs an info event.</summary>
    /// <param name="log">The log.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Info(this ILoggingAdapter log, string format, params object?[] args) =>
        log.Log(LogLevel.InfoLevel, null, format, args);

    /// <summary>Logs an info event.</summary>
    /// <param name="log">The log.</param>
    /// <param name="cause">The exception behind it.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Info(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) =>
        log.Log(LogLevel.InfoLevel, cause, format, args);

    /// <summary>Logs a warning.</summary>
    /// <param name="log">The log.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Warning(this ILoggingAdapter log, string format, params object?[] args) =>
        log.Log(LogLevel.WarningLevel, null, format, args);

    /// <summary>Logs a warning.</summary>
    /// <param name="log">The log.</param>
    /// <param name="cause">The exception behind it.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) =>
        log.Log(LogLevel.WarningLevel, cause, format, args);

    /// <summary>Logs an error.</summary>
    /// <param name="log">The log.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Error(this ILoggingAdapter log, string format, params object?[] args) =>
        log.Log(LogLevel.ErrorLevel, null, format, args);

    /// <summary>Logs an error.</summary>
    /// <param name="log">The log.</param>
    /// <param name="cause">The exception behind it.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Error(this ILoggingAdapter log, Exception? cause, string format, params object?[] args) =>
        log.Log(LogLevel.ErrorLevel, cause, format, args);

    /// <summary>Logs an event.</summary>
    /// <param name="log">The log.</param>
    /// <param name="logLevel">The level.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Log(this ILoggingAdapter log, LogLevel logLevel, string format, params object?[] args) =>
        log.Log(logLevel, null, format, args);

    /// <summary>Logs an event.</summary>
    /// <param name="log">The log.</param>
    /// <param name="logLevel">The level.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    /// <param name="format">What happened, with places such as <c>{0}</c> for the arguments.</param>
    /// <param name="args">The arguments.</param>
    public static void Log(this ILoggingAdapter log, LogLevel logLevel, Exception? cause, string format, params object?[] args)
    {
        if (!log.IsEnabled(logLevel))
            return;
        if (args.Length == 0)
            log.Log(logLevel, cause, format);
        else
            log.Log(logLevel, cause, new LogMessage(log.Formatter, format, args));
    }
}
