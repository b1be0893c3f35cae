using Microsoft.Extensions.Logging;
using AkkaLevel = Akka.Event.LogLevel;

namespace ActorServer.Processes;

/// <summary>Logs to the server that has started this process, which has the log that the operator reads.</summary>
/// <param name="channel">The channel to it.</param>
internal sealed class ControlLogs(ControlChannel channel) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("a worker process logs to its server alone");

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var level = logLevel switch
        {
            LogLevel.Trace or LogLevel.Debug => AkkaLevel.DebugLevel,
            LogLevel.Information => AkkaLevel.InfoLevel,
            LogLevel.Warning => AkkaLevel.WarningLevel,
            _ => AkkaLevel.ErrorLevel,
        };
        var text = formatter(state, exception);
        channel.TrySend(Control.Log, exception is null ? text : $"{text}{Environment.NewLine}{exception}", (byte)level);
    }

    public void Dispose()
    {
        // Holds nothing.
    }
}
