using System.Diagnostics.Metrics;
using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorServer.Hosting;

/// <summary>Runs a server for as long as its host runs: SIGTERM and SIGINT reach it as the host's stop, and drain it.</summary>
/// <param name="options">Configuration and handler.</param>
/// <param name="services">For the handler's constructor.</param>
/// <param name="lifetime">Stopped when the server dies by itself.</param>
/// <param name="logs">Where to log to.</param>
public sealed class ActorServerService(
    IOptions<ActorServerOptions> options, IServiceProvider services, IHostApplicationLifetime lifetime, ILoggerFactory logs) : IHostedService
{
    private readonly ILogger _log = logs.CreateLogger<ActorServerService>();

    /// <summary>The server; null until it is started.</summary>
    public RunningServer? Server { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = ServerSettings.Load([.. options.Value.Layers]);
        var made = options.Value.Handler?.Invoke(services);
        var handler = made is null ? null : HandlerLoader.From(made, settings);
        Server = await RunningServer.StartAsync(settings, handler, logs, services.GetService<IMeterFactory>(), made is null ? null : HandlerLoader.Shown(made));
        _ = Server.Stopped.ContinueWith(StopHost, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Server is not null) await Server.StopAsync();
    }

    private void StopHost(Task<Exception?> stopped)
    {
        if (stopped.Result is not { } failure) return;
        ServerFailed(_log, failure);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    private static readonly Action<ILogger, Exception?> ServerFailed =
        LoggerMessage.Define(LogLevel.Critical, new EventId(1, nameof(ServerFailed)), "the server failed; the host stops");
}
