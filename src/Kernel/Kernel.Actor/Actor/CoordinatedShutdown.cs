using Akka.Event;

namespace Akka.Actor;

/// <summary>Finds the <see cref="CoordinatedShutdown"/> of a system.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    /// <inheritdoc/>
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new(system);
}

/// <summary>
/// Ends a system in an orderly way: phases one after the other, the tasks of a phase side by side. The phases are in
/// <c>akka.coordinated-shutdown.phases</c>. Each has a timeout; raise that of <see cref="PhaseServiceRequestsDone"/> for work that may take
/// longer than five seconds.
/// </summary>
public sealed partial class CoordinatedShutdown : IExtension
{
    /// <summary>Before services stop taking work.</summary>
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";

    /// <summary>Services stop taking work.</summary>
    public const string PhaseServiceUnbind = "service-unbind";

    /// <summary>Work that was taken is finished.</summary>
    public const string PhaseServiceRequestsDone = "service-requests-done";

    /// <summary>Services stop.</summary>
    public const string PhaseServiceStop = "service-stop";

    /// <summary>Before the cluster is left.</summary>
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";

    /// <summary>Shards move away.</summary>
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";

    /// <summary>The cluster is told.</summary>
    public const string PhaseClusterLeave = "cluster-leave";

    /// <summary>Singletons move away.</summary>
    public const string PhaseClusterExiting = "cluster-exiting";

    /// <summary>The cluster knows.</summary>
    public const string PhaseClusterExitingDone = "cluster-exiting-done";

    /// <summary>The cluster's own actors stop.</summary>
    public const string PhaseClusterShutdown = "cluster-shutdown";

    /// <summary>The last one in which actors still run.</summary>
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";

    /// <summary>All actors stop.</summary>
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly TaskCompletionSource<Done> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<ShutdownTask>> _tasks = new(StringComparer.Ordinal);
    private readonly ShutdownPhases _phases;
    private readonly ILoggingAdapter _log;
    private readonly bool _exitProcess;
    private Reason? _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, nameof(CoordinatedShutdown));
        var config = system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        _phases = new ShutdownPhases(config);
        _exitProcess = config.GetBoolean("exit-clr");
        if (config.GetBoolean("terminate-actor-system"))
            AddTask(PhaseActorSystemTerminate, "terminate-system", TerminateSystem);
        if (config.GetBoolean("run-by-clr-shutdown-hook"))
            RunAtProcessExit();
    }

    /// <summary>The system.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>Why the system is being shut down; null when it is not.</summary>
    public Reason? ShutdownReason => Volatile.Read(ref _reason);

    /// <summary>The timeouts of all phases together.</summary>
    public TimeSpan TotalTimeout => _phases.TotalTimeout;

    /// <summary>The shutdown of a system.</summary>
    /// <param name="sys">The system.</param>
    /// <returns>Its shutdown.</returns>
    public static CoordinatedShutdown Get(ActorSystem sys) =>
        sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    /// <summary>The timeout of a phase.</summary>
    /// <param name="phase">Its name.</param>
    /// <returns>The timeout.</returns>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public TimeSpan Timeout(string phase) => _phases[phase].Timeout;

    /// <summary>Adds a task to a phase, which may even be one of a shutdown that is under way, as long as it has not begun.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="taskName">What the log calls the task.</param>
    /// <param name="task">The task.</param>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        ArgumentException.ThrowIfNullOrEmpty(taskName);
        _ = _phases[phase];
        lock (_gate)
        {
            if (!_tasks.TryGetValue(phase, out var tasks))
                _tasks.Add(phase, tasks = []);
            tasks.Add(new ShutdownTask(taskName, task));
        }
    }

    /// <summary>Shuts the system down, unless that has begun already.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="fromPhase">The phase to begin with, if not with the first.</param>
    /// <returns>The end of all phases; fails when a phase does that is not to recover.</returns>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (fromPhase is not null)
            _ = _phases[fromPhase];
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
            _ = Task.Run(() => RunPhases(fromPhase));
        return _completed.Task;
    }

    private async Task RunPhases(string? fromPhase)
    {
        try
        {
            foreach (var phase in _phases.From(fromPhase))
                await RunPhase(phase).ConfigureAwait(false);
            _completed.TrySetResult(Done.Instance);
        }
        catch (Exception e)
        {
            _log.Error(e, "Coordinated shutdown was aborted: {0}", e.Message);
            _completed.TrySetException(e);
        }

        if (_exitProcess)
            Environment.Exit(0);
    }

    private async Task RunPhase(ShutdownPhase phase)
    {
        var tasks = TasksOf(phase.Name);
        if (!phase.Enabled)
        {
            if (tasks.Length > 0)
                _log.Info("Phase [{0}] is disabled: its tasks [{1}] do not run", phase.Name, string.Join(", ", tasks.Select(static t => t.Name)));
            return;
        }

        if (tasks.Length == 0)
            return;
        _log.Debug("Performing phase [{0}] with {1} tasks", phase.Name, tasks.Length);
        // The clock of the system counts, so that a test can turn it. It stops with the system, hence before the tasks.
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = new Cancelable(System.Scheduler);
        if (!System.WhenTerminated.IsCompleted)
            System.Scheduler.Advanced.ScheduleOnce(phase.Timeout, late.SetResult, timer);
        var all = Task.WhenAll(tasks.Select(task => RunTask(task, phase)));
        var first = await Task.WhenAny(all, late.Task).ConfigureAwait(false);
        timer.Cancel();
        if (first == all)
            await all.ConfigureAwait(false);
        else if (phase.Recover)
            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase.Name, phase.Timeout);
        else
            throw new TimeoutException($"Coordinated shutdown phase [{phase.Name}] timed out after {phase.Timeout}");
    }

    private async Task RunTask(ShutdownTask task, ShutdownPhase phase)
    {
        try
        {
            await task.Run().ConfigureAwait(false);
        }
        catch (Exception e) when (phase.Recover)
        {
            _log.Warning(e, "Task [{0}] failed in phase [{1}]: {2}", task.Name, phase.Name, e.Message);
        }
    }

    private ShutdownTask[] TasksOf(string phase)
    {
        lock (_gate)
            return _tasks.TryGetValue(phase, out var tasks) ? [.. tasks] : [];
    }

    private async Task<Done> TerminateSystem()
    {
        await ((ActorSystemImpl)System).FinalTerminate().ConfigureAwait(false);
        return Done.Instance;
    }

    /// <summary>The runtime raises this at the end of <c>Main</c> and at <c>Environment.Exit</c>, not at a signal.</summary>
    private void RunAtProcessExit()
    {
        AppDomain.CurrentDomain.ProcessExit += ShutDown;
        System.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= ShutDown);

        // How it went is in the log; the process ends in any case.
        void ShutDown(object? sender, EventArgs e) => Task.WaitAny([Run(ClrExitReason.Instance)], TotalTimeout);
    }

    private sealed record ShutdownTask(string Name, Func<Task<Done>> Run);
}
