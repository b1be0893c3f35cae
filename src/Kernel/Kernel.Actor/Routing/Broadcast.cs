using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Routing;

/// <summary>Chooses all routees.</summary>
public sealed class BroadcastRoutingLogic : RoutingLogic
{
    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees) =>
        routees.Length == 0 ? Routee.NoRoutee : new SeveralRoutees(routees);
}

/// <summary>A pool that gives each message to all routees.</summary>
public sealed class BroadcastPool : Pool
{
    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    public BroadcastPool(int nrOfInstances)
        : this(nrOfInstances, null)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later.</param>
    public BroadcastPool(int nrOfInstances, Resizer? resizer)
        : this(nrOfInstances, resizer, DefaultSupervisorStrategy, Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later; null for always as many.</param>
    /// <param name="supervisorStrategy">How it supervises them.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    /// <param name="usePoolDispatcher">Whether routees run on the <c>pool-dispatcher</c> of the deployment.</param>
    public BroadcastPool(
        int nrOfInstances,
        Resizer? resizer,
        SupervisorStrategy supervisorStrategy,
        string routerDispatcher,
        bool usePoolDispatcher = false)
        : base(nrOfInstances, resizer, supervisorStrategy, routerDispatcher, usePoolDispatcher)
    {
    }

    /// <summary>Creates a pool as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    public BroadcastPool(Config config)
        : base(config)
    {
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new BroadcastRoutingLogic());
}

/// <summary>A group that gives each message to all routees.</summary>
public sealed class BroadcastGroup : Group
{
    /// <summary>Creates a group.</summary>
    /// <param name="paths">The routees' paths.</param>
    public BroadcastGroup(params string[] paths)
        : this((IEnumerable<string>)paths)
    {
    }

    /// <summary>Creates a group.</summary>
    /// <param name="paths">The routees' paths.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    public BroadcastGroup(IEnumerable<string> paths, string routerDispatcher = Dispatchers.DefaultDispatcherId)
        : base(paths, routerDispatcher)
    {
    }

    /// <summary>Creates a group as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    public BroadcastGroup(Config config)
        : base(config)
    {
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new BroadcastRoutingLogic());
}
