using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Sends every message back to its sender, and to the test actor.</summary>
public class EchoActor : ReceiveActor
{
    /// <summary>Creates the actor.</summary>
    /// <param name="testkit">Whose test actor gets every message.</param>
    /// <param name="echoBackToSenderAsWell">Whether the sender gets it, too, if it is not the test actor.</param>
    public EchoActor(TestKitBase testkit, bool echoBackToSenderAsWell = true) => ReceiveAny(message =>
    {
        var sender = Sender;
        if (echoBackToSenderAsWell && !sender.Equals(testkit.TestActor))
            sender.Forward(message);
        testkit.TestActor.Tell(message, sender);
    });

    /// <summary>What to make the actor from.</summary>
    /// <param name="testkit">Whose test actor gets every message.</param>
    /// <param name="echoBackToSenderAsWell">Whether the sender gets it, too, if it is not the test actor.</param>
    /// <returns>The props.</returns>
    public static Props Props(TestKitBase testkit, bool echoBackToSenderAsWell = true) =>
        Actor.Props.Create(() => new EchoActor(testkit, echoBackToSenderAsWell));
}

/// <summary>Handles every message and does nothing.</summary>
public class BlackHoleActor : ActorBase
{
    /// <summary>What to make the actor from.</summary>
    public static Props Props => Actor.Props.Create(() => new BlackHoleActor());

    /// <inheritdoc/>
    protected override bool Receive(object message) => true;
}

/// <summary>Passes every message on with its sender.</summary>
/// <param name="target">Whom to pass them to.</param>
public class ForwardActor(IActorRef target) : ActorBase
{
    /// <summary>What to make the actor from.</summary>
    /// <param name="target">Whom to pass messages to.</param>
    /// <returns>The props.</returns>
    public static Props Props(IActorRef target) => Actor.Props.Create(() => new ForwardActor(target));

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        target.Forward(message);
        return true;
    }
}
