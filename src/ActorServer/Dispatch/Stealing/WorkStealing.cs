using System.Collections.Concurrent;
using System.Diagnostics;
using ActorServer.IO.Native;
using Akka.Dispatch;

namespace ActorServer.Dispatch.Stealing;

/// <summary>
/// An executor whose threads have a deque each. What a thread's own work gives rise to goes there, and is done next, while its caches are
/// warm; what comes from outside goes to a global queue, from which a thread takes a share. Who has nothing steals the oldest of another's,
/// beginning with one that is drawn by lot, before it takes a share of its own.
/// </summary>
/// <remarks>
/// A thread that finds nothing parks. One at a time is on its way to work that was announced: it is counted as searching from before it is
/// woken, whoever brings work meanwhile need not wake another, and when it has found something while more is left it wakes the next. Who
/// gives up searching looks once more after it said so, and so does who parks: whatever was brought before is seen by one of them.
/// </remarks>
public sealed partial class WorkStealing : ExecutorService
{
    // Own work comes first, but not for ever: actors that keep each other busy must not starve what waits outside, or below them.
    private const int Turns = 61;
    private const int LargestShare = 16;

    // What a thread takes for itself waits for it alone until somebody has nothing else to do. Behind short runs that saves everybody the way
    // to the global queue; behind a long one it would be overtaken by all that comes later.
    private static readonly long ShareTime = Stopwatch.Frequency / 2_000;

    // Not shared state but the identity of the running thread.
    [ThreadStatic]
    private static Thief? current;

    private readonly Thief[] _workers;
    private readonly Action<Exception> _report;
    private readonly ConcurrentQueue<IRunnable> _global = new();
    private readonly Stack<Thief> _parked = new(); // guarded by itself
    private int _sleeping;
    private int _searching;
    private volatile bool _shutdown;

    /// <summary>Starts the threads.</summary>
    /// <param name="id">The dispatcher's id; its last segment and a number name the threads.</param>
    /// <param name="workers">How many threads, at least 1.</param>
    /// <param name="report">Receives what a run throws, so that the thread survives it.</param>
    public WorkStealing(string id, int workers, Action<Exception> report) : base(id)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        _report = report;
        var name = id[(id.LastIndexOf('.') + 1)..];
        _workers = [.. Enumerable.Range(1, workers).Select(n => new Thief(this, $"{name}-{n}"))];
        foreach (var worker in _workers) new Thread(Run) { Name = worker.Name, IsBackground = true }.UnsafeStart(worker);
    }

    /// <summary>The threads. Any thread may look.</summary>
    public IReadOnlyList<Thief> Workers => _workers;

    /// <summary>What came from outside and no thread has taken yet. Any thread.</summary>
    public int GlobalDepth => _global.Count;

    private bool HasWork => !_global.IsEmpty || Array.Exists(_workers, static worker => worker.Depth > 0);

    /// <inheritdoc/>
    public override void Execute(IRunnable run)
    {
        if (current is not { } self || self.Set != this)
        {
            Submit(run);
            return;
        }

        self.Deque.Push(run);
        Announce();
    }

    /// <summary>As <see cref="Execute"/> from outside, also for the set's own threads: behind what waits in the global queue.</summary>
    /// <param name="run">What to run.</param>
    /// <exception cref="RejectedExecutionException">The threads are shut down.</exception>
    public void Submit(IRunnable run)
    {
        if (_shutdown) throw new RejectedExecutionException($"the threads of {Id} are shut down");
        _global.Enqueue(run);
        if (_shutdown) LeaveToThreadPool(); // perhaps nobody looks again
        Announce();
    }

    /// <inheritdoc/>
    public override void Shutdown()
    {
        _shutdown = true;
        lock (_parked)
        {
            while (_parked.TryPop(out var worker)) worker.Wake();
            Volatile.Write(ref _sleeping, 0);
        }
    }

    /// <summary>There is work that nobody may have seen: wakes a thread, if one sleeps and none is searching.</summary>
    private void Announce()
    {
        do
        {
            Interlocked.MemoryBarrier(); // the work is seen before we look who sleeps
            if (Volatile.Read(ref _sleeping) == 0 || Volatile.Read(ref _searching) != 0) return;
            if (Interlocked.CompareExchange(ref _searching, 1, 0) != 0) return; // another's wake-up
            Thief? worker;
            lock (_parked)
            {
                if (_parked.TryPop(out worker)) Volatile.Write(ref _sleeping, _parked.Count);
            }

            if (worker is not null)
            {
                worker.Wake();
                return;
            }

            Interlocked.Decrement(ref _searching); // nobody sleeps; but who counted on us must not wait in vain
        }
        while (HasWork);
    }

    private void Run(object? state)
    {
        ThreadCalls.InterruptNobody();
        var self = current = (Thief)state!;
        var runner = new Runner(_report);
        while ((self.Next() ?? Search(self)) is { } run)
        {
            runner.Run(run);
            self.Did();
        }

        current = null;
        LeaveToThreadPool();
    }

    /// <summary>Something to do, from wherever; null when the thread is to end.</summary>
    private IRunnable? Search(Thief self)
    {
        self.Rest();
        Interlocked.Increment(ref _searching);
        while (true)
        {
            var found = StealFrom(self) ?? TakeShare(self); // what others keep is older than what waits outside
            var last = Interlocked.Decrement(ref _searching) == 0;
            if (found is not null)
            {
                if (last && HasWork) Announce();
                self.Begin();
                return found;
            }

            if (_shutdown) return null;
            if (!Park(self)) Interlocked.Increment(ref _searching); // otherwise it is counted by who woke it
        }
    }

    /// <summary>Sleeps until there is something to search for.</summary>
    /// <returns>False when it need not sleep.</returns>
    private bool Park(Thief self)
    {
        lock (_parked)
        {
            if (_shutdown) return false;
            _parked.Push(self);
            Volatile.Write(ref _sleeping, _parked.Count);
        }

        Interlocked.MemoryBarrier(); // we are seen before we look
        if (HasWork)
        {
            if (Unpark(self)) return false;
            Announce(); // another who parked since may have looked before the work came
        }

        self.Sleep();
        return !_shutdown;
    }

    /// <summary>Whether it took itself out again; otherwise it is being woken, or not the last one in any more.</summary>
    private bool Unpark(Thief self)
    {
        lock (_parked)
        {
            if (!_parked.TryPeek(out var last) || last != self) return false;
            _parked.Pop();
            Volatile.Write(ref _sleeping, _parked.Count);
            return true;
        }
    }

    /// <summary>
    /// The oldest of the global queue; some more go to the thread's deque, to be done in their order: no more than its part, and than it does
    /// within half a millisecond by what its last runs took.
    /// </summary>
    private IRunnable? TakeShare(Thief self)
    {
        if (!_global.TryDequeue(out var first)) return null;
        var most = (int)Math.Min(LargestShare, ShareTime / self.Pace);
        if (most > 0) self.Keep(_global, Math.Min(most, _global.Count / _workers.Length));
        return first;
    }

    private IRunnable? StealFrom(Thief self)
    {
        var start = self.Draw(_workers.Length);
        for (var n = 0; n < _workers.Length; n++)
        {
            var victim = _workers[(start + n) % _workers.Length];
            if (victim == self || victim.Deque.Steal() is not { } stolen) continue;
            self.Stole();
            return stolen;
        }

        return null;
    }

    private void LeaveToThreadPool()
    {
        while (_global.TryDequeue(out var left)) ThreadPool.UnsafeQueueUserWorkItem(left, preferLocal: false);
    }
}
