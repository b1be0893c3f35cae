using ActorServer.Configuration;
using ActorServer.Handlers;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ActorServer.Hosting;

/// <summary>How a host configures its server: layers of HOCON, and the handler.</summary>
public sealed class ActorServerOptions
{
    internal List<Config> Layers { get; } = [];

    internal Func<IServiceProvider, object>? Handler { get; private set; }

    /// <summary>Adds a configuration file; it wins over those added before.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidConfigurationException">The file cannot be read or parsed.</exception>
    public ActorServerOptions AddFile(string path) => Add(ConfigurationSource.File(path));

    /// <summary>Adds HOCON; it wins over what was added before.</summary>
    /// <param name="config">The configuration, e.g. <c>"actor-server.endpoint.port = 0"</c>.</param>
    public ActorServerOptions Add(Config config)
    {
        Layers.Add(config);
        return this;
    }

    /// <summary>Answers with an object of one of the handler contracts.</summary>
    /// <param name="handler">An <see cref="IHttpHandler"/>, <see cref="IAsyncHttpHandler"/> or <see cref="ILineHandler"/>.</param>
    public ActorServerOptions UseHandler(object handler)
    {
        Handler = _ => handler;
        return this;
    }

    /// <summary>Answers with a handler whose constructor gets its services from the host.</summary>
    /// <typeparam name="THandler">One of the handler contracts.</typeparam>
    public ActorServerOptions UseHandler<THandler>() where THandler : class
    {
        Handler = services => ActivatorUtilities.GetServiceOrCreateInstance<THandler>(services);
        return this;
    }
}
