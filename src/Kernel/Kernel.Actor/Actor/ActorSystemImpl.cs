using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>The actor system of this kernel.</summary>
public sealed partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extensions = new();
    private readonly Stack<Action> _terminationCallbacks = new();
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LocalActorRefProvider _provider;
    private readonly SchedulerBase _scheduler;
    private CoordinatedShutdown? _shutdown;
    private bool _callbacksTaken;
    private int _terminating;

    internal ActorSystemImpl(string name, Config config, ActorSystemSetup setup)
    {
        if (!ValidName().IsMatch(name))
            throw new ArgumentException($"Invalid actor system name [{name}]: it must be letters, digits and '-', and not begin with '-'", nameof(name));
        Name = name;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = Logging.GetLogger(EventStream, $"ActorSystem({name})");
        _provider = new LocalActorRefProvider(this);
        DeadLetterMailbox = new DeadLetterMailbox(_provider.DeadLetters);
        Mailboxes = new Mailboxes(this);
        _scheduler = CreateScheduler();
        Dispatchers = new Dispatchers(new DefaultDispatcherPrerequisites(EventStream, _scheduler, Settings, Mailboxes), Log);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override Settings Settings { get; }

    /// <inheritdoc/>
    public override EventStream EventStream { get; }

    /// <inheritdoc/>
    public override IActorRef DeadLetters => _provider.DeadLetters;

    /// <inheritdoc/>
    public override Dispatchers Dispatchers { get; }

    /// <inheritdoc/>
    public override Mailboxes Mailboxes { get; }

    /// <inheritdoc/>
    public override IScheduler Scheduler => _scheduler;

    /// <inheritdoc/>
    public override ILoggingAdapter Log { get; }

    /// <inheritdoc/>
    public override IActorRefProvider Provider => _provider;

    /// <inheritdoc/>
    public override IInternalActorRef Guardian => _provider.Guardian;

    /// <inheritdoc/>
    public override IInternalActorRef SystemGuardian => _provider.SystemGuardian;

    /// <inheritdoc/>
    public override IInternalActorRef LookupRoot => _provider.RootGuardian;

    /// <inheritdoc/>
    public override Task WhenTerminated => _terminated.Task;

    /// <inheritdoc/>
    public override TimeSpan StartTime { get; } = MonotonicClock.Elapsed;

    /// <inheritdoc/>
    public override TimeSpan Uptime => MonotonicClock.Elapsed - StartTime;

    internal DeadLetterMailbox DeadLetterMailbox { get; }

    /// <summary>The dispatchers whose last actor has ended and whose threads are about to be let go.</summary>
    internal ConcurrentDictionary<MessageDispatcher, bool> EmptyDispatchers { get; } = new();

    internal bool IsTerminating => Volatile.Read(ref _terminating) != 0;

    /// <inheritdoc/>
    public override IActorRef ActorOf(Props props, string? name = null) => _provider.Guardian.Cell.ActorOf(props, name);

    /// <inheritdoc/>
    public override IActorRef SystemActorOf(Props props, string? name = null) => _provider.SystemGuardian.Cell.ActorOf(props, name);

    /// <inheritdoc/>
    public override ActorSelection ActorSelection(ActorPath actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, this);

    /// <inheritdoc/>
    public override ActorSelection ActorSelection(string actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, this);

    /// <inheritdoc/>
    public override void Stop(IActorRef actor) => ((IInternalActorRef)actor).Stop();

    /// <inheritdoc/>
    public override Task Terminate()
    {
        if (!Settings.CoordinatedShutdownRunByActorSystemTerminate || _shutdown is not { } shutdown)
            return FinalTerminate();
        _ = shutdown.Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        return WhenTerminated;
    }

    /// <summary>Ends the system without the phases of <see cref="CoordinatedShutdown"/>, of which this is the last.</summary>
    internal Task FinalTerminate()
    {
        if (Interlocked.Exchange(ref _terminating, 1) != 0)
            return WhenTerminated;
        if (_provider.Guardian is { } guardian)
            guardian.Stop();
        else
            FinishTermination();
        return WhenTerminated;
    }

    /// <inheritdoc/>
    public override void RegisterOnTermination(Action code)
    {
        lock (_terminationCallbacks)
        {
            if (_callbacksTaken)
                throw new InvalidOperationException("The actor system has ended already.");
            _terminationCallbacks.Push(code);
        }
    }

    /// <inheritdoc/>
    [return: NotNullIfNotNull(nameof(extension))]
    public override object? RegisterExtension(IExtensionId? extension)
    {
        if (extension is null)
            return null;
        var made = _extensions.GetOrAdd(
            extension.ExtensionType,
            static (_, arg) => new Lazy<object>(() => arg.Id.CreateExtension(arg.System)),
            (Id: extension, System: this));
        return made.Value;
    }

    /// <inheritdoc/>
    public override object? GetExtension(IExtensionId extensionId) => TryGetExtension(extensionId.ExtensionType, out var extension) ? extension : null;

    /// <inheritdoc/>
    public override T? GetExtension<T>()
        where T : class => TryGetExtension(typeof(T), out var extension) ? (T)extension : null;

    /// <inheritdoc/>
    public override bool HasExtension(Type type) => _extensions.ContainsKey(type);

    /// <inheritdoc/>
    public override bool HasExtension<T>() => HasExtension(typeof(T));

    /// <inheritdoc/>
    public override bool TryGetExtension(Type extensionType, [NotNullWhen(true)] out object? extension)
    {
        extension = _extensions.TryGetValue(extensionType, out var made) ? made.Value : null;
        return extension is not null;
    }

    /// <inheritdoc/>
    public override bool TryGetExtension<T>([NotNullWhen(true)] out T? extension)
        where T : class
    {
        extension = GetExtension<T>();
        return extension is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => LookupRoot.Path.Root.Address.ToString();

    internal void Start()
    {
        _provider.Init();
        _ = FinishWhenRootEnds();
        EventStream.StartUnsubscriber(this);
        EventStream.StartDefaultLoggers(this);
        if (Settings.LogDeadLetters > 0)
        {
            SystemActorOf(
                Props.From(static () => new DeadLetterListener()).WithDispatcher(Dispatchers.InternalDispatcherId),
                "deadLetterListener");
        }

        if (Settings.LogConfigOnStart)
            Log.Info("{0}", Settings);
        _shutdown = CoordinatedShutdown.Get(this);
        foreach (var name in Settings.Config.GetStringList("akka.extensions"))
            RegisterExtension(ConfiguredType.Create<IExtensionId>(name, "akka.extensions"));
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ValidName();

    private SchedulerBase CreateScheduler()
    {
        var log = Logging.GetLogger(EventStream, "scheduler");
        return Settings.SchedulerClass switch
        {
            "" or "Akka.Actor.HashedWheelTimerScheduler" or "Akka.Actor.HashedWheelTimerScheduler, Akka" =>
                new HashedWheelTimerScheduler(Settings.Config, log),
            var name => ConfiguredType.Create<SchedulerBase>(name, "akka.scheduler.implementation", Settings.Config, log),
        };
    }

    private async Task FinishWhenRootEnds()
    {
        await _provider.TerminationTask.ConfigureAwait(false);
        FinishTermination();
    }

    private void FinishTermination()
    {
        lock (_terminationCallbacks)
            _callbacksTaken = true;
        while (_terminationCallbacks.TryPop(out var code))
        {
            try
            {
                code();
            }
            catch (Exception e)
            {
                Log.Error(e, "A termination callback failed: {0}", e.Message);
            }
        }

        (_scheduler as IDisposable)?.Dispose();
        foreach (var dispatcher in EmptyDispatchers.Keys)
            dispatcher.ShutdownNow();
        _terminated.TrySetResult();
    }
}
