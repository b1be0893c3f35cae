using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Routing;

/// <summary>
/// The cell of a router. Messages do not pass its mailbox: the sender's thread chooses the routee and delivers. Only management
/// messages, and failures and ends of routees, go to the router's own actor.
/// </summary>
public class RoutedActorCell : ActorCell
{
    /// <summary>How long a removed routee lives on: a sender may have chosen it just before.</summary>
    private static readonly TimeSpan RemovalDelay = TimeSpan.FromMilliseconds(100);

    private readonly Props _routeeProps;
    private Router _router;

    internal RoutedActorCell(
        ActorSystemImpl system,
        IInternalActorRef self,
        Props routerProps,
        MessageDispatcher dispatcher,
        Props routeeProps,
        IInternalActorRef supervisor)
        : base(system, self, routerProps, dispatcher, supervisor)
    {
        _routeeProps = routeeProps;
        RouterConfig = routerProps.RouterConfig;
        _router = RouterConfig.CreateRouter(system);
    }

    /// <summary>What the router was made from.</summary>
    public RouterConfig RouterConfig { get; }

    /// <summary>The present router. Any thread may ask.</summary>
    public Router Router => Volatile.Read(ref _router);

    /// <summary>Routes a message, or hands it to the router's own actor. Runs on the sender's thread.</summary>
    internal virtual void Route(object message, IActorRef? sender)
    {
        // Once the router has ended, its mailbox is that of dead letters.
        if (RouterConfig.IsManagementMessage(message) || IsTerminated)
            SendMessage(new Envelope(message, sender));
        else
            Router.Route(message, sender ?? SystemImpl.DeadLetters);
    }

    /// <summary>
    /// Makes the first routees. The mailbox counts as scheduled meanwhile: a routee may fail before all are there, and nobody else
    /// must run this cell yet.
    /// </summary>
    internal void StartRoutees()
    {
        Mailbox.TrySchedule(hasMessageHint: false, hasSystemMessageHint: true);
        try
        {
            if (RouterConfig is Pool pool)
                AddRoutees(NewRoutees(pool, pool.GetNrOfInstances(System)));
            else if (RouterConfig is Group group)
                AddRoutees([.. group.GetPaths(System).Select(path => Group.RouteeFor(path, this))]);
            AddFurtherRoutees();
        }
        catch
        {
            // The router will never run; what was made of it must not stay.
            foreach (var routee in ChildrenSnapshot())
                routee.Stop();
            throw;
        }
        finally
        {
            Mailbox.Unschedule();
        }
    }

    internal void AddRoutees(Routee[] routees)
    {
        foreach (var routee in routees)
        {
            if (routee is ActorRefRoutee { Actor: var actor })
                Watch(actor);
        }

        Volatile.Write(ref _router, _router.WithRoutees([.. _router.RouteeArray, .. routees]));
    }

    internal void RemoveRoutees(Routee[] routees, bool stopChildren)
    {
        Volatile.Write(ref _router, routees.Aggregate(_router, static (router, routee) => router.RemoveRoutee(routee)));
        foreach (var routee in routees)
        {
            if (routee is not ActorRefRoutee { Actor: var actor })
                continue;
            Unwatch(actor);
            if (stopChildren && Child(actor.Path.Name).Equals(actor))
                System.Scheduler.ScheduleTellOnce(RemovalDelay, actor, PoisonPill.Instance, Self);
        }
    }

    /// <summary>Makes a pool larger or smaller.</summary>
    internal void Adjust(Pool pool, int change)
    {
        if (change > 0)
            AddRoutees(NewRoutees(pool, change));
        else if (change < 0)
            RemoveRoutees(_router.RouteeArray[^Math.Min(-change, _router.RouteeArray.Length)..], stopChildren: true);
    }

    internal void StopIfAllRouteesRemoved()
    {
        if (_router.RouteeArray.Length == 0 && RouterConfig.StopRouterWhenAllRouteesRemoved)
            Stop(Self);
    }

    private protected virtual void AddFurtherRoutees()
    {
    }

    private Routee[] NewRoutees(Pool pool, int count)
    {
        var routees = new Routee[count];
        for (var i = 0; i < count; i++)
            routees[i] = pool.NewRoutee(_routeeProps, this);
        return routees;
    }
}

/// <summary>The cell of a pool whose resizer is asked every so many messages.</summary>
internal sealed class ResizablePoolCell(
    ActorSystemImpl system,
    IInternalActorRef self,
    Props routerProps,
    MessageDispatcher dispatcher,
    Props routeeProps,
    IInternalActorRef supervisor,
    Pool pool,
    Resizer resizer) : RoutedActorCell(system, self, routerProps, dispatcher, routeeProps, supervisor)
{
    private long _messages = -1;
    private int _resizing;

    internal override void Route(object message, IActorRef? sender)
    {
        if (!RouterConfig.IsManagementMessage(message) && resizer.IsTimeForResize(Interlocked.Increment(ref _messages))
            && Interlocked.Exchange(ref _resizing, 1) == 0)
        {
            SendMessage(new Envelope(Resize.Instance, Self));
        }

        base.Route(message, sender);
    }

    /// <summary>Asks the resizer; on the router's own actor.</summary>
    internal void AskResizer()
    {
        try
        {
            Adjust(pool, resizer.Resize(Router.Routees));
        }
        finally
        {
            Volatile.Write(ref _resizing, 0);
        }
    }

    private protected override void AddFurtherRoutees()
    {
        if (resizer.IsTimeForResize(Interlocked.Increment(ref _messages)))
            Adjust(pool, resizer.Resize(Router.Routees));
    }
}

/// <summary>The reference of a router.</summary>
internal sealed class RoutedActorRef(
    ActorSystemImpl system,
    Props routerProps,
    MessageDispatcher dispatcher,
    MailboxType mailboxType,
    Props routeeProps,
    IInternalActorRef supervisor,
    ActorPath path) : LocalActorRef(system, routerProps, dispatcher, mailboxType, supervisor, path)
{
    // Set before the base constructor asks for the cell.
    private readonly Props _routeeProps = routeeProps;

    public override void Start()
    {
        ((RoutedActorCell)Cell).StartRoutees();
        base.Start();
    }

    protected override ActorCell NewActorCell(
        ActorSystemImpl system,
        IInternalActorRef self,
        Props props,
        MessageDispatcher dispatcher,
        IInternalActorRef supervisor) => props.RouterConfig is Pool { Resizer: { } resizer } pool
            ? new ResizablePoolCell(system, self, props, dispatcher, _routeeProps, supervisor, pool, resizer)
            : new RoutedActorCell(system, self, props, dispatcher, _routeeProps, supervisor);

    protected override void TellInternal(object message, IActorRef? sender) => ((RoutedActorCell)Cell).Route(message, sender);
}
