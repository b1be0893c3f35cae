using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using AkkaLogLevel = Akka.Event.LogLevel;

namespace Akka.Hosting;

/// <summary>How a system logs.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<Type> _loggers = [typeof(DefaultLogger)];

    internal LoggerConfigBuilder()
    {
    }

    /// <summary>The least level that is logged; null for what the configuration says.</summary>
    public AkkaLogLevel? LogLevel { get; set; }

    /// <summary>Whether the whole configuration is logged at the start; null for what the configuration says.</summary>
    public bool? LogConfigOnStart { get; set; }

    /// <summary>Where the system logs to instead of its loggers; null when it does not.</summary>
    internal Func<IServiceProvider, ILoggerFactory>? LoggerFactory { get; private set; }

    /// <summary>Whether the loggers are other than those of the configuration.</summary>
    internal bool HasOwnLoggers { get; private set; }

    /// <summary>Without loggers.</summary>
    /// <returns>This builder.</returns>
    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        LoggerFactory = null;
        HasOwnLoggers = true;
        return this;
    }

    /// <summary>With one more logger.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <returns>This builder.</returns>
    public LoggerConfigBuilder AddLogger<T>()
        where T : ActorBase
    {
        if (!_loggers.Contains(typeof(T)))
            _loggers.Add(typeof(T));
        HasOwnLoggers = true;
        return this;
    }

    /// <summary>With the kernel's logger, which writes to standard output.</summary>
    /// <returns>This builder.</returns>
    public LoggerConfigBuilder AddDefaultLogger() => AddLogger<DefaultLogger>();

    /// <summary>Logs through the host's Microsoft.Extensions.Logging, and to nothing else.</summary>
    /// <returns>This builder.</returns>
    public LoggerConfigBuilder AddLoggerFactory()
    {
        LoggerFactory = static provider => (ILoggerFactory?)provider.GetService(typeof(ILoggerFactory))
            ?? throw new InvalidOperationException("AddLoggerFactory needs an ILoggerFactory among the services: call AddLogging");
        return this;
    }

    /// <summary>Logs through Microsoft.Extensions.Logging, and to nothing else.</summary>
    /// <param name="loggerFactory">Where the system logs to.</param>
    /// <returns>This builder.</returns>
    public LoggerConfigBuilder AddLoggerFactory(ILoggerFactory loggerFactory)
    {
        LoggerFactory = _ => loggerFactory;
        return this;
    }

    internal string ToHocon()
    {
        var lines = new List<string>();
        if (LogLevel is { } level)
            lines.Add($"akka.loglevel = {level.StringFor()}");
        if (LogConfigOnStart is { } logConfig)
            lines.Add($"akka.log-config-on-start = {(logConfig ? "on" : "off")}");
        if (HasOwnLoggers)
            lines.Add($"akka.loggers = [{string.Join(", ", _loggers.Select(static l => $"\"{l.FullName}, {l.Assembly.GetName().Name}\""))}]");
        return string.Join('\n', lines);
    }
}
