using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Akka.Routing;

namespace Akka.Actor;

/// <summary>What an actor is made from: its class, how to construct it, and how to run it. Immutable; may be used any number of times.</summary>
public sealed class Props : IEquatable<Props>
{
    /// <summary>Props of an actor that handles nothing.</summary>
    public static readonly Props Empty = From(static () => new EmptyActor());

    /// <summary>Props of nothing.</summary>
    public static readonly Props? None;

    private const DynamicallyAccessedMemberTypes Constructors =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors;

    private readonly IIndirectActorProducer _producer;

    private Props(IIndirectActorProducer producer, object?[] arguments, Deploy deploy, SupervisorStrategy? strategy)
    {
        _producer = producer;
        Arguments = arguments;
        Deploy = deploy;
        SupervisorStrategy = strategy;
        Type = producer.ActorType;
    }

    /// <summary>The class of the actor.</summary>
    public Type Type { get; }

    /// <summary>The name of the class.</summary>
    public string TypeName => Type.AssemblyQualifiedName ?? Type.Name;

    /// <summary>The arguments of its constructor.</summary>
    public object?[] Arguments { get; }

    /// <summary>How to run it.</summary>
    public Deploy Deploy { get; }

    /// <summary>How it supervises its children; null for what its class says.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; }

    /// <summary>The dispatcher's id.</summary>
    public string Dispatcher => Deploy.Dispatcher is { Length: > 0 } id ? id : Akka.Dispatch.Dispatchers.DefaultDispatcherId;

    /// <summary>What kind of router it is; <see cref="NoRouter"/> for none.</summary>
    public RouterConfig RouterConfig => Deploy.RouterConfig;

    /// <summary>The mailbox's id.</summary>
    public string Mailbox => Deploy.Mailbox is { Length: > 0 } id ? id : Akka.Dispatch.Mailboxes.DefaultMailboxId;

