using System.Collections.Concurrent;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Routing;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The provider of a system whose actors are all in this process.</summary>
public sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly ActorSystemImpl _system;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TempContainerRef _temp;
    private long _tempNames;

    internal LocalActorRefProvider(ActorSystemImpl system)
    {
        _system = system;
        DefaultAddress = new Address("akka", system.Name);
        RootPath = new RootActorPath(DefaultAddress);
        DeadLetters = new DeadLetterActorRef(this, RootPath / "deadLetters", system.EventStream);
        Deployer = new Deployer(system.Settings);
        _temp = new TempContainerRef(this, RootPath / "temp");
    }

    /// <inheritdoc/>
    public IInternalActorRef RootGuardian { get; private set; } = ActorRefs.Nobody;

    /// <inheritdoc/>
    public LocalActorRef Guardian { get; private set; } = null!;

    /// <inheritdoc/>
    public LocalActorRef SystemGuardian { get; private set; } = null!;

    /// <inheritdoc/>
    public IActorRef DeadLetters { get; }

    /// <inheritdoc/>
    public ActorPath RootPath { get; }

    /// <inheritdoc/>
    public Settings Settings => _system.Settings;

    /// <inheritdoc/>
    public ExtendedActorSystem System => _system;

    /// <inheritdoc/>
    public Deployer Deployer { get; }

    /// <inheritdoc/>
    public IInternalActorRef TempContainer => _temp;

    /// <inheritdoc/>
    public Task TerminationTask => _terminated.Task;

    /// <inheritdoc/>
    public Address DefaultAddress { get; }

    /// <inheritdoc/>
    public ActorPath TempPath() => new ChildActorPath(_temp.Path, $"${Interlocked.Increment(ref _tempNames)}", ActorPath.UndefinedUid);

    /// <inheritdoc/>
    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _temp.Refs[path.Name] = actorRef;

    /// <inheritdoc/>
    public void UnregisterTempActor(ActorPath path) => _temp.Refs.TryRemove(path.Name, out _);

    /// <inheritdoc/>
    public IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath parentPath, string name)
    {
        var deploy = Deployer.IsEmpty ? null : Deployer.Lookup(parentPath, name);
        if (props.RouterConfig is not NoRouter)
            return RouterOf(system, props, deploy is null ? props.Deploy : deploy.WithFallback(props.Deploy), supervisor, parentPath, name);
        if (deploy is not null)
        {
            if (Settings.DebugRouterMisconfiguration && deploy.RouterConfig is not NoRouter)
                _system.Log.Warning("Configuration says that [{0}/{1}] should be a router, but the code does not say WithRouter. Remove the router from the configuration, or use FromConfig.", parentPath, name);
            props = props.WithDeploy(deploy.WithRouterConfig(RouterConfig.NoRouter));
        }

        var dispatcher = system.Dispatchers.Lookup(props.Dispatcher);
        var mailbox = system.Mailboxes.GetMailboxType(props, dispatcher.Configurator);
        var path = new ChildActorPath(parentPath, name, NewUid());
        return new LocalActorRef(system, props, dispatcher, mailbox, supervisor, path);
    }

    /// <inheritdoc/>
    public IActorRef ResolveActorRef(string path) => ActorPath.TryParse(path, out var parsed) ? ResolveActorRef(parsed) : DeadLetters;

    /// <inheritdoc/>
    public IActorRef ResolveActorRef(ActorPath actorPath)
    {
        if (actorPath.Address != DefaultAddress)
            return DeadLetters;
        var elements = actorPath.Elements;
        var found = RootGuardian.GetChild(elements);
        return found is not Nobody && (actorPath.Uid == ActorPath.UndefinedUid || actorPath.Uid == found.Path.Uid)
            ? found
            : new EmptyLocalActorRef(this, actorPath, _system.EventStream);
    }

    /// <inheritdoc/>
    public IActorRef RootGuardianAt(Address address) => address == DefaultAddress ? RootGuardian : DeadLetters;

    /// <inheritdoc/>
    public Address? GetExternalAddressFor(Address address) => address == DefaultAddress ? address : null;

    /// <summary>Makes the three guardians; the rest of the system must be complete.</summary>
    internal void Init()
    {
        var dispatcher = _system.Dispatchers.Lookup(Dispatchers.InternalDispatcherId);
        var root = new RootGuardianRef(
            _system,
            GuardianActor.Props(SupervisorStrategy.StoppingStrategy).WithDispatcher(dispatcher.Id),
            dispatcher,
            new RootSupervisor(this, _terminated),
            RootPath,
            _temp);
        RootGuardian = root;
        root.Start();
        SystemGuardian = (LocalActorRef)root.Cell.MakeChild(
            Props.From(static () => new SystemGuardianActor()).WithDispatcher(dispatcher.Id),
            "system");
        Guardian = (LocalActorRef)root.Cell.MakeChild(GuardianActor.Props(UserStrategy()), "user");
        SystemGuardian.Tell(new SystemGuardianActor.Begin(Guardian), ActorRefs.NoSender);
    }

    /// <summary>A router. What its deployment says of dispatcher and mailbox is for its own actor, not for the routees.</summary>
    private static RoutedActorRef RouterOf(
        ActorSystemImpl system,
        Props props,
        Deploy deploy,
        IInternalActorRef supervisor,
        ActorPath parentPath,
        string name)
    {
        var config = deploy.RouterConfig;
        var path = new ChildActorPath(parentPath, name, NewUid());
        config.VerifyConfig(path);
        var routerProps = Props.From(typeof(RouterActor), config.CreateRouterActor)
            .WithDeploy(deploy.WithDispatcher(config.RouterDispatcher));
        var routeeProps = props.WithRouter(RouterConfig.NoRouter);
        var dispatcher = system.Dispatchers.Lookup(config.RouterDispatcher);
        // The routees are made later; what is wrong with their props is to come to light here.
        system.Mailboxes.GetMailboxType(routeeProps, system.Dispatchers.Lookup(routeeProps.Dispatcher).Configurator);
        var mailbox = system.Mailboxes.GetMailboxType(routerProps, dispatcher.Configurator);
        return new RoutedActorRef(system, routerProps, dispatcher, mailbox, routeeProps, supervisor, path);
    }

    private static long NewUid() => Random.Shared.NextInt64(1, long.MaxValue);

    private SupervisorStrategy UserStrategy() => Settings.SupervisorStrategyClass switch
    {
        "" or "Akka.Actor.DefaultSupervisorStrategy" => SupervisorStrategy.DefaultStrategy,
        "Akka.Actor.StoppingSupervisorStrategy" => SupervisorStrategy.StoppingStrategy,
        var name => ConfiguredType.Create<SupervisorStrategyConfigurator>(name, "akka.actor.guardian-supervisor-strategy").Create(),
    };

    /// <summary>The top of the tree, which also knows where questions come from.</summary>
    private sealed class RootGuardianRef(
        ActorSystemImpl system,
        Props props,
        MessageDispatcher dispatcher,
        IInternalActorRef supervisor,
        ActorPath path,
        IInternalActorRef temp)
        : LocalActorRef(system, props, dispatcher, system.Mailboxes.Lookup(Mailboxes.DefaultMailboxId), supervisor, path)
    {
        public override IInternalActorRef Parent => this;

        public override IActorRef GetChild(IReadOnlyList<string> name) => (name.Count > 0 ? name[0] : null) switch
        {
            "temp" => temp.GetChild([.. name.Skip(1)]),
            "deadLetters" => Provider.DeadLetters,
            _ => base.GetChild(name),
        };
    }

    /// <summary>Above the top of the tree: told of its end.</summary>
    private sealed class RootSupervisor(LocalActorRefProvider provider, TaskCompletionSource terminated) : MinimalActorRef
    {
        public override ActorPath Path { get; } = provider.RootPath / "_Root-guardian-supervisor";

        public override IActorRefProvider Provider => provider;

        public override void SendSystemMessage(ISystemMessage message)
        {
            if (message is Failed failed)
                ((IInternalActorRef)failed.Child).Stop();
            else if (message is DeathWatchNotification)
                terminated.TrySetResult();
        }
    }

    /// <summary>The parent of the senders of questions.</summary>
    private sealed class TempContainerRef(LocalActorRefProvider provider, ActorPath path) : MinimalActorRef
    {
        public ConcurrentDictionary<string, IInternalActorRef> Refs { get; } = new(StringComparer.Ordinal);

        public override ActorPath Path { get; } = path;

        public override IActorRefProvider Provider => provider;

        public override IInternalActorRef Parent => provider.RootGuardian;

        public override IActorRef GetChild(IReadOnlyList<string> name) =>
            name is [var first, ..] && Refs.TryGetValue(first, out var found) ? found : ActorRefs.Nobody;
    }
}
