namespace Akka.Dispatch;

/// <summary>A fixed number of threads that take work from one queue, in order, and park while there is none.</summary>
internal sealed class DedicatedThreadPool : ExecutorService
{
    private readonly Queue<IRunnable> _work = new();
    private readonly object _gate = new();
    private int _parked;
    private bool _shutdown;

    public DedicatedThreadPool(string id, int threads, bool background)
        : base(id)
    {
        for (var i = 1; i <= threads; i++)
            new Thread(Work) { IsBackground = background, Name = threads == 1 ? id : $"{id}_{i}" }.Start();
    }

    public override void Execute(IRunnable run)
    {
        lock (_gate)
        {
            if (_shutdown)
                throw new RejectedExecutionException($"The executor of {Id} is shut down.");
            _work.Enqueue(run);
            if (_parked > 0)
                Monitor.Pulse(_gate);
        }
    }

    public override void Shutdown()
    {
        lock (_gate)
        {
            _shutdown = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Work()
    {
        while (Take() is { } run)
            run.Run();
    }

    private IRunnable? Take()
    {
        lock (_gate)
        {
            IRunnable? run;
            while (!_work.TryDequeue(out run) && !_shutdown)
            {
                _parked++;
                Monitor.Wait(_gate);
                _parked--;
            }

            return run;
        }
    }
}
