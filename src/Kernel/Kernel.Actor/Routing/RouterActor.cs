using Akka.Actor;

namespace Akka.Routing;

/// <summary>A router's own actor: handles management messages and notices the ends of routees.</summary>
internal class RouterActor : UntypedActor
{
    protected static RoutedActorCell Cell => Context as RoutedActorCell
        ?? throw new ActorInitializationException($"A router's actor can only be used by a router, not in {Context.GetType()}");

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GetRoutees:
                Sender.Tell(new Routees(Cell.Router.Routees));
                break;
            case AddRoutee add:
                Cell.AddRoutees([add.Routee]);
                break;
            case RemoveRoutee remove:
                Cell.RemoveRoutees([remove.Routee], stopChildren: true);
                Cell.StopIfAllRouteesRemoved();
                break;
            case Terminated terminated:
                Cell.RemoveRoutees([new ActorRefRoutee(terminated.ActorRef)], stopChildren: false);
                Cell.StopIfAllRouteesRemoved();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>The routees outlive a restart of the router.</summary>
    protected override void PreRestart(Exception reason, object? message)
    {
    }
}

/// <summary>A pool's own actor: it supervises the routees, too.</summary>
internal sealed class RouterPoolActor(Pool pool) : RouterActor
{
    protected override SupervisorStrategy SupervisorStrategy() => pool.SupervisorStrategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AdjustPoolSize adjust:
                Cell.Adjust(pool, adjust.Change);
                break;
            case Resize when Cell is ResizablePoolCell resizable:
                resizable.AskResizer();
                break;
            default:
                base.OnReceive(message);
                break;
        }
    }
}
