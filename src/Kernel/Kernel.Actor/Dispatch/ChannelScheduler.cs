using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>How urgent the work of a dispatcher is.</summary>
public enum TaskSchedulerPriority
{
    /// <summary>As normal.</summary>
    None = 0,

    /// <summary>Done when nothing else is to be done.</summary>
    Idle = 4,

    /// <summary>As idle.</summary>
    Background = 4,

    /// <summary>Less urgent.</summary>
    Low = 5,

    /// <summary>As low.</summary>
    BelowNormal = 6,

    /// <summary>The default.</summary>
    Normal = 8,

    /// <summary>As normal.</summary>
    AboveNormal = 10,

    /// <summary>Most urgent.</summary>
    High = 13,

    /// <summary>As high.</summary>
    Realtime = 24,
}

/// <summary>
/// One scheduler for all dispatchers of a system with <c>executor = channel-executor</c>: a limited number of threads of the .NET thread
/// pool, and a queue for each priority. No priority starves: each gets a turn, the less urgent ones a shorter one.
/// </summary>
internal sealed class ChannelScheduler : IExtension
{
    private const int Priorities = 4;

    private readonly UnboundedQueue[] _queues = [new(), new(), new(), new()];
    private readonly int[] _turns = new int[Priorities];
    private readonly int _maxWorkers;
    private readonly Worker _worker;
    private int _workers;
    private long _pending;

    /// <summary>Reads the section <c>akka.channel-scheduler</c>.</summary>
    public ChannelScheduler(Config config)
    {
        var wanted = (int)Math.Ceiling(Environment.ProcessorCount * config.GetDouble("parallelism-factor", 1));
        _maxWorkers = Math.Max(1, Math.Clamp(wanted, config.GetInt("parallelism-min", 1), config.GetInt("parallelism-max", int.MaxValue)));
        var turn = config.GetInt("work-max", 10);
        for (var i = 0; i < Priorities; i++, turn /= Math.Max(1, config.GetInt("work-step", 2)))
            _turns[i] = Math.Max(1, turn);
        _worker = new Worker(this);
    }

    /// <summary>Whether there is no work, and no thread that looks for any.</summary>
    public bool IsIdle => Volatile.Read(ref _workers) == 0 && Volatile.Read(ref _pending) == 0;

    /// <summary>The queue for a priority; 0 is the most urgent.</summary>
    public static int QueueOf(TaskSchedulerPriority priority) => priority switch
    {
        >= TaskSchedulerPriority.High => 0,
        >= TaskSchedulerPriority.Normal or TaskSchedulerPriority.None => 1,
        >= TaskSchedulerPriority.Low => 2,
        _ => 3,
    };

    public void Execute(IRunnable run, int queue)
    {
        _queues[queue].Enqueue(run);
        Interlocked.Increment(ref _pending);
        StartWorker();
    }

    private void StartWorker()
    {
        while (Volatile.Read(ref _workers) is var workers && workers < _maxWorkers)
        {
            if (Interlocked.CompareExchange(ref _workers, workers + 1, workers) != workers)
                continue;
            ThreadPool.UnsafeQueueUserWorkItem(_worker, preferLocal: false);
            return;
        }
    }

    /// <summary>One round over all queues; then the thread goes back to the pool, for others.</summary>
    private void Round()
    {
        try
        {
            for (var i = 0; i < Priorities; i++)
            {
                for (var left = _turns[i]; left > 0 && _queues[i].TryDequeue(out var run); left--)
                {
                    Interlocked.Decrement(ref _pending);
                    run.Run();
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _workers);
            if (Volatile.Read(ref _pending) > 0)
                StartWorker();
        }
    }

    private sealed class UnboundedQueue : System.Collections.Concurrent.ConcurrentQueue<IRunnable>;

    private sealed class Worker(ChannelScheduler scheduler) : IThreadPoolWorkItem
    {
        public void Execute() => scheduler.Round();
    }
}

/// <summary>Finds the scheduler of a system.</summary>
internal sealed class ChannelSchedulerExtension : ExtensionIdProvider<ChannelScheduler>
{
    public override ChannelScheduler CreateExtension(ExtendedActorSystem system) => new(system.Settings.Config.GetConfig("akka.channel-scheduler"));
}

/// <summary>Runs work on the channel scheduler of the system.</summary>
internal sealed class ChannelExecutorService(string id, ChannelScheduler scheduler, int queue) : ExecutorService(id)
{
    public override void Execute(IRunnable run) => scheduler.Execute(run, queue);

    public override void Shutdown()
    {
        // The scheduler belongs to the system, its threads to the process.
    }
}

/// <summary>Makes executors for <c>executor = channel-executor</c>.</summary>
internal sealed class ChannelExecutorServiceFactory : ExecutorServiceConfigurator
{
    private readonly int _queue;

    public ChannelExecutorServiceFactory(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        var priority = config.GetString("channel-executor.priority", "normal");
        _queue = Enum.TryParse<TaskSchedulerPriority>(priority.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var known)
            ? ChannelScheduler.QueueOf(known)
            : throw new ConfigurationException(
                $"{config.GetString("id")}.channel-executor.priority is '{priority}', it must be high, normal, low or idle.");
    }

    public override ExecutorService Produce(string id) =>
        new ChannelExecutorService(id, new ChannelSchedulerExtension().Apply(Prerequisites.Settings.System), _queue);
}
