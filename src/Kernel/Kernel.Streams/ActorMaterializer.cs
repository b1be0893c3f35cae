using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Streams.Implementation;

namespace Akka.Streams;

/// <summary>Makes graphs run as actors: one an island, all children of one supervisor.</summary>
public sealed class ActorMaterializer : IMaterializer, IDisposable
{
    private readonly UnstartedIslands _unstarted;
    private readonly string _namePrefix;
    private readonly Attributes _defaults;
    private int _runs;
    private int _shutdown;

    private ActorMaterializer(ActorSystem system, IActorRef supervisor, UnstartedIslands unstarted, ActorMaterializerSettings settings, string namePrefix)
    {
        System = system;
        Supervisor = supervisor;
        Settings = settings;
        _unstarted = unstarted;
        _namePrefix = namePrefix;
        _defaults = ActorAttributes.CreateSupervisionStrategy(settings.SupervisionDecider);
    }

    /// <summary>Gets the settings.</summary>
    public ActorMaterializerSettings Settings { get; }

    /// <summary>Gets the parent of the islands' actors.</summary>
    public IActorRef Supervisor { get; }

    /// <inheritdoc/>
    public ActorSystem System { get; }

    /// <summary>Gets a value indicating whether graphs can be run no more.</summary>
    public bool IsShutdown => Volatile.Read(ref _shutdown) != 0 || Supervisor is IInternalActorRef { IsTerminated: true };

    /// <inheritdoc/>
    public MessageDispatcher ExecutionContext => System.Dispatchers.Lookup(DispatcherOf(Attributes.None));

    /// <summary>Reads the defaults of <c>akka.stream</c>.</summary>
    /// <returns>The configuration.</returns>
    public static Config DefaultConfig() =>
        ConfigurationFactory.FromResource("Akka.Streams.reference.conf", typeof(ActorMaterializer).Assembly);

    /// <summary>Makes a materializer whose streams end with an actor or an actor system.</summary>
    /// <param name="context">The actor's context, or the actor system.</param>
    /// <param name="settings">The settings; by default from the configuration.</param>
    /// <param name="namePrefix">How the names of its actors begin.</param>
    /// <returns>The materializer.</returns>
    public static ActorMaterializer Create(IActorRefFactory context, ActorMaterializerSettings? settings = null, string? namePrefix = null)
    {
        var unstarted = new UnstartedIslands();
        var props = Maker.Props(() => new StreamSupervisor(unstarted));
        var system = context as ExtendedActorSystem ?? (ExtendedActorSystem)((IActorContext)context).System;
        var name = StreamSupervisorNames.Get(system).Next();
        var supervisor = context is ActorSystem ? system.SystemActorOf(props, name) : context.ActorOf(props, name);
        return new ActorMaterializer(system, supervisor, unstarted, settings ?? ActorMaterializerSettings.Create(system), namePrefix ?? "Flow");
    }

    /// <inheritdoc/>
    public IMaterializer WithNamePrefix(string namePrefix) => new ActorMaterializer(System, Supervisor, _unstarted, Settings, namePrefix);

    /// <inheritdoc/>
    public TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable) => Materialize(runnable, Attributes.None);

    /// <inheritdoc/>
    public TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable, Attributes initialAttributes)
    {
        if (IsShutdown)
            throw new InvalidOperationException("Trying to materialize stream after materializer has been shutdown");
        var run = new Materialization(this);
        var attributes = _defaults.And(initialAttributes);
        var root = run.NewIsland(attributes.And(runnable.Module.Attributes));
        var part = runnable.Module.Materialize(run, attributes, root);
        Start(run);
        return (TMat)part.Value!;
    }

    /// <inheritdoc/>
    public ICancelable ScheduleOnce(TimeSpan delay, Action action)
    {
        var cancelable = new Cancelable(System.Scheduler);
        System.Scheduler.Advanced.ScheduleOnce(delay, action, cancelable);
        return cancelable;
    }

    /// <inheritdoc/>
    public ICancelable ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action)
    {
        var cancelable = new Cancelable(System.Scheduler);
        System.Scheduler.Advanced.ScheduleRepeatedly(initialDelay, interval, action, cancelable);
        return cancelable;
    }

    /// <summary>Ends every stream of this materializer; there will be no further ones.</summary>
    public void Shutdown()
    {
        if (Interlocked.Exchange(ref _shutdown, 1) == 0)
            System.Stop(Supervisor);
    }

    /// <summary>Does <see cref="Shutdown"/>.</summary>
    public void Dispose() => Shutdown();

    internal string DispatcherOf(Attributes attributes)
    {
        if (attributes.GetAttribute<ActorAttributes.Dispatcher>() is { Name.Length: > 0 } named)
            return named.Name;
        return Settings.Dispatcher.Length > 0 ? Settings.Dispatcher : Dispatchers.DefaultDispatcherId;
    }

    internal Attributes.InputBuffer InputBuffer(Attributes attributes) => attributes.GetAttribute<Attributes.InputBuffer>()
        ?? new Attributes.InputBuffer(Settings.InitialInputBufferSize, Settings.MaxInputBufferSize);

    /// <summary>Has the islands of a run get their actors.</summary>
    internal void Start(Materialization run)
    {
        var number = Interlocked.Increment(ref _runs);
        var used = run.Islands.Where(static i => !i.IsEmpty).ToArray();
        if (used.Length == 0)
            return;
        _unstarted.Add(used);
        Supervisor.Tell(new StreamSupervisor.Materialize($"{_namePrefix}-{number}", used), ActorRefs.NoSender);
        _unstarted.AbandonIfEnded();
    }
}

/// <summary>How an actor system or an actor gets a materializer.</summary>
public static class ActorMaterializerExtensions
{
    /// <summary>Makes a materializer whose streams end with an actor or an actor system.</summary>
    /// <param name="context">The actor's context, or the actor system.</param>
    /// <param name="settings">The settings; by default from the configuration.</param>
    /// <param name="namePrefix">How the names of its actors begin.</param>
    /// <returns>The materializer.</returns>
    public static ActorMaterializer Materializer(
        this IActorRefFactory context,
        ActorMaterializerSettings? settings = null,
        string? namePrefix = null) => ActorMaterializer.Create(context, settings, namePrefix);
}

/// <summary>The materializer that all parts of an actor system may share.</summary>
public sealed class SystemMaterializer : IExtension
{
    private SystemMaterializer(ActorSystem system) => Materializer = ActorMaterializer.Create(system);

    /// <summary>Gets the materializer.</summary>
    public IMaterializer Materializer { get; }

    /// <summary>Gets an actor system's one.</summary>
    /// <param name="system">The actor system.</param>
    /// <returns>It.</returns>
    public static SystemMaterializer Get(ActorSystem system) => system.WithExtension<SystemMaterializer, Provider>();

    private sealed class Provider : ExtensionIdProvider<SystemMaterializer>
    {
        public override SystemMaterializer CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
