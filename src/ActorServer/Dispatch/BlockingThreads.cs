using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// An executor for actors that block: a mailbox has a thread to itself for as long as it has something to do. Mailboxes that find no thread
/// wait in one queue, first come, first served.
/// </summary>
/// <remarks>
/// A thread that is free is given a mailbox directly, the last one first, whose stack and caches are warm; it parks when there is none, so
/// that a mailbox costs one wake-up.
/// </remarks>
public sealed class BlockingThreads : ExecutorService
{
    /// <summary>How long a spare thread waits.</summary>
    public static readonly TimeSpan SpareTime = TimeSpan.FromSeconds(1);

    // Not shared state but the identity of the running thread.
    [ThreadStatic]
    private static Seat? current;

    private readonly ThreadSet _set;
    private readonly Action<Exception> _report;
    private readonly Lock _gate = new();
    private readonly Queue<IRunnable> _waiting = new();
    private readonly List<Seat> _parked = []; // none while anybody waits
    private int _alive;
    private bool _shutdown;

    /// <summary>Starts the threads that are to be ready.</summary>
    /// <param name="id">The dispatcher's id.</param>
    /// <param name="set">How many threads.</param>
    /// <param name="report">Receives what a run throws, so that the thread survives it.</param>
    public BlockingThreads(string id, ThreadSet set, Action<Exception> report) : base(id)
    {
        (_set, _report) = (set, report);
        for (var n = 1; set.Ready && n <= set.Most; n++)
        {
            var seat = new Seat(this);
            _parked.Add(seat);
            _alive++;
            Start($"{set.Name}-{n}", seat);
        }
    }

    /// <summary>Threads that are alive.</summary>
    public int Alive
    {
        get
        {
            lock (_gate) return _alive;
        }
    }

    /// <inheritdoc/>
    public override void Execute(IRunnable run)
    {
        // The actor whose turn this thread is has more to do: it stays.
        if (current is { } own && own.Set == this && own.Running == run)
        {
            own.HasMore = true;
            return;
        }

        Seat? seat;
        lock (_gate)
        {
            if (_shutdown) throw new RejectedExecutionException($"the threads of {Id} are shut down");
            seat = Unpark();
            if (seat is null)
            {
                if (_alive == _set.Most)
                {
                    _waiting.Enqueue(run);
                    return;
                }

                _alive++;
            }
        }

        if (seat is not null) seat.Give(run); // a system call, and so not under the lock
        else StartFor(run);
    }

    /// <inheritdoc/>
    public override void Shutdown()
    {
        lock (_gate)
        {
            _shutdown = true;
            _alive -= _parked.Count;
            foreach (var seat in _parked) seat.Give(null);
            _parked.Clear();
        }
    }

    private Seat? Unpark()
    {
        if (_parked.Count == 0) return null;
        var seat = _parked[^1];
        _parked.RemoveAt(_parked.Count - 1);
        return seat;
    }

    private void StartFor(IRunnable run)
    {
        try
        {
            Start(_set.Name, new Seat(this, run));
        }
        catch (OutOfMemoryException exception) // so the runtime calls it when the system has no thread left
        {
            _report(exception);
            Seat? seat;
            lock (_gate)
            {
                _alive--;
                if (_alive == 0) throw new RejectedExecutionException($"the system has no thread left for {Id}");
                seat = Unpark();
                if (seat is null) _waiting.Enqueue(run); // for one of those that there are
            }

            seat?.Give(run);
        }
    }

    private void Start(string name, Seat seat) => new Thread(Run, _set.Stack) { Name = name, IsBackground = true }.UnsafeStart(seat);

    private void Run(object? state)
    {
        var seat = current = (Seat)state!;
        var runner = new Runner(_report);
        for (var run = Await(seat); run is not null; run = Next(seat))
        {
            seat.Running = run;
            do
            {
                seat.HasMore = false;
                runner.Run(run);
            }
            while (seat.HasMore);
            seat.Running = null;
        }
    }

    /// <summary>What waits longest, or what comes while the thread is parked; null when the thread is to end.</summary>
    private IRunnable? Next(Seat seat)
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var run)) return run;
            if (_shutdown || (!_set.Ready && _parked.Count >= _set.Spares))
            {
                _alive--;
                return null;
            }

            _parked.Add(seat);
        }

        return Await(seat);
    }

    private IRunnable? Await(Seat seat)
    {
        while (true)
        {
            if (seat.Take(_set.Ready ? Timeout.InfiniteTimeSpan : SpareTime, out var run)) return run;
            lock (_gate)
            {
                if (!_parked.Remove(seat)) continue; // it is being given something
                _alive--;
                return null;
            }
        }
    }

    /// <summary>A thread's place: what it runs, and what it is given while it is parked.</summary>
    private sealed class Seat(BlockingThreads set, IRunnable? first = null)
    {
        private readonly object _gate = new();
        private IRunnable? _given = first;
        private bool _isGiven = first is not null;

        public BlockingThreads Set => set;

        public IRunnable? Running { get; set; }

        public bool HasMore { get; set; }

        /// <summary>Wakes the parked thread with something to run, or (null) to end.</summary>
        public void Give(IRunnable? run)
        {
            lock (_gate)
            {
                (_given, _isGiven) = (run, true);
                Monitor.Pulse(_gate);
            }
        }

        /// <summary>Parks until something is given; whether it was.</summary>
        public bool Take(TimeSpan patience, out IRunnable? run)
        {
            lock (_gate)
            {
                if (!_isGiven) Monitor.Wait(_gate, patience);
                run = _given;
                var taken = _isGiven;
                (_given, _isGiven) = (null, false);
                return taken;
            }
        }
    }
}
