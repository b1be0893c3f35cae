using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Routing;

/// <summary>
/// Asks one routee, after an interval another, and so on; the first answer goes to the sender, or a failure when there is none in time.
/// </summary>
/// <param name="scheduler">Waits.</param>
/// <param name="within">How long to wait for an answer.</param>
/// <param name="interval">How long the next routee waits for the one before it.</param>
public sealed class TailChoppingRoutingLogic(IScheduler scheduler, TimeSpan within, TimeSpan interval) : RoutingLogic
{
    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees) =>
        routees.Length == 0 ? Routee.NoRoutee : new TailChoppingRoutees(routees, within, interval, scheduler);
}

/// <summary>A pool that asks one routee after the other until one answers.</summary>
public sealed class TailChoppingPool : Pool
{
    private readonly TimeSpan _within;
    private readonly TimeSpan _interval;

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="within">How long to wait for an answer.</param>
    /// <param name="interval">How long the next routee waits for the one before it.</param>
    public TailChoppingPool(int nrOfInstances, TimeSpan within, TimeSpan interval)
        : this(nrOfInstances, null, DefaultSupervisorStrategy, Dispatchers.DefaultDispatcherId, within, interval)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later; null for always as many.</param>
    /// <param name="supervisorStrategy">How it supervises them.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    /// <param name="within">How long to wait for an answer.</param>
    /// <param name="interval">How long the next routee waits for the one before it.</param>
    /// <param name="usePoolDispatcher">Whether routees run on the <c>pool-dispatcher</c> of the deployment.</param>
    public TailChoppingPool(
        int nrOfInstances,
        Resizer? resizer,
        SupervisorStrategy supervisorStrategy,
        string routerDispatcher,
        TimeSpan within,
        TimeSpan interval,
        bool usePoolDispatcher = false)
        : base(nrOfInstances, resizer, supervisorStrategy, routerDispatcher, usePoolDispatcher)
    {
        _within = within;
        _interval = interval;
    }

    /// <summary>Creates a pool as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    public TailChoppingPool(Config config)
        : base(config)
    {
        _within = config.GetTimeSpan("within");
        _interval = config.GetTimeSpan("tail-chopping-router.interval");
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new TailChoppingRoutingLogic(system.Scheduler, _within, _interval));
}

/// <summary>A group that asks one routee after the other until one answers.</summary>
public sealed class TailChoppingGroup : Group
{
    private readonly TimeSpan _within;
    private readonly TimeSpan _interval;

    /// <summary>Creates a group.</summary>
    /// <param name="paths">The routees' paths.</param>
    /// <param name="within">How long to wait for an answer.</param>
    /// <param name="interval">How long the next routee waits for the one before it.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    public TailChoppingGroup(
        IEnumerable<string> paths,
        TimeSpan within,
        TimeSpan interval,
        string routerDispatcher = Dispatchers.DefaultDispatcherId)
        : base(paths, routerDispatcher)
    {
        _within = within;
        _interval = interval;
    }

    /// <summary>Creates a group as a deployment says.</summary>
    /// <param name="config">The deployment's section.</param>
    public TailChoppingGroup(Config config)
        : base(config)
    {
        _within = config.GetTimeSpan("within");
        _interval = config.GetTimeSpan("tail-chopping-router.interval");
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new TailChoppingRoutingLogic(system.Scheduler, _within, _interval));
}
