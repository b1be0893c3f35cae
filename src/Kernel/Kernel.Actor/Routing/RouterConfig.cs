using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Routing;

/// <summary>What a router is made from: its logic, its routees, and what runs it. Immutable.</summary>
public abstract class RouterConfig : ISurrogated, IEquatable<RouterConfig>
{
    /// <summary>No router.</summary>
    public static readonly RouterConfig NoRouter = Akka.Routing.NoRouter.Instance;

    /// <summary>Creates a configuration.</summary>
    /// <param name="routerDispatcher">What runs the router's own actor, which handles management messages and supervises.</param>
    protected RouterConfig(string routerDispatcher = Akka.Dispatch.Dispatchers.DefaultDispatcherId) => RouterDispatcher = routerDispatcher;

    /// <summary>What runs the router's own actor.</summary>
    public string RouterDispatcher { get; private set; }

    /// <summary>Whether the router ends with its last routee.</summary>
    public virtual bool StopRouterWhenAllRouteesRemoved => true;

    /// <summary>Makes the router, without routees.</summary>
    /// <param name="system">The system.</param>
    /// <returns>The router.</returns>
    public abstract Router CreateRouter(ActorSystem system);

    /// <summary>Makes the router's own actor.</summary>
    /// <returns>The actor.</returns>
    public virtual ActorBase CreateRouterActor() => new RouterActor();

    /// <summary>This configuration, completed by another.</summary>
    /// <param name="routerConfig">Supplies what this one leaves open.</param>
    /// <returns>Both together.</returns>
    public virtual RouterConfig WithFallback(RouterConfig routerConfig) => this;

    /// <summary>Whether a message is for the router itself.</summary>
    /// <param name="message">The message.</param>
    /// <returns>False when it is to be routed.</returns>
    public virtual bool IsManagementMessage(object message) => message is IAutoReceivedMessage or RouterManagementMessage;

    /// <summary>Checks that a router can be made.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="ConfigurationException">It cannot.</exception>
    public virtual void VerifyConfig(ActorPath path)
    {
    }

    /// <summary>There is no remoting in this kernel.</summary>
    /// <param name="system">The system.</param>
    /// <returns>Nothing.</returns>
    public virtual ISurrogate ToSurrogate(ActorSystem system) =>
        throw new NotSupportedException($"A {GetType().Name} cannot leave its actor system.");

    /// <inheritdoc/>
    public bool Equals(RouterConfig? other) => other is not null && (ReferenceEquals(this, other) || IsEqualTo(other));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RouterConfig);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(GetType(), RouterDispatcher);

    /// <summary>A copy with a change.</summary>
    internal RouterConfig CopyWith(string routerDispatcher)
    {
        var copy = (RouterConfig)MemberwiseClone();
        copy.RouterDispatcher = routerDispatcher;
        return copy;
    }

    private protected virtual bool IsEqualTo(RouterConfig other) =>
        GetType() == other.GetType() && RouterDispatcher == other.RouterDispatcher;
}

/// <summary>No router: actors that are not routed have it.</summary>
public sealed class NoRouter : RouterConfig
{
    /// <summary>The only instance.</summary>
    public static readonly NoRouter Instance = new();

    private NoRouter()
    {
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => throw new NotSupportedException("NoRouter does not create a router");

    /// <inheritdoc/>
    public override RouterConfig WithFallback(RouterConfig routerConfig) => routerConfig;
}

/// <summary>A router whose configuration is in <c>akka.actor.deployment</c>, at its path.</summary>
public sealed class FromConfig : Pool
{
    /// <summary>One that leaves everything to the configuration.</summary>
    public static readonly FromConfig Instance = new();

    private FromConfig()
        : this(null, DefaultSupervisorStrategy, Akka.Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates one.</summary>
    /// <param name="resizer">The resizer, if the configuration has none.</param>
    /// <param name="supervisorStrategy">How a pool supervises its routees.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    /// <param name="usePoolDispatcher">Whether routees run on the <c>pool-dispatcher</c> of the deployment.</param>
    public FromConfig(Resizer? resizer, SupervisorStrategy supervisorStrategy, string routerDispatcher, bool usePoolDispatcher = false)
        : base(0, resizer, supervisorStrategy, routerDispatcher, usePoolDispatcher)
    {
    }

    /// <inheritdoc/>
    public override int GetNrOfInstances(ActorSystem system) => 0;

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => throw new NotSupportedException("FromConfig does not create a router");

    /// <inheritdoc/>
    public override void VerifyConfig(ActorPath path) =>
        throw new ConfigurationException($"Configuration missing for router [{path}] in 'akka.actor.deployment' section.");

    /// <summary>Props of a group whose routees are configured.</summary>
    /// <returns>The props.</returns>
    public Props Props() => Actor.Props.Empty.WithRouter(this);
}

/// <summary>Copies of router configurations with a change.</summary>
public static class RouterConfigExtensions
{
    /// <summary>With another dispatcher for the router's own actor.</summary>
    /// <typeparam name="T">The class of the configuration.</typeparam>
    /// <param name="config">The configuration.</param>
    /// <param name="dispatcherId">The dispatcher.</param>
    /// <returns>A copy.</returns>
    public static T WithDispatcher<T>(this T config, string dispatcherId)
        where T : RouterConfig => (T)config.CopyWith(dispatcherId);

    /// <summary>With another supervision of the routees.</summary>
    /// <typeparam name="T">The class of the pool.</typeparam>
    /// <param name="pool">The pool.</param>
    /// <param name="strategy">How the pool supervises its routees.</param>
    /// <returns>A copy.</returns>
    public static T WithSupervisorStrategy<T>(this T pool, SupervisorStrategy strategy)
        where T : Pool => (T)pool.CopyWith(pool.Resizer, strategy);

    /// <summary>With another resizer.</summary>
    /// <typeparam name="T">The class of the pool.</typeparam>
    /// <param name="pool">The pool.</param>
    /// <param name="resizer">Says how many routees there should be.</param>
    /// <returns>A copy.</returns>
    public static T WithResizer<T>(this T pool, Resizer resizer)
        where T : Pool => (T)pool.CopyWith(resizer, pool.SupervisorStrategy);
}
