using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.Routing;

/// <summary>Chooses the routee with the fewest messages; one that handles a message has one more, one that is suspended comes last.</summary>
public sealed class SmallestMailboxRoutingLogic : RoutingLogic
{
    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees)
    {
        var best = Routee.NoRoutee;
        var least = long.MaxValue;
        foreach (var routee in routees)
        {
            var load = Load(routee);
            if (load == 0)
                return routee;
            if (load < least || best is NoRoutee)
                (best, least) = (routee, load);
        }

        return best;
    }

    private static long Load(Routee routee)
    {
        if (routee is not ActorRefRoutee { Actor: LocalActorRef { Cell: { IsTerminated: false, Mailbox: var mailbox } } } || mailbox.IsSuspended)
            return long.MaxValue;
        return mailbox.NumberOfMessages + (mailbox.IsScheduled ? 1L : 0L);
    }
}

/// <summary>A pool that gives each message to the routee with the fewest messages.</summary>
public sealed class SmallestMailboxPool : Pool
{
    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    public SmallestMailboxPool(int nrOfInstances)
        : this(nrOfInstances, null)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later.</param>
    public SmallestMailboxPool(int nrOfInstances, Resizer? resizer)
        : this(nrOfInstances, resizer, DefaultSupervisorStrategy, Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a pool.</summary>
    /// <param name="nrOfInstances">How many routees it begins with.</param>
    /// <param name="resizer">Says how many there should be later; null for always as many.</param>
    /// <param name="supervisorStrategy">How it supervises them.</param>
    /// <param name="routerDispatcher">What runs the router's own actor.</param>
    /// <param name="usePoolDispatcher">Whether routees run on the <c>pool-dispatcher</c> of the deployment.</param>
    public SmallestMailboxPool(
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
    public SmallestMailboxPool(Config config)
        : base(config)
    {
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new SmallestMailboxRoutingLogic());
}
