using ActorServer.IO.Native;
using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// An executor for actors that block: a mailbox has a thread to itself for as long as it has something to do. Mailboxes that find no thread
/// wait in one queue, first come, first served.
/// </summary>
/// <remarks>
/// Of several threads that are parked the last one is woken first, whose stack and caches are warm. One is on its way at a time: what comes
/// meanwhile is taken by a thread that becomes free, or else by the next, which the first wakes before it begins. So a mailbox costs
/// one wake-up, and often none.
/// </remarks>
public sealed class BlockingThreads : ExecutorService
{
    /// <summary>How long a spare thread waits.</summary>
    public static readonly TimeSpan SpareTime = TimeSpan.FromSeconds(1);

    /// <summary>How long those who wait wait, when no thread could be started for them and none became free, for the next attempt.</summary>
    public static readonly TimeSpan RetryTime = TimeSpan.FromSeconds(1);

    // Not shared state but the identity of the running thread.
    [ThreadStatic]
    private static Seat? current;

    private readonly ThreadSet _set;
    private readonly Action<Exception> _report;
    private readonly Action<Thread, object> _start;
    private readonly Lock _gate = new();
    private readonly Queue<IRunnable> _waiting = new();
    private readonly List<Seat> _parked = [];
    private bool _coming; // a thread that was woken or started for those who wait, and has not arrived yet
    private int _looking; // threads that look for work once more before they park
    private int _alive;
    private bool _retries;
    private bool _shutdown;

    /// <summary>Starts the threads that are to be ready.</summary>
    /// <param name="id">The dispatcher's id.</param>
    /// <param name="set">How many threads.</param>
    /// <param name="report">Receives what a run throws, so that the thread survives it.</param>
    /// <param name="start">
    /// Starts a thread, with what to tell it, or throws an <see cref="OutOfMemoryException"/> if the system has none left; null for
    /// <see cref="Thread.UnsafeStart(object?)"/>.
    /// </param>
    public BlockingThreads(string id, ThreadSet set, Action<Exception> report, Action<Thread, object>? start = null) : base(id)
    {
        (_set, _report, _start) = (set, report, start ?? (static (thread, seat) => thread.UnsafeStart(seat)));
        if (!set.Ready) return;
        _alive = set.Most;
        for (var n = 1; n <= set.Most; n++) Start($"{set.Name}-{n}", new Seat(this));
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

        Submit(run);
    }

    /// <summary>As <see cref="Execute"/>, but what the calling thread runs goes to the end of the queue, too.</summary>
    /// <param name="run">What to run.</param>
    /// <exception cref="RejectedExecutionException">The threads are shut down.</exception>
    public void Submit(IRunnable run)
    {
        Seat? seat;
        lock (_gate)
        {
            if (_shutdown) throw new RejectedExecutionException($"the threads of {Id} are shut down");
            _waiting.Enqueue(run);
            seat = Summon();
        }

        Bring(seat); // a system call, and so not under the lock
    }

    /// <inheritdoc/>
    public override void Shutdown()
    {
        lock (_gate)
        {
            _shutdown = true;
            _parked.ForEach(seat => seat.Wake());
            _parked.Clear();
        }
    }

    /// <summary>Who is to come for those who wait; null if nobody has to, or nobody is left.</summary>
    private Seat? Summon()
    {
        if (_coming || _looking > 0 || _waiting.Count == 0) return null;
        Seat seat;
        if (_parked.Count > 0)
        {
            seat = _parked[^1];
            _parked.RemoveAt(_parked.Count - 1);
        }
        else
        {
            if (_alive == _set.Most) return null;
            seat = new Seat(this) { IsNew = true };
            _alive++;
        }

        _coming = true;
        return seat;
    }

    private void Bring(Seat? seat)
    {
        if (seat is null) return;
        if (!seat.IsNew)
        {
            seat.Wake();
            return;
        }

        try
        {
            Start(_set.Name, seat);
        }
        catch (OutOfMemoryException exception) // so the runtime calls it when the system has no thread left
        {
            bool retries;
            lock (_gate)
            {
                _alive--;
                _coming = false;
                retries = _retries;
                _retries = true;
            }

            _report(exception);
            if (!retries) _ = RetryAsync(); // who waits is served by those that there are, when the next one comes, or then
        }
    }

    private async Task RetryAsync()
    {
        await Task.Delay(RetryTime).ConfigureAwait(false);
        Seat? seat;
        lock (_gate)
        {
            _retries = false;
            seat = Summon();
        }

        Bring(seat);
    }

    private void Start(string name, Seat seat) => _start(new Thread(Run, _set.Stack) { Name = name, IsBackground = true }, seat);

    private void Run(object? state)
    {
        ThreadCalls.InterruptNobody();
        var seat = current = (Seat)state!;
        var runner = new Runner(_report);
        for (var run = (seat.IsNew ? Arrive(seat) : null) ?? Next(seat); run is not null; run = Next(seat))
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

    /// <summary>What the summoned thread is to run; null when another was faster. It calls the next one before it begins.</summary>
    private IRunnable? Arrive(Seat seat)
    {
        seat.IsNew = false;
        IRunnable? run;
        Seat? next;
        lock (_gate)
        {
            _coming = false;
            _waiting.TryDequeue(out run);
            next = Summon();
        }

        Bring(next);
        return run;
    }

    /// <summary>What waits longest, or what comes while the thread is parked; null when the thread is to end.</summary>
    private IRunnable? Next(Seat seat)
    {
        while (true)
        {
            if (_set.Yields > 0 && Look() is { } found) return found;
            lock (_gate)
            {
                // Without spares each mailbox has a fresh thread, if there may be one more.
                var stays = _set.Ready || _set.Spares > 0 || _alive == _set.Most || !_coming;
                if (stays && _waiting.TryDequeue(out var waiting)) return waiting;
                if (_shutdown || (!_set.Ready && _parked.Count >= _set.Spares)) return Leave();
                _parked.Add(seat);
            }

            while (!seat.Park(_set.Ready ? Timeout.InfiniteTimeSpan : SpareTime))
            {
                lock (_gate)
                {
                    if (_parked.Remove(seat)) return Leave(); // otherwise it is being woken
                }
            }

            if (Arrive(seat) is { } run) return run;
        }
    }

    /// <summary>What comes in the time that others get the processor for a while; null if nothing does.</summary>
    private IRunnable? Look()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var waiting)) return waiting;
            _looking++;
        }

        // Counted without the lock: a hint is enough.
        for (var yields = 0; yields < _set.Yields && _waiting.Count == 0; yields++) Thread.Yield();
        IRunnable? run;
        Seat? next;
        lock (_gate)
        {
            _looking--;
            _waiting.TryDequeue(out run);
            next = Summon();
        }

        Bring(next);
        return run;
    }

    private IRunnable? Leave()
    {
        _alive--;
        return null;
    }

    /// <summary>A thread's place: what it runs, and where it parks.</summary>
    private sealed class Seat(BlockingThreads set)
    {
        private readonly Parker _parker = new();

        public BlockingThreads Set => set;

        public bool IsNew { get; set; }

        public IRunnable? Running { get; set; }

        public bool HasMore { get; set; }

        public void Wake() => _parker.Wake();

        /// <summary>Sleeps until it is woken; whether it was.</summary>
        public bool Park(TimeSpan patience) => _parker.Park(patience);
    }
}
