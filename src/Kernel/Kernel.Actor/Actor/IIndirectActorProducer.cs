namespace Akka.Actor;

/// <summary>Makes the instances of an actor, for <see cref="Props.CreateBy(IIndirectActorProducer, object[])"/>.</summary>
public interface IIndirectActorProducer
{
    /// <summary>The class of the actors.</summary>
    Type ActorType { get; }

    /// <summary>Makes an instance; called on the actor's dispatcher, at its start and at every restart.</summary>
    /// <returns>A new instance.</returns>
    ActorBase Produce();

    /// <summary>Called when an instance is no longer used.</summary>
    /// <param name="actor">The instance.</param>
    void Release(ActorBase actor);
}

/// <summary>Makes actors with a function.</summary>
internal sealed class FactoryProducer(Type actorType, Func<ActorBase> factory) : IIndirectActorProducer
{
    public Type ActorType { get; } = actorType;

    public ActorBase Produce() => factory();

    public void Release(ActorBase actor)
    {
    }
}

/// <summary>Makes actors with a constructor of their class.</summary>
internal sealed class ConstructorProducer(ActorConstructor constructor, object?[] args) : IIndirectActorProducer
{
    public object?[] Arguments => args;

    public Type ActorType => constructor.Type;

    public ActorBase Produce() => constructor.Invoke(args);

    public void Release(ActorBase actor)
    {
    }
}
