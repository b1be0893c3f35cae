using ActorServer.Configuration;
using ActorServer.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds an ActorServer to a generic host.</summary>
public static class ActorServerServiceCollectionExtensions
{
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
        return services;
    }
}
