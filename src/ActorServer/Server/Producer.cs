using Akka.Actor;

namespace ActorServer.Server;

/// <summary>Makes an actor with a function: no reflection, no expression to compile.</summary>
/// <typeparam name="TActor">The actor's class.</typeparam>
/// <param name="produce">Makes it; called again on a restart.</param>
internal sealed class Producer<TActor>(Func<TActor> produce) : IIndirectActorProducer where TActor : ActorBase
{
    public Type ActorType => typeof(TActor);

    public ActorBase Produce() => produce();

    public void Release(ActorBase actor)
    {
        // Nothing is held for an actor beyond its own life.
    }
}
