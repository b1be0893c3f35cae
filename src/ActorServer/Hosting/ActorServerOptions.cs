using ActorServer.Configuration;
using ActorServer.Handlers;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ActorServer.Hosting;

/// <summary>How a host configures its server: layers of HOCON, and the handler.</summary>
public sealed class ActorServerOptions
{
    private readonly List<Func<IReadOnlyList<Config>>> _layers = [];

    internal Func<IServiceProvider, object>? Handler { get; private set; }

    /// <summary>Adds a configuration file; it wins over those added before.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidConfigurationException">The file cannot be read or parsed.</exception>
    public ActorServerOptions AddFile(string path) => Add(() => [ConfigurationSource.File(path)]);

    /// <summary>Adds HOCON; it wins over what was added before.</summary>
    /// <param name="config">The configuration, e.g. <c>"actor-server.endpoint.port = 0"</c>.</param>
    public ActorServerOptions Add(Config config) => Add(() => [config]);

    /// <summary>Adds HOCON that is read when the server starts, and again when it is told to reload; it wins over what was added before.</summary>
    /// <param name="read">Reads it: layers, weakest first.</param>
    public ActorServerOptions Add(Func<IReadOnlyList<Config>> read)
    {
        _layers.Add(read);
        return this;
    }

    /// <summary>Answers with an object of one of the handler contracts.</summary>
    /// <param name="handler">
    /// An <see cref="IHttpHandler"/>, <see cref="IAsyncHttpHandler"/>, <see cref="IFlowHandler"/> or <see cref="ILineHandler"/>; an
    /// <see cref="IActorRef"/>; or the <see cref="Props"/> of an actor.
    /// </param>
    public ActorServerOptions UseHandler(object handler)
    {
        Handler = _ => handler;
        return this;
    }

    /// <summary>Answers with a handler whose constructor gets its services from the host.</summary>
    /// <typeparam name="THandler">One of the handler contracts, or an actor.</typeparam>
    public ActorServerOptions UseHandler<THandler>() where THandler : class
    {
        Handler = typeof(THandler).IsAssignableTo(typeof(ActorBase))
            ? services => Props.CreateBy(new ActorOfHost(typeof(THandler), services))
            : services => ActivatorUtilities.GetServiceOrCreateInstance<THandler>(services);
        return this;
    }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="InvalidConfigurationException">One line per fault.</exception>
    internal ServerSettings Load() => ServerSettings.Load([.. _layers.SelectMany(read => read())]);

    /// <summary>Makes an actor whose constructor gets its services from the host; another one after each restart.</summary>
    private sealed class ActorOfHost(Type type, IServiceProvider services) : IIndirectActorProducer
    {
        public Type ActorType => type;

        public ActorBase Produce() => (ActorBase)ActivatorUtilities.CreateInstance(services, type);

        public void Release(ActorBase actor)
        {
            // Nothing is held for an actor beyond its own life.
        }
    }
}