    /// <summary>Props from a constructor call. Its arguments are evaluated now, once; they should be immutable.</summary>
    /// <typeparam name="TActor">The class.</typeparam>
    /// <param name="factory">An expression <c>() => new TActor(…)</c>.</param>
    /// <param name="supervisorStrategy">How the actor supervises its children; null for what its class says.</param>
    /// <returns>The props.</returns>
    /// <exception cref="ArgumentException">The expression is no constructor call.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        var producer = ActorConstructor.FromExpression(factory);
        return new Props(producer, producer.Arguments, Deploy.None, supervisorStrategy);
    }

    /// <summary>Props from a class and the arguments of its constructor.</summary>
    /// <typeparam name="TActor">The class.</typeparam>
    /// <param name="args">The arguments.</param>
    /// <returns>The props.</returns>
    public static Props Create<[DynamicallyAccessedMembers(Constructors)] TActor>(params object?[] args)
        where TActor : ActorBase => Create(typeof(TActor), args);

    /// <summary>Props from a class with a parameterless constructor.</summary>
    /// <typeparam name="TActor">The class.</typeparam>
    /// <param name="supervisorStrategy">How the actor supervises its children.</param>
    /// <returns>The props.</returns>
    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(new FactoryProducer(typeof(TActor), static () => new TActor()), [], Deploy.None, supervisorStrategy);

    /// <summary>Props from a class and the arguments of its constructor.</summary>
    /// <param name="type">The class, a subclass of <see cref="ActorBase"/>.</param>
    /// <param name="args">The arguments.</param>
    /// <returns>The props.</returns>
    /// <exception cref="ArgumentException">The class is none of an actor.</exception>
    public static Props Create([DynamicallyAccessedMembers(Constructors)] Type type, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!typeof(ActorBase).IsAssignableFrom(type))
            throw new ArgumentException($"Class {type} is no actor: it does not inherit from ActorBase", nameof(type));
        return new Props(new ArgumentsProducer(type, args), args, Deploy.None, null);
    }

    /// <summary>Props from something that makes the instances.</summary>
    /// <param name="producer">What makes them.</param>
    /// <param name="args">Kept in <see cref="Arguments"/>, for the producer's own use.</param>
    /// <returns>The props.</returns>
    public static Props CreateBy(IIndirectActorProducer producer, params object?[] args) => new(producer, args, Deploy.None, null);

    /// <summary>Props from a class that makes the instances.</summary>
    /// <typeparam name="TProducer">The class.</typeparam>
    /// <param name="args">The arguments of its constructor.</param>
    /// <returns>The props.</returns>
    public static Props CreateBy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProducer>(params object?[] args)
        where TProducer : class, IIndirectActorProducer =>
        CreateBy((IIndirectActorProducer)Activator.CreateInstance(typeof(TProducer), args)!, args);

    /// <summary>With another dispatcher.</summary>
    /// <param name="dispatcher">The dispatcher's id.</param>
    /// <returns>A copy.</returns>
    public Props WithDispatcher(string dispatcher) => WithDeployed(Deploy.WithDispatcher(dispatcher));

    /// <summary>With another mailbox.</summary>
    /// <param name="mailbox">The mailbox's id.</param>
    /// <returns>A copy.</returns>
    public Props WithMailbox(string mailbox) => WithDeployed(Deploy.WithMailbox(mailbox));

    /// <summary>As a router.</summary>
    /// <param name="routerConfig">The kind of router; <see cref="FromConfig"/> for what the configuration says.</param>
    /// <returns>A copy.</returns>
    public Props WithRouter(RouterConfig routerConfig) => WithDeployed(Deploy.WithRouterConfig(routerConfig));

    /// <summary>With a limit for the stash.</summary>
    /// <param name="stashCapacity">How many messages it holds.</param>
    /// <returns>A copy.</returns>
    public Props WithStashCapacity(int stashCapacity) => WithDeployed(Deploy.WithStashCapacity(stashCapacity));

    /// <summary>With another deployment; the present one supplies what it leaves open.</summary>
    /// <param name="deploy">The deployment.</param>
    /// <returns>A copy.</returns>
    public Props WithDeploy(Deploy deploy) => WithDeployed(deploy.WithFallback(Deploy));

    /// <summary>With another supervision of the actor's children.</summary>
    /// <param name="supervisorStrategy">How the actor supervises them.</param>
    /// <returns>A copy.</returns>
    public Props WithSupervisorStrategy(SupervisorStrategy? supervisorStrategy) => new(_producer, Arguments, Deploy, supervisorStrategy);

    /// <summary>Makes an instance.</summary>
    /// <returns>The instance.</returns>
    public ActorBase NewActor() => _producer.Produce();

    /// <summary>Lets go of an instance that is no longer used.</summary>
    /// <param name="actor">The instance.</param>
    public void Release(ActorBase actor) => _producer.Release(actor);

    /// <inheritdoc/>
    public bool Equals(Props? other) => ReferenceEquals(this, other) || (other is not null && Type == other.Type
        && ReferenceEquals(Deploy, other.Deploy) && ReferenceEquals(SupervisorStrategy, other.SupervisorStrategy)
        && Arguments.AsSpan().SequenceEqual(other.Arguments) && (ReferenceEquals(_producer, other._producer) || _producer is ArgumentsProducer));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Props);

    /// <inheritdoc/>
    public override int GetHashCode() => Type.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"Props({Type.Name})";

    /// <summary>Props from a function, for the kernel's own actors.</summary>
    internal static Props From<TActor>(Func<TActor> factory)
        where TActor : ActorBase => From(typeof(TActor), factory);

    internal static Props From(Type type, Func<ActorBase> factory) => CreateBy(new FactoryProducer(type, factory));

    private Props WithDeployed(Deploy deploy) => new(_producer, Arguments, deploy, SupervisorStrategy);

    /// <summary>Makes actors with the constructor that fits some arguments; it is looked for at the first instance.</summary>
    private sealed class ArgumentsProducer([DynamicallyAccessedMembers(Constructors)] Type type, object?[] args) : IIndirectActorProducer
    {
        private ActorConstructor? _constructor;

        public Type ActorType => type;

        public ActorBase Produce() => (_constructor ??= ActorConstructor.Find(type, args)).Invoke(args);

        public void Release(ActorBase actor)
        {
        }
    }
}

/// <summary>Handles nothing.</summary>
public sealed class EmptyActor : UntypedActor
{
    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
    }
}
