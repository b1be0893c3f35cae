using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.DependencyInjection;
using Akka.Hosting.Logging;
using Akka.Util;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.Hosting;

/// <summary>Where a configuration goes beside those that were added before.</summary>
public enum HoconAddMode
{
    /// <summary>Beneath them: it supplies what they lack.</summary>
    Append = 0,

    /// <summary>Above them: it wins.</summary>
    Prepend = 1,

    /// <summary>In their place.</summary>
    Replace = 2,
}

/// <summary>Makes actors when the system starts.</summary>
/// <param name="system">The system.</param>
/// <param name="registry">Where they are registered.</param>
/// <returns>Completes when they are made.</returns>
public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

/// <summary>Makes actors that need services when the system starts.</summary>
/// <param name="system">The system.</param>
/// <param name="registry">Where they are registered.</param>
/// <param name="resolver">Makes props of actors whose constructors take services.</param>
/// <returns>Completes when they are made.</returns>
public delegate Task ActorStarterWithResolver(ActorSystem system, IActorRegistry registry, IDependencyResolver resolver);

/// <summary>What is done once all actors were made.</summary>
/// <param name="system">The system.</param>
/// <param name="registry">Where the actors are registered.</param>
/// <returns>Completes when it is done.</returns>
public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>What a hosted actor system is made from, and what is done when it starts.</summary>
public sealed class AkkaConfigurationBuilder
{
    private readonly List<ActorStarterWithResolver> _starters = [];
    private readonly List<StartupTask> _startups = [];
    private readonly List<Type> _extensions = [];
    private ActorSystemSetup _setup = ActorSystemSetup.Empty;

    /// <summary>Creates a builder.</summary>
    /// <param name="serviceCollection">The services of the host.</param>
    /// <param name="actorSystemName">The name of the system.</param>
    public AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
    {
        ServiceCollection = serviceCollection;
        ActorSystemName = actorSystemName;
    }

    /// <summary>The name of the system.</summary>
    public string ActorSystemName { get; }

    /// <summary>The services of the host. What is added while the host is being built counts; later it is too late.</summary>
    public IServiceCollection ServiceCollection { get; }

    /// <summary>The configuration so far, if there is any.</summary>
    public Option<Config> Configuration { get; private set; }

    /// <summary>The system, once it was made.</summary>
    public Option<ActorSystem> Sys { get; private set; }

    internal LoggerConfigBuilder Loggers { get; } = new();

    /// <summary>Adds a configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="addMode">Where it goes.</param>
    /// <returns>This builder.</returns>
    public AkkaConfigurationBuilder AddHoconConfiguration(Config config, HoconAddMode addMode)
    {
        Configuration = (addMode, Configuration.HasValue) switch
        {
            (_, false) or (HoconAddMode.Replace, _) => config,
            (HoconAddMode.Append, _) => Configuration.Value.WithFallback(config),
            (HoconAddMode.Prepend, _) => config.WithFallback(Configuration.Value),
            _ => throw new ArgumentOutOfRangeException(nameof(addMode), addMode, "Unknown HoconAddMode"),
        };
        return this;
    }

    /// <summary>Adds a part to the system's set-up; it replaces one of the same class.</summary>
    /// <param name="setup">The part.</param>
    /// <returns>This builder.</returns>
    public AkkaConfigurationBuilder AddSetup(Setup setup)
    {
        _setup = _setup.And(setup);
        return this;
    }

    /// <summary>Makes actors when the system starts, after those that were added before.</summary>
    /// <param name="starter">Makes them.</param>
    /// <returns>This builder.</returns>
    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter)
    {
        _starters.Add(starter);
        return this;
    }

    /// <inheritdoc cref="StartActors(ActorStarterWithResolver)"/>
    public AkkaConfigurationBuilder StartActors(ActorStarter starter) => StartActors((system, registry, _) => starter(system, registry));

    /// <inheritdoc cref="StartActors(ActorStarterWithResolver)"/>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) => StartActors((system, registry, _) =>
    {
        starter(system, registry);
        return Task.CompletedTask;
    });

    /// <inheritdoc cref="StartActors(ActorStarterWithResolver)"/>
    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        StartActors((system, registry, resolver) =>
        {
            starter(system, registry, resolver);
            return Task.CompletedTask;
        });

    /// <summary>Does something once all actors were made.</summary>
    /// <param name="startupTask">What is done.</param>
    /// <returns>This builder.</returns>
    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        _startups.Add(startupTask);
        return this;
    }

    /// <inheritdoc cref="AddStartup(StartupTask)"/>
    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) => AddStartup((system, registry) =>
    {
        startupTask(system, registry);
        return Task.CompletedTask;
    });

    /// <summary>Loads extensions at the system's start.</summary>
    /// <param name="extensions">The classes of their ids, with parameterless constructors.</param>
    /// <returns>This builder.</returns>
    public AkkaConfigurationBuilder WithExtensions(params Type[] extensions)
    {
        foreach (var extension in extensions)
        {
            if (!typeof(IExtensionId).IsAssignableFrom(extension))
                throw new ConfigurationException($"Type must extend {nameof(IExtensionId)}: {extension}");
            if (!_extensions.Contains(extension))
                _extensions.Add(extension);
        }

        return this;
    }

    /// <summary>Loads an extension at the system's start.</summary>
    /// <typeparam name="T">The class of its id.</typeparam>
    /// <returns>This builder.</returns>
    public AkkaConfigurationBuilder WithExtension<T>()
        where T : IExtensionId => WithExtensions(typeof(T));

    /// <summary>Makes the system; the host ends it, not the runtime.</summary>
    internal ActorSystem Build(IServiceProvider services)
    {
        AddHoconConfiguration(Loggers.ToHocon(), HoconAddMode.Prepend);
        AddHoconConfiguration("akka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Append);
        if (Loggers.LoggerFactory is { } factory)
            AddSetup(new LoggerFactorySetup(factory(services)));
        AddSetup(DependencyResolverSetup.Create(services));
        var system = ActorSystem.Create(ActorSystemName, _setup.And(BootstrapSetup.Create().WithConfig(WithOwnExtensions(Configuration.Value))));
        Sys = system;
        return system;
    }

    /// <summary>Makes the actors, and does what is to be done then.</summary>
    internal async Task StartAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        var registry = ActorRegistry.For(system);
        var resolver = DependencyResolver.For(system).Resolver;
        foreach (var starter in _starters)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await starter(system, registry, resolver).ConfigureAwait(false);
        }

        foreach (var startup in _startups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await startup(system, registry).ConfigureAwait(false);
        }
    }

    private Config WithOwnExtensions(Config config)
    {
        if (_extensions.Count == 0)
            return config;
        var all = config.GetStringList("akka.extensions").Concat(_extensions.Select(static e => e.AssemblyQualifiedName!));
        return ConfigurationFactory.ParseString($"akka.extensions = [{string.Join(", ", all.Select(static e => $"\"{e}\""))}]").WithFallback(config);
    }
}
