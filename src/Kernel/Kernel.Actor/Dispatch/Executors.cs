using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Runs work on the .NET thread pool.</summary>
internal sealed class ThreadPoolExecutorService(string id) : ExecutorService(id)
{
    public override void Execute(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: true);

    public override void Shutdown()
    {
        // The pool belongs to the process.
    }
}

/// <summary>Makes <see cref="ThreadPoolExecutorService"/>s: <c>executor = default-executor</c> or <c>thread-pool-executor</c>.</summary>
internal sealed class ThreadPoolExecutorServiceFactory(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new ThreadPoolExecutorService(id);
}

/// <summary>Runs work as tasks of a <see cref="TaskScheduler"/>.</summary>
internal sealed class TaskSchedulerExecutorService(string id, TaskScheduler scheduler) : ExecutorService(id)
{
    private static readonly Action<object?> RunIt = static run => ((IRunnable)run!).Run();

    public override void Execute(IRunnable run) =>
        _ = Task.Factory.StartNew(RunIt, run, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);

    public override void Shutdown()
    {
        // The scheduler belongs to somebody else.
    }
}

/// <summary>Makes executors for <c>executor = task-executor</c>.</summary>
internal sealed class TaskExecutorServiceFactory(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new TaskSchedulerExecutorService(id, TaskScheduler.Default);
}

/// <summary>
/// Makes executors for <c>executor = current-context-executor</c>: they run on the synchronization context of the thread that looked
/// the dispatcher up.
/// </summary>
internal sealed class CurrentContextExecutorServiceFactory(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    private readonly TaskScheduler _scheduler = TaskScheduler.FromCurrentSynchronizationContext();

    public override ExecutorService Produce(string id) => new TaskSchedulerExecutorService(id, _scheduler);
}

/// <summary>Makes executors with threads of their own: <c>executor = fork-join-executor</c>.</summary>
internal sealed class ForkJoinExecutorServiceFactory : ExecutorServiceConfigurator
{
    private readonly int _threads;
    private readonly bool _background = true;

    public ForkJoinExecutorServiceFactory(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        if (config.HasPath("dedicated-thread-pool"))
        {
            var pool = config.GetConfig("dedicated-thread-pool");
            _threads = pool.GetInt("thread-count");
            _background = pool.GetString("threadtype", "background") switch
            {
                "background" => true,
                "foreground" => false,
                var other => throw new ConfigurationException(
                    $"{config.GetString("id")}.dedicated-thread-pool.threadtype is '{other}', it must be background or foreground."),
            };
        }
        else
        {
            var forkJoin = config.GetConfig("fork-join-executor");
            var wanted = (int)Math.Ceiling(Environment.ProcessorCount * forkJoin.GetDouble("parallelism-factor", 1));
            _threads = Math.Clamp(wanted, forkJoin.GetInt("parallelism-min", 1), forkJoin.GetInt("parallelism-max", int.MaxValue));
        }

        if (_threads < 1)
            throw new ConfigurationException($"{config.GetString("id")}: a fork-join-executor needs at least one thread, not {_threads}.");
    }

    public override ExecutorService Produce(string id) => new DedicatedThreadPool(id, _threads, _background);
}
