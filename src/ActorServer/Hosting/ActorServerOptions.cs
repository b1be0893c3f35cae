using System.Diagnostics.Metrics;
using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Routing;
using ActorServer.Server;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorServer.Hosting;

/// <summary>How a host configures its server: layers of HOCON, and the handler, or handlers by route.</summary>
public sealed class ActorServerOptions : IRoutes
{
    private readonly List<Func<IReadOnlyList<Config>>> _layers = [];
    private Routes? _routes;

    private Func<IServiceProvider, object>? Handler { get; set; }

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

    /// <inheritdoc/>
    public void Add(string method, string pattern, object handler)
    {
        if (_routes is null)
        {
            if (Handler is not null) throw new InvalidOperationException("the server has a handler for all requests; map it to /{**path} beside others");
            var routes = _routes = new Routes();
            Handler = _ => routes;
        }

        _routes.Add(method, pattern, handler);
    }

    /// <summary>Answers with an object of one of the handler contracts.</summary>
    /// <param name="handler">
    /// An <see cref="IHttpHandler"/>, <see cref="IAsyncHttpHandler"/>, <see cref="IFlowHandler"/>, <see cref="IRoutedHandler"/> or
    /// <see cref="ILineHandler"/>; an <see cref="IActorRef"/>; the <see cref="Props"/> of an actor; or another of the forms of
    /// <see cref="IRoutes.Add"/>.
    /// </param>
    /// <exception cref="InvalidOperationException">Handlers are mapped to routes.</exception>
    public ActorServerOptions UseHandler(object handler) => Use(_ => handler);

    /// <summary>Answers with a handler whose constructor gets its services from the host.</summary>
    /// <typeparam name="THandler">One of the handler contracts, or an actor.</typeparam>
    /// <exception cref="InvalidOperationException">Handlers are mapped to routes.</exception>
    public ActorServerOptions UseHandler<THandler>() where THandler : class => Use(typeof(THandler).IsAssignableTo(typeof(ActorBase))
        ? static services => Props.CreateBy(new ActorOfHost(typeof(THandler), services))
        : ActivatorUtilities.GetServiceOrCreateInstance<THandler>);

    /// <summary>Starts a server without a host around it; with one, see <c>AddActorServer</c>.</summary>
    /// <param name="services">
    /// Where the constructor of a handler, the actors registered by <c>AddAkka</c>, logging and meters come from; null for nowhere.
    /// </param>
    /// <exception cref="InvalidConfigurationException">One line per fault.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine cannot run the topology.</exception>
    /// <exception cref="IO.Native.SystemCallException">The address cannot be listened on.</exception>
    public Task<RunningServer> StartAsync(IServiceProvider? services = null)
    {
        var settings = Load();
        services ??= new NoServices();
        var handler = Handler?.Invoke(services);
        return RunningServer.StartAsync(
            settings,
            handler is null ? null : HandlerLoader.From(handler, settings, services.GetService<IReadOnlyActorRegistry>()),
            services.GetService<ILoggerFactory>(),
            services.GetService<IMeterFactory>(),
            handler is null ? null : HandlerLoader.Shown(handler));
    }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="InvalidConfigurationException">One line per fault.</exception>
    internal ServerSettings Load() => ServerSettings.Load([.. _layers.SelectMany(read => read())]);

    private ActorServerOptions Use(Func<IServiceProvider, object> handler)
    {
        if (_routes is not null) throw new InvalidOperationException("the server has handlers by route; map this one to /{**path} beside them");
        Handler = handler;
        return this;
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

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
