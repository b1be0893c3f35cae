using Akka.Actor;

namespace Akka.TestKit;

/// <inheritdoc/>
/// <param name="system">The actor system.</param>
/// <param name="actorProps">What to make.</param>
/// <param name="supervisor">Whose child it is; null for the system's guardian of such actors.</param>
/// <param name="name">Its name, or null for any.</param>
public class TestActorRef<TActor>(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null)
    : TestActorRefBase<TActor>(system, actorProps, supervisor, name)
    where TActor : ActorBase;
