using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// The work of an executor that is one looping thread: from the thread itself, from others, and for later. What the thread sleeps in is
/// the executor's affair.
/// </summary>
/// <param name="id">The dispatcher's id.</param>
/// <param name="bell">Wakes the thread.</param>
/// <param name="report">Receives what a mailbox run throws, so that the loop survives it.</param>
internal sealed class RunQueue(string id, Doorbell bell, Action<Exception> report)
{
    private readonly Queue<IRunnable> _own = new();
    private readonly ConcurrentQueue<IRunnable> _remote = new();
    private readonly TimerHeap _timers = new();
    private Runner _runner = null!;
    private int _thread;
    private volatile bool _shutdown;
    private volatile bool _ended;

    /// <summary>Whether the loop is to go on: until it is shut down and everything was run.</summary>
    public bool GoesOn => !_shutdown || HasWork;

    private bool HasWork => _own.Count > 0 || !_remote.IsEmpty;

    /// <summary>The calling thread is the loop's from now on.</summary>
    public void Begin()
    {
        _runner = new Runner(report);
        Volatile.Write(ref _thread, Environment.CurrentManagedThreadId);
    }

    /// <summary>Any thread: runs something on the loop's thread, and wakes it if it sleeps.</summary>
    /// <exception cref="RejectedExecutionException">The loop is shut down.</exception>
    public void Add(IRunnable run)
    {
        if (Volatile.Read(ref _thread) == Environment.CurrentManagedThreadId)
        {
            _own.Enqueue(run);
            return;
        }

        if (_shutdown) throw new RejectedExecutionException($"loop {id} is shut down");
        _remote.Enqueue(run);
        bell.Ring();
        // The loop ended between the check and the enqueue: nobody will look again.
        if (_ended) LeaveToThreadPool();
    }

    /// <summary>Any thread: no more work is taken, and the loop ends when what it has is done.</summary>
    public void Shutdown()
    {
        _shutdown = true;
        bell.Ring();
    }

    /// <summary>Tells an actor something after a while.</summary>
    public void After(TimeSpan delay, IActorRef receiver, object message) => _timers.Add(delay, receiver, message);

    /// <summary>How long the thread may sleep now, having announced it to others: milliseconds, or -1 for ever.</summary>
    public int Sleep()
    {
        if (HasWork) return 0;
        bell.Listen();
        return !_remote.IsEmpty || _shutdown ? 0 : _timers.Wait(); // 0: came between the last look and the announcement
    }

    /// <summary>
    /// Sends the messages that are due, and runs what was queued by now; what is queued meanwhile waits for the next turn, so that actors
    /// which keep each other busy do not starve the sockets.
    /// </summary>
    public void Run()
    {
        if (_timers.Count > 0)
        {
            for (var now = Stopwatch.GetTimestamp(); _timers.TakeDue(now) is { } timer;) _runner.Run(timer.Run);
        }

        for (var arrived = _remote.IsEmpty ? 0 : _remote.Count; arrived > 0 && _remote.TryDequeue(out var run); arrived--) _own.Enqueue(run);
        for (var queued = _own.Count; queued > 0; queued--) _runner.Run(_own.Dequeue());
    }

    /// <summary>The loop is over: what still comes in runs on the thread pool.</summary>
    public void End()
    {
        Volatile.Write(ref _thread, 0);
        _ended = true;
        LeaveToThreadPool();
    }

    private void LeaveToThreadPool()
    {
        while (_remote.TryDequeue(out var left)) ThreadPool.UnsafeQueueUserWorkItem(left, preferLocal: false);
    }
}
