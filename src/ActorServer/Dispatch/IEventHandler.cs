using ActorServer.IO.Polling;
using Akka.Actor;

namespace ActorServer.Dispatch;

/// <summary>Whom a reactor calls when a descriptor is ready: the Event Handler of POSA2's Reactor.</summary>
public interface IEventHandler
{
    /// <summary>The descriptor is ready. Called on the executor's thread; must not throw, for the executor has others to call.</summary>
    /// <param name="readiness">What for.</param>
    void HandleEvent(Readiness readiness);
}

/// <summary>An actor as an event handler: readiness is a <see cref="Ready"/> message to it.</summary>
/// <param name="actor">An actor of the executor.</param>
public sealed class ActorHandler(IActorRef actor) : IEventHandler
{
    /// <inheritdoc/>
    public void HandleEvent(Readiness readiness) => actor.Tell(Ready.For(readiness), ActorRefs.NoSender);
}
