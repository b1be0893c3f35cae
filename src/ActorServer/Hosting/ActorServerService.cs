using ActorServer.Configuration;
using ActorServer.Server;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorServer.Hosting;

/// <summary>Runs a server for as long as its host runs: SIGTERM and SIGINT reach it as the host's stop, and drain it.</summary>
/// <param name="options">Configuration and handler.</param>
/// <param name="services">For the handler's constructor.</param>
/// <param name="lifetime">Stopped when the server dies by itself.</param>
/// <param name="host">How long the host waits for a stop: raised to what the drain may take.</param>
/// <param name="logs">Where to log to.</param>
public sealed class ActorServerService(
    IOptions<ActorServerOptions> options, IServiceProvider services, IHostApplicationLifetime lifetime, IOptions<HostOptions> host, ILoggerFactory logs) : IHostedService
{
    // What stopping takes beyond the drain deadline: cutting what is left, ending the actor system.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);

    // What a running server keeps, whatever its configuration says by then.
    private static readonly string[] Fixed =
    [
        "akka", "actor-server.endpoint", "actor-server.admin", "actor-server.protocol", "actor-server.handler", "actor-server.handler-timeout",
        "actor-server.handler-queue", "actor-server.blocked-after", "actor-server.trim-after", "actor-server.limits.max-connections",
    ];

    private readonly ILogger _log = logs.CreateLogger<ActorServerService>();
    private AdminChannel? _admin;

    /// <summary>The server; null until it is started.</summary>
    public RunningServer? Server { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Server = await options.Value.StartAsync(services);
        IsReady(_log, Status(), Server.Url.ToString().TrimEnd('/'), null);
        _ = Server.Stopped.ContinueWith(StopHost, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        // When all services run: one of them that finds the host's patience changed takes that for the user's choice.
        lifetime.ApplicationStarted.Register(GiveHostPatience);
        try
        {
            OpenAdmin(Server.Settings);
        }
        catch
        {
            await Server.StopAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _admin?.Dispose();
        if (Server is not null) await Server.StopAsync();
    }

    /// <summary>Serves new connections by another topology from now on (see <see cref="RunningServer.SwapAsync"/>).</summary>
    /// <param name="topology">Its name.</param>
    /// <param name="values">Settings to change with it: <c>topologies.reactor.loops=4</c>.</param>
    /// <exception cref="InvalidConfigurationException">One line per fault; the server goes on as before.</exception>
    /// <exception cref="InvalidOperationException">See <see cref="RunningServer.SwapAsync"/>.</exception>
    public Task SwapAsync(string topology, params IReadOnlyList<string> values) => Running.SwapAsync(Running.Settings.With(
        [.. values.Select(value => ConfigurationSource.Setting(value, "swap")), ConfigurationSource.Text("topology", topology, "swap")]));

    /// <summary>
    /// Reads the configuration again, and swaps to what it says now. What takes a restart to change is said in the log, and left as it is.
    /// </summary>
    /// <returns>What came of it.</returns>
    /// <exception cref="InvalidConfigurationException">One line per fault; the server goes on as before.</exception>
    public async Task<string> ReloadAsync()
    {
        var (now, then) = (Running.Settings, options.Value.Load());
        foreach (var key in Fixed.Where(key => Text(then, key) != Text(now, key))) TakesRestart(_log, key, null);
        var changed = then.Configured.ToString(includeFallback: true) != now.Configured.ToString(includeFallback: true);
        if (Running.HasProcesses)
        {
            if (changed) TakesRestart(_log, "the configuration of a topology of several processes", null);
            Running.RenewProcesses();
            return "the processes are replaced one after the other";
        }

        if (!changed) return "nothing has changed";
        await Running.SwapAsync(then);
        return Status();
    }

    private static string Text(ServerSettings settings, string key) => settings.Config.GetValue(key)?.ToString() ?? "";

    private RunningServer Running => Server ?? throw new InvalidOperationException("the server is not started");

    private void GiveHostPatience()
    {
        var drain = Running.Settings.Drain;
        var needed = drain.PreUnbindDelay + drain.Deadline + StopMargin;
        if (host.Value.ShutdownTimeout != Timeout.InfiniteTimeSpan && host.Value.ShutdownTimeout < needed) host.Value.ShutdownTimeout = needed;
    }

    private void OpenAdmin(ServerSettings settings)
    {
        if (settings.AdminSocket == "off") return;
        var path = settings.AdminSocket == "auto" ? AdminChannel.DefaultPath(Running.EndPoint.Port) : settings.AdminSocket;
        try
        {
            _admin = AdminChannel.Open(path, ExecuteAsync, _log);
        }
        catch (IOException exception) when (settings.AdminSocket == "auto")
        {
            NoAdmin(_log, exception.Message, null); // nobody has asked for it, and the server serves
        }
    }

    private async Task<string> ExecuteAsync(string order, IReadOnlyList<string> values)
    {
        switch (order.Split(' '))
        {
            case ["swap", var topology]:
                await SwapAsync(topology, values);
                return Status();
            case ["reload"] when values.Count == 0:
                return await ReloadAsync();
            case ["status"] when values.Count == 0:
                return $"{Status()} connections={Running.Info.Metrics.OpenConnections} requests={Running.Info.Metrics.ActiveRequests}";
            default:
                throw new InvalidOperationException($"\"{order}\" is not known; expected swap TOPOLOGY | reload | status");
        }
    }

    private string Status() => $"topology={Running.Info.Topology} engine={Running.Info.Engine}";

    private void StopHost(Task<Exception?> stopped)
    {
        if (stopped.Result is not { } failure) return;
        ServerFailed(_log, failure);
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    private static readonly Action<ILogger, Exception?> ServerFailed =
        LoggerMessage.Define(LogLevel.Critical, new EventId(1, nameof(ServerFailed)), "the server failed; the host stops");

    private static readonly Action<ILogger, string, string, Exception?> IsReady =
        LoggerMessage.Define<string, string>(LogLevel.Information, new EventId(6, nameof(IsReady)), "ready {Status} url={Url}");

    private static readonly Action<ILogger, string, Exception?> TakesRestart =
        LoggerMessage.Define<string>(LogLevel.Warning, new EventId(4, nameof(TakesRestart)), "{Key} has changed: that takes a restart, and stays as it was until then");

    private static readonly Action<ILogger, string, Exception?> NoAdmin =
        LoggerMessage.Define<string>(LogLevel.Warning, new EventId(5, nameof(NoAdmin)), "{Problem}");
}
