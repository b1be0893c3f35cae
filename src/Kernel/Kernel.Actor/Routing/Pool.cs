using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Routing;

/// <summary>A router that makes its routees, as its children.</summary>
public abstract class Pool : RouterConfig
{
    private static readonly SupervisorStrategy Escalating = new OneForOneStrategy(static _ => Directive.Escalate);

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later; null for always as many.</param>
    /// <param name="supervisorStrategy">How it supervises them.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    /// <param name="usePoolDispatcher">Whether routees run on the <c>pool-dispatcher</c> of the deployment.</param>
    protected Pool(
        int nrOfInstances,
        Resizer? resizer,
        SupervisorStrategy supervisorStrategy,
        string routerDispatcher,
        bool usePoolDispatcher)
        : base(routerDispatcher)
    {
        NrOfInstances = nrOfInstances;
        Resizer = resizer;
        SupervisorStrategy = supervisorStrategy;
        UsePoolDispatcher = usePoolDispatcher;
    }

    /// <summary>Creates a pool as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    private protected Pool(Config config)
        : this(
            config.GetInt("nr-of-instances", 1),
            Resizer.FromConfig(config),
            DefaultSupervisorStrategy,
            Dispatchers.DefaultDispatcherId,
            config.HasPath("pool-dispatcher"))
    {
    }

    /// <summary>A routee's failure becomes the pool's own, so that the pool's parent decides.</summary>
    public static SupervisorStrategy DefaultSupervisorStrategy => Escalating;

    /// <summary>How many routees the pool begins with.</summary>
    public int NrOfInstances { get; }

    /// <summary>Says how many routees there should be; null for always as many.</summary>
    public Resizer? Resizer { get; private set; }

    /// <summary>How the pool supervises its routees.</summary>
    public SupervisorStrategy SupervisorStrategy { get; private set; }

    /// <summary>Whether routees run on the <c>pool-dispatcher</c> of the deployment.</summary>
    public bool UsePoolDispatcher { get; }

    /// <summary>How many routees the pool begins with in a system.</summary>
    /// <param name="system">The system.</param>
    /// <returns>The number.</returns>
    public virtual int GetNrOfInstances(ActorSystem system) => NrOfInstances;

    /// <summary>Props of the router.</summary>
    /// <param name="routeeProps">What its routees are made from.</param>
    /// <returns>The props.</returns>
    public Props Props(Props routeeProps) => routeeProps.WithRouter(this);

    /// <inheritdoc/>
    public override ActorBase CreateRouterActor() => new RouterPoolActor(this);

    /// <summary>This pool, with the other's resizer and supervision where it has none of its own.</summary>
    /// <param name="routerConfig">The other.</param>
    /// <returns>Both together.</returns>
    public override RouterConfig WithFallback(RouterConfig routerConfig) => routerConfig is not Pool other
        ? this
        : CopyWith(Resizer ?? other.Resizer, ReferenceEquals(SupervisorStrategy, Escalating) ? other.SupervisorStrategy : SupervisorStrategy);

    /// <summary>Makes a routee.</summary>
    internal Routee NewRoutee(Props routeeProps, RoutedActorCell router) =>
        new ActorRefRoutee(router.ActorOf(OnPoolDispatcher(routeeProps, router.Props.Deploy.Path)));

    /// <summary>A copy with a change.</summary>
    internal Pool CopyWith(Resizer? resizer, SupervisorStrategy supervisorStrategy)
    {
        var copy = (Pool)MemberwiseClone();
        copy.Resizer = resizer;
        copy.SupervisorStrategy = supervisorStrategy;
        return copy;
    }

    private protected override bool IsEqualTo(RouterConfig other) =>
        other is Pool pool && NrOfInstances == pool.NrOfInstances && UsePoolDispatcher == pool.UsePoolDispatcher
        && Equals(Resizer, pool.Resizer) && ReferenceEquals(SupervisorStrategy, pool.SupervisorStrategy) && base.IsEqualTo(other);

    private Props OnPoolDispatcher(Props routee, string deployment) =>
        UsePoolDispatcher && routee.Dispatcher == Dispatchers.DefaultDispatcherId
            ? routee.WithDispatcher($"{Deployer.Section}.\"{deployment}\".pool-dispatcher")
            : routee;
}

/// <summary>A router whose routees are made by somebody else; it knows their paths.</summary>
public abstract class Group : RouterConfig
{
    /// <summary>Creates a group.</summary>
    /// <param name="paths">The routees' paths.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    protected Group(IEnumerable<string> paths, string routerDispatcher)
        : base(routerDispatcher) => InternalPaths = [.. paths];

    /// <summary>Creates a group as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    private protected Group(Config config)
        : this(config.GetStringList("routees.paths"), Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>The paths that the group was made with.</summary>
    protected string[] InternalPaths { get; }

    /// <summary>The routees' paths in a system.</summary>
    /// <param name="system">The system.</param>
    /// <returns>The paths.</returns>
    public virtual IEnumerable<string> GetPaths(ActorSystem system) => InternalPaths;

    /// <summary>Props of the router.</summary>
    /// <returns>The props.</returns>
    public Props Props() => Actor.Props.Empty.WithRouter(this);

    internal static Routee RouteeFor(string path, IActorContext context) => new ActorSelectionRoutee(context.ActorSelection(path));

    private protected override bool IsEqualTo(RouterConfig other) =>
        other is Group group && InternalPaths.AsSpan().SequenceEqual(group.InternalPaths) && base.IsEqualTo(other);
}
