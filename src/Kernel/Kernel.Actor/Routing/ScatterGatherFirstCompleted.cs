using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Routing;

/// <summary>Asks all routees; the first answer goes to the sender, or a failure when there is none in time.</summary>
/// <param name="within">How long to wait for an answer.</param>
public sealed class ScatterGatherFirstCompletedRoutingLogic(TimeSpan within) : RoutingLogic
{
    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees) =>
        routees.Length == 0 ? Routee.NoRoutee : new ScatterGatherFirstCompletedRoutees(routees, within);
}

/// <summary>A pool that asks all routees and passes the first answer on.</summary>
public sealed class ScatterGatherFirstCompletedPool : Pool
{
    private readonly TimeSpan _within;

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="within">How long to wait for an answer.</param>
    public ScatterGatherFirstCompletedPool(int nrOfInstances, TimeSpan within)
        : this(nrOfInstances, null, within, DefaultSupervisorStrategy, Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later; null for always as many.</param>
    /// <param name="within">How long to wait for an answer.</param>
    /// <param name="supervisorStrategy">How it supervises them.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    /// <param name="usePoolDispatcher">Whether routees run on the <c>pool-dispatcher</c> of the deployment.</param>
    public ScatterGatherFirstCompletedPool(
        int nrOfInstances,
        Resizer? resizer,
        TimeSpan within,
        SupervisorStrategy supervisorStrategy,
        string routerDispatcher,
        bool usePoolDispatcher = false)
        : base(nrOfInstances, resizer, supervisorStrategy, routerDispatcher, usePoolDispatcher)
    {
        _within = within;
    }

    /// <summary>Creates a pool as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    public ScatterGatherFirstCompletedPool(Config config)
        : base(config)
    {
        _within = config.GetTimeSpan("within");
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new ScatterGatherFirstCompletedRoutingLogic(_within));
}

/// <summary>A group that asks all routees and passes the first answer on.</summary>
public sealed class ScatterGatherFirstCompletedGroup : Group
{
    private readonly TimeSpan _within;

    /// <summary>Creates a group.</summary>
    /// <param name="within">How long to wait for an answer.</param>
    /// <param name="paths">The routees' paths.</param>
    public ScatterGatherFirstCompletedGroup(TimeSpan within, params string[] paths)
        : this(paths, within)
    {
    }

    /// <summary>Creates a group.</summary>
    /// <param name="paths">The routees' paths.</param>
    /// <param name="within">How long to wait for an answer.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    public ScatterGatherFirstCompletedGroup(
        IEnumerable<string> paths,
        TimeSpan within,
        string routerDispatcher = Dispatchers.DefaultDispatcherId)
        : base(paths, routerDispatcher) => _within = within;

    /// <summary>Creates a group as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    public ScatterGatherFirstCompletedGroup(Config config)
        : base(config)
    {
        _within = config.GetTimeSpan("within");
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new ScatterGatherFirstCompletedRoutingLogic(_within));
}
