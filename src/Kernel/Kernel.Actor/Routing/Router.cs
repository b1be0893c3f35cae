using Akka.Actor;

namespace Akka.Routing;

/// <summary>Chooses who gets a message. Several threads may ask at once.</summary>
public abstract class RoutingLogic
{
    /// <summary>Chooses.</summary>
    /// <param name="message">The message.</param>
    /// <param name="routees">Whom there is to choose from; the same array as long as the routees stay the same.</param>
    /// <returns>One of them, several as <see cref="SeveralRoutees"/>, or <see cref="Routee.NoRoutee"/>.</returns>
    public abstract Routee Select(object message, Routee[] routees);
}

/// <summary>Routees and the logic that chooses among them. Immutable; an actor may have one of its own.</summary>
public class Router
{
    private readonly Routee[] _routees;

    /// <summary>Creates a router.</summary>
    /// <param name="logic">Chooses the routee of a message.</param>
    /// <param name="routees">The routees.</param>
    public Router(RoutingLogic logic, params Routee[] routees)
    {
        RoutingLogic = logic;
        _routees = routees;
    }

    /// <summary>Creates a router.</summary>
    /// <param name="logic">Chooses the routee of a message.</param>
    /// <param name="routee">The first routee.</param>
    /// <param name="routees">The other ones.</param>
    public Router(RoutingLogic logic, IActorRef routee, params IActorRef[] routees)
        : this(logic, [Routee.FromActorRef(routee), .. routees.Select(Routee.FromActorRef)])
    {
    }

    /// <summary>The routees.</summary>
    public IEnumerable<Routee> Routees => _routees;

    /// <summary>Chooses the routee of a message.</summary>
    public RoutingLogic RoutingLogic { get; }

    /// <summary>Sends a message to the routee that the logic chooses, or to all if it is a <see cref="Broadcast"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    public virtual void Route(object message, IActorRef? sender)
    {
        if (message is Broadcast broadcast)
            new SeveralRoutees(_routees).Send(broadcast.Message, sender);
        else
            Send(RoutingLogic.Select(message, _routees), message, sender);
    }

    /// <summary>With other routees.</summary>
    /// <param name="routees">The routees.</param>
    /// <returns>A copy.</returns>
    public virtual Router WithRoutees(params Routee[] routees) => new(RoutingLogic, routees);

    /// <summary>With one more routee.</summary>
    /// <param name="routee">The routee.</param>
    /// <returns>A copy.</returns>
    public virtual Router AddRoutee(Routee routee) => WithRoutees([.. _routees, routee]);

    /// <inheritdoc cref="AddRoutee(Routee)"/>
    public Router AddRoutee(IActorRef routee) => AddRoutee(new ActorRefRoutee(routee));

    /// <inheritdoc cref="AddRoutee(Routee)"/>
    public Router AddRoutee(ActorSelection routee) => AddRoutee(new ActorSelectionRoutee(routee));

    /// <summary>With one routee less.</summary>
    /// <param name="routee">The routee.</param>
    /// <returns>A copy.</returns>
    public virtual Router RemoveRoutee(Routee routee) => WithRoutees([.. _routees.Where(r => !r.Equals(routee))]);

    /// <inheritdoc cref="RemoveRoutee(Routee)"/>
    public Router RemoveRoutee(IActorRef routee) => RemoveRoutee(new ActorRefRoutee(routee));

    /// <inheritdoc cref="RemoveRoutee(Routee)"/>
    public Router RemoveRoutee(ActorSelection routee) => RemoveRoutee(new ActorSelectionRoutee(routee));

    /// <summary>The routees as they are given to the logic.</summary>
    internal Routee[] RouteeArray => _routees;

    /// <summary>Sends a message to a routee; what has no routee goes to the dead letters of the sender's system.</summary>
    /// <param name="routee">The routee.</param>
    /// <param name="message">The message, perhaps in an envelope.</param>
    /// <param name="sender">In whose name.</param>
    protected virtual void Send(Routee routee, object message, IActorRef? sender)
    {
        var content = message is RouterEnvelope envelope ? envelope.Message : message;
        if (routee is NoRoutee)
            (sender as IInternalActorRef)?.Provider.DeadLetters.Tell(content, sender);
        else
            routee.Send(content, sender);
    }
}
