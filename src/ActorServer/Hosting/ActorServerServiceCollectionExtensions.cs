using ActorServer.Configuration;
using ActorServer.Hosting;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds an ActorServer to a generic host.</summary>
public static class ActorServerServiceCollectionExtensions
{
    /// <summary>What stopping takes beyond the drain deadline: cutting what is left, ending the actor system.</summary>
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Adds a server that starts and stops with the host. The host's own shutdown timeout is raised to what the drain may take.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Adds configuration and handler.</param>
    /// <exception cref="InvalidConfigurationException">At the host's start: one line per fault.</exception>
    public static IServiceCollection AddActorServer(this IServiceCollection services, Action<ActorServerOptions> configure)
    {
        services.Configure(configure);
        services.AddSingleton<ActorServerService>();
        services.AddHostedService(provider => provider.GetRequiredService<ActorServerService>());
        services.AddOptions<HostOptions>().Configure<Options.IOptions<ActorServerOptions>>((host, server) =>
        {
            var drain = server.Value.Load().Drain;
            var needed = drain.PreUnbindDelay + drain.Deadline + StopMargin;
            if (host.ShutdownTimeout < needed) host.ShutdownTimeout = needed;
        });
        return services;
    }
}
