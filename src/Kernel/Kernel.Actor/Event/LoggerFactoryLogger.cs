using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Event;
using Microsoft.Extensions.Logging;
using MsLogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Akka.Hosting.Logging;

/// <summary>Makes an actor system log through Microsoft.Extensions.Logging, and to nothing else.</summary>
/// <param name="loggerFactory">Where the system logs to.</param>
public sealed class LoggerFactorySetup(ILoggerFactory loggerFactory) : Setup
{
    /// <summary>Where the system logs to.</summary>
    public ILoggerFactory LoggerFactory { get; } = loggerFactory;
}

/// <summary>
/// Passes log events on to Microsoft.Extensions.Logging. The category is the class that logs; the actor's path, the time and
/// the thread of the event are in the state for structured logs.
/// </summary>
internal sealed class LoggerFactoryLogger(ILoggerFactory factory) : ActorBase
{
    private readonly Dictionary<Type, ILogger> _loggers = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Write(logEvent);
                return true;
            default:
                return false;
        }
    }

    private static MsLogLevel Level(LogEvent logEvent) => logEvent.LogLevel() switch
    {
        Event.LogLevel.DebugLevel => MsLogLevel.Debug,
        Event.LogLevel.InfoLevel => MsLogLevel.Information,
        Event.LogLevel.WarningLevel => MsLogLevel.Warning,
        _ => MsLogLevel.Error,
    };

    private void Write(LogEvent logEvent)
    {
        if (!_loggers.TryGetValue(logEvent.LogClass, out var logger))
            _loggers.Add(logEvent.LogClass, logger = factory.CreateLogger(logEvent.LogClass.FullName ?? logEvent.LogClass.Name));
        var level = Level(logEvent);
        if (logger.IsEnabled(level))
            logger.Log(level, default, new State(logEvent), logEvent.Cause, static (state, _) => state.ToString());
    }

    /// <summary>What a structured log stores of an event.</summary>
    private readonly struct State(LogEvent logEvent) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => 4;

        public KeyValuePair<string, object?> this[int index] => index switch
        {
            0 => new("ActorPath", logEvent.LogSource),
            1 => new("Timestamp", logEvent.Timestamp),
            2 => new("Thread", logEvent.Thread.ManagedThreadId),
            3 => new("Message", logEvent.Message),
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            for (var i = 0; i < Count; i++)
                yield return this[i];
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"[{logEvent.LogSource}] {logEvent.Message}";
    }
}
