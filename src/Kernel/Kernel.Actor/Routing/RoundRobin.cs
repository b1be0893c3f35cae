using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Routing;

/// <summary>Chooses one routee after the other.</summary>
/// <param name="next">The index to begin with.</param>
public sealed class RoundRobinRoutingLogic(int next) : RoutingLogic
{
    private int _next = next - 1;

    /// <summary>Begins with the first routee.</summary>
    public RoundRobinRoutingLogic()
        : this(0)
    {
    }

    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees) =>
        routees.Length == 0 ? Routee.NoRoutee : routees[(int)((uint)Interlocked.Increment(ref _next) % (uint)routees.Length)];
}

/// <summary>A pool that gives each message to the next routee.</summary>
public sealed class RoundRobinPool : Pool
{
    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    public RoundRobinPool(int nrOfInstances)
        : this(nrOfInstances, null)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later.</param>
    public RoundRobinPool(int nrOfInstances, Resizer? resizer)
        : this(nrOfInstances, resizer, DefaultSupervisorStrategy, Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later; null for always as many.</param>
    /// <param name="supervisorStrategy">How it supervises them.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    /// <param name="usePoolDispatcher">Whether routees run on the <c>pool-dispatcher</c> of the deployment.</param>
    public RoundRobinPool(
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
    public RoundRobinPool(Config config)
        : base(config)
    {
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new RoundRobinRoutingLogic());
}

/// <summary>A group that gives each message to the next routee.</summary>
public sealed class RoundRobinGroup : Group
{
    /// <summary>Creates a group.</summary>
    /// <param name="paths">The routees' paths.</param>
    public RoundRobinGroup(params string[] paths)
        : this((IEnumerable<string>)paths)
    {
    }

    /// <summary>Creates a group.</summary>
    /// <param name="paths">The routees' paths.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    public RoundRobinGroup(IEnumerable<string> paths, string routerDispatcher = Dispatchers.DefaultDispatcherId)
        : base(paths, routerDispatcher)
    {
    }

    /// <summary>Creates a group as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    public RoundRobinGroup(Config config)
        : base(config)
    {
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new RoundRobinRoutingLogic());
}
