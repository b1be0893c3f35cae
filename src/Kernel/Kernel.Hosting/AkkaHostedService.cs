using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Akka.Hosting;

/// <summary>
/// Starts and stops an actor system with its host. The host's stop, whether asked for by code or by a signal such as SIGTERM, runs
/// <see cref="CoordinatedShutdown"/> and waits for it as long as <see cref="HostOptions.ShutdownTimeout"/> allows. Where that is left at
/// its default, it is raised to what the phases may take, so that the host does not cut a drain short; a limit that was chosen stays, and
/// a warning says which it cuts. If the system ends by itself, the host stops, too.
/// </summary>
public class AkkaHostedService : IHostedService
{
    private static readonly TimeSpan s_hostDefault = new HostOptions().ShutdownTimeout;
    private Task _ended = Task.CompletedTask;

    /// <summary>Creates the service.</summary>
    /// <param name="configurationBuilder">What the system is made from.</param>
    /// <param name="serviceProvider">The services of the host.</param>
    /// <param name="logger">The log.</param>
    /// <param name="applicationLifetime">Stops the host when the system ends by itself.</param>
    public AkkaHostedService(
        AkkaConfigurationBuilder configurationBuilder,
        IServiceProvider serviceProvider,
        ILogger<AkkaHostedService> logger,
        IHostApplicationLifetime? applicationLifetime)
    {
        ConfigurationBuilder = configurationBuilder;
        ServiceProvider = serviceProvider;
        Logger = logger;
        HostLifetime = applicationLifetime;
    }

    /// <summary>The system; null before the start.</summary>
    protected ActorSystem? ActorSystem { get; private set; }

    /// <summary>The system's shutdown; null before the start.</summary>
    protected CoordinatedShutdown? CoordinatedShutdown { get; private set; }

    /// <summary>What the system is made from.</summary>
    protected AkkaConfigurationBuilder ConfigurationBuilder { get; }

    /// <summary>The services of the host.</summary>
    protected IServiceProvider ServiceProvider { get; }

    /// <summary>The log.</summary>
    protected ILogger<AkkaHostedService> Logger { get; }

    /// <summary>Stops the host.</summary>
    protected IHostApplicationLifetime? HostLifetime { get; }

    /// <summary>Makes the system and its actors.</summary>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>Completes when all actors were made; fails when one could not be, and with it the host's start.</returns>
    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        ActorSystem = ServiceProvider.GetRequiredService<ActorSystem>();
        CoordinatedShutdown = CoordinatedShutdown.Get(ActorSystem);
        GiveHostPatience(CoordinatedShutdown.TotalTimeout);
        await ConfigurationBuilder.StartAsync(ActorSystem, cancellationToken).ConfigureAwait(false);
        _ended = StopHostWithSystem(ActorSystem);
    }

    /// <summary>Shuts the system down.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completes when the system has ended.</returns>
    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (CoordinatedShutdown is not { } shutdown)
            return;
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(cancellationToken).ConfigureAwait(false);
        await _ended.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void GiveHostPatience(TimeSpan phases)
    {
        if (ServiceProvider.GetService<IOptions<HostOptions>>()?.Value is not { } options
            || options.ShutdownTimeout == Timeout.InfiniteTimeSpan || options.ShutdownTimeout >= phases)
        {
            return;
        }

        if (options.ShutdownTimeout == s_hostDefault)
        {
            options.ShutdownTimeout = phases;
            return;
        }

        Logger.LogWarning(
            "HostOptions.ShutdownTimeout is {Limit}, the phases of akka.coordinated-shutdown may take {Phases}: the host cuts a longer shutdown. Raise the one or lower the others.",
            options.ShutdownTimeout,
            phases);
    }

    private async Task StopHostWithSystem(ActorSystem system)
    {
        await system.WhenTerminated.ConfigureAwait(false);
        HostLifetime?.StopApplication();
    }
}
