using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// What executors that are one looping thread have alike: work from the thread itself and from others, messages for later, and the
/// announcement of sleep, so that others wake the thread once and only if it sleeps. What it sleeps in is the executor's affair.
/// </summary>
/// <param name="id">The dispatcher's id.</param>
/// <param name="wake">Ends the sleep of the thread; called on other threads.</param>
/// <param name="report">Receives what a mailbox run throws, so that the loop survives it.</param>
internal sealed class RunQueue(string id, Action wake, Action<Exception> report)
{
    private readonly Queue<IRunnable> _own = new();
    private readonly ConcurrentQueue<IRunnable> _remote = new();
    private readonly PriorityQueue<Timer, long> _timers = new();
    private ExecutionContext? _context; // as it was when the thread began
    private int _thread;
    private int _sleeping;
    private int _signalling;
    private volatile bool _shutdown;
    private volatile bool _ended;

    /// <summary>Whether there is something to run.</summary>
    public bool HasWork => _own.Count > 0 || !_remote.IsEmpty;

    /// <summary>Whether the loop is to go on: until it is shut down and everything was run.</summary>
    public bool GoesOn => !_shutdown || HasWork;

    /// <summary>The calling thread is the loop's from now on.</summary>
    public void Begin()
    {
        Volatile.Write(ref _thread, Environment.CurrentManagedThreadId);
        _context = ExecutionContext.Capture();
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
        Wake();
        // The loop ended between the check and the enqueue: nobody will look again.
        if (_ended) RunElsewhere();
    }

    /// <summary>Any thread: no more work is taken, and the loop ends when what it has is done.</summary>
    public void Shutdown()
    {
        _shutdown = true;
        Wake();
    }

    /// <summary>Tells an actor something after a while.</summary>
    public void After(TimeSpan delay, IActorRef receiver, object message) =>
        _timers.Enqueue(new Timer(receiver, message), Environment.TickCount64 + (long)Math.Ceiling(delay.TotalMilliseconds));

    /// <summary>How long the thread may sleep now, having announced it to others: milliseconds, or -1 for ever.</summary>
    public int Sleep()
    {
        if (HasWork) return 0;
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        if (!_remote.IsEmpty || _shutdown) return 0; // came between the last look and the announcement
        return _timers.TryPeek(out _, out var due) ? (int)Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue) : -1;
    }

    /// <summary>The thread is awake again.</summary>
    public void Awake() => Volatile.Write(ref _sleeping, 0);

    /// <summary>
    /// Sends the messages that are due, and runs what was queued by now; what is queued meanwhile waits for the next turn, so that actors
    /// which keep each other busy do not starve the sockets.
    /// </summary>
    public void Run()
    {
        for (var now = Environment.TickCount64; _timers.TryPeek(out var timer, out var due) && due <= now;)
        {
            _timers.Dequeue();
            timer.Receiver.Tell(timer.Message, ActorRefs.NoSender);
        }

        for (var arrived = _remote.Count; arrived > 0 && _remote.TryDequeue(out var run); arrived--) _own.Enqueue(run);
        for (var queued = _own.Count; queued > 0; queued--) RunOne(_own.Dequeue());
    }

    /// <summary>The loop is over: what still comes in runs on the thread pool. Afterwards nobody wakes the thread any more.</summary>
    public void End()
    {
        Volatile.Write(ref _thread, 0);
        Awake();
        _ended = true;
        RunElsewhere();
        // Whoever is about to wake us must not use what the executor disposes of next.
        SpinWait.SpinUntil(() => Volatile.Read(ref _signalling) == 0);
    }

    private void Wake()
    {
        // The queue's own interlocked enqueue comes before this read, and the loop's fence before its look at the queue.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) == 0) return;
        Interlocked.Increment(ref _signalling);
        if (Interlocked.Exchange(ref _sleeping, 0) != 0) wake();
        Interlocked.Decrement(ref _signalling);
    }

    private void RunElsewhere()
    {
        while (_remote.TryDequeue(out var left)) ThreadPool.UnsafeQueueUserWorkItem(left, preferLocal: false);
    }

    private void RunOne(IRunnable run)
    {
        try
        {
            run.Run();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            report(exception);
        }

        // What a handler leaves in an AsyncLocal is not for the next connection to find.
        if (_context is not null && ExecutionContext.Capture() != _context) ExecutionContext.Restore(_context);
    }

    private readonly record struct Timer(IActorRef Receiver, object Message);
}
