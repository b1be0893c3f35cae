using System.Collections.Concurrent;
using ActorServer.IO.Polling;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// An executor that is an event loop: one thread that waits on a poller, then runs the mailboxes of the actors assigned to it. In the
/// terms of POSA2's Reactor the poller is the Synchronous Event Demultiplexer, a descriptor the Handle and an actor the Event Handler:
/// readiness is a <see cref="Ready"/> message to the actor, which runs on this same thread, without a lock and without a hop.
/// </summary>
/// <remarks>
/// Work from the loop's own thread goes to a plain queue. Work from others goes to a concurrent one, with one write to the wake-up
/// descriptor only if the loop sleeps. A turn runs what was queued when it began, so that actors which keep each other busy do not
/// starve the sockets.
/// </remarks>
public sealed class EventLoop : ExecutorService
{
    // Not shared state but the identity of the running thread: an actor on a loop registers its descriptors with that loop.
    [ThreadStatic]
    private static EventLoop? running;

    private readonly IPoller _poller;
    private readonly Wakeup _wakeup = new();
    private readonly Action<Exception> _report;
    private readonly Queue<IRunnable> _own = new();
    private readonly ConcurrentQueue<IRunnable> _remote = new();
    private readonly PriorityQueue<Timer, long> _timers = new();
    private readonly ReadyDescriptor[] _ready = new ReadyDescriptor[256];
    private IEventHandler?[] _handlers = new IEventHandler?[64];
    private ExecutionContext? _context; // as it was when the thread began
    private int _sleeping;
    private int _signalling;
    private volatile bool _shutdown;
    private volatile bool _ended;

    /// <summary>Starts the loop's thread.</summary>
    /// <param name="id">The dispatcher's id; its last segment names the thread, of which the kernel shows 15 letters.</param>
    /// <param name="poller">The demultiplexer; owned by the loop from here on.</param>
    /// <param name="report">Receives what a mailbox run throws, so that the loop survives it.</param>
    public EventLoop(string id, IPoller poller, Action<Exception> report) : base(id)
    {
        _poller = poller;
        _report = report;
        _poller.Add(_wakeup.Descriptor, Interest.Read);
        new Thread(Run) { Name = id[(id.LastIndexOf('.') + 1)..], IsBackground = true }.UnsafeStart();
    }

    /// <summary>The loop whose thread is calling.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is no event loop.</exception>
    public static EventLoop Current => running ?? throw new InvalidOperationException(
        "this actor needs a dispatcher whose executor is an event loop: executor = \"ActorServer.Dispatch.EventLoopConfigurator, ActorServer.Server\"");

    /// <summary>Whether the calling thread is this loop's.</summary>
    internal bool IsCurrent => running == this;

    /// <summary>The name of the loop's poller.</summary>
    public string Engine => _poller.Name;

    /// <summary>What the loop's poller can do.</summary>
    public PollerFeatures Features => _poller.Features;

    /// <summary>The highest descriptor that the loop's poller can watch.</summary>
    public int MaxDescriptor => _poller.MaxDescriptor;

    /// <inheritdoc/>
    public override void Execute(IRunnable run)
    {
        if (running == this)
        {
            _own.Enqueue(run);
            return;
        }

        if (_shutdown) throw new RejectedExecutionException($"event loop {Id} is shut down");
        _remote.Enqueue(run);
        Wake();
        // The loop ended between the check and the enqueue: nobody will look again, so what is left runs on the thread pool.
        while (_ended && _remote.TryDequeue(out var left)) ThreadPool.UnsafeQueueUserWorkItem(left, preferLocal: false);
    }

    /// <inheritdoc/>
    public override void Shutdown()
    {
        _shutdown = true;
        Wake();
    }

    /// <summary>Watches a descriptor: its readiness becomes a <see cref="Ready"/> message to the actor. Loop thread only.</summary>
    /// <param name="descriptor">A non-blocking descriptor.</param>
    /// <param name="interest">What to wait for.</param>
    /// <param name="handler">An actor of this loop.</param>
    public void Register(int descriptor, Interest interest, IActorRef handler) => Register(descriptor, interest, new ActorHandler(handler));

    /// <summary>Watches a descriptor for a handler that is no actor. Loop thread only.</summary>
    /// <param name="descriptor">A non-blocking descriptor.</param>
    /// <param name="interest">What to wait for.</param>
    /// <param name="handler">Called on the loop's thread, while the loop goes through what is ready.</param>
    public void Register(int descriptor, Interest interest, IEventHandler handler)
    {
        _poller.Add(descriptor, interest);
        if (descriptor >= _handlers.Length) Array.Resize(ref _handlers, Math.Max(descriptor + 1, _handlers.Length * 2));
        _handlers[descriptor] = handler;
    }

    /// <summary>Changes what a registered descriptor is watched for. Loop thread only.</summary>
    /// <param name="descriptor">A descriptor that was registered.</param>
    /// <param name="interest">What to wait for from now on.</param>
    public void Change(int descriptor, Interest interest) => _poller.Change(descriptor, interest);

    /// <summary>Forgets a registered descriptor; before it is closed. Loop thread only.</summary>
    /// <param name="descriptor">A descriptor that was registered.</param>
    public void Unregister(int descriptor)
    {
        _poller.Remove(descriptor);
        _handlers[descriptor] = null;
    }

    /// <summary>Tells an actor of this loop a message after a while. Loop thread only.</summary>
    /// <param name="delay">How long to wait; rounded up to a millisecond.</param>
    /// <param name="receiver">An actor of this loop.</param>
    /// <param name="message">What to tell it.</param>
    public void After(TimeSpan delay, IActorRef receiver, object message) =>
        _timers.Enqueue(new Timer(receiver, message), Environment.TickCount64 + (long)Math.Ceiling(delay.TotalMilliseconds));

    /// <summary>Runs something on the loop after a while. Loop thread only.</summary>
    /// <param name="delay">How long to wait; rounded up to a millisecond.</param>
    /// <param name="run">What to run.</param>
    public void After(TimeSpan delay, IRunnable run) =>
        _timers.Enqueue(new Timer(null, run), Environment.TickCount64 + (long)Math.Ceiling(delay.TotalMilliseconds));

    /// <summary>
    /// What a handler leaves in an AsyncLocal is not for the next connection to find. For a scheduler that runs several of them in one
    /// run of the loop: between two.
    /// </summary>
    internal void ForgetContext()
    {
        if (_context is not null && ExecutionContext.Capture() != _context) ExecutionContext.Restore(_context);
    }

    private void Wake()
    {
        // The queue's own interlocked enqueue comes before this read, and the loop's fence before its look at the queue.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) == 0) return;
        Interlocked.Increment(ref _signalling);
        if (Interlocked.Exchange(ref _sleeping, 0) != 0) _wakeup.Signal();
        Interlocked.Decrement(ref _signalling);
    }

    private void Run()
    {
        running = this;
        _context = ExecutionContext.Capture();
        try
        {
            while (!_shutdown || HasWork) Turn();
        }
        finally
        {
            running = null;
            Volatile.Write(ref _sleeping, 0);
            _ended = true;
            while (_remote.TryDequeue(out var left)) ThreadPool.UnsafeQueueUserWorkItem(left, preferLocal: false);
            _poller.Dispose();
            // Whoever is about to signal must not write to a descriptor that may be somebody else's by then.
            SpinWait.SpinUntil(() => Volatile.Read(ref _signalling) == 0);
            _wakeup.Dispose();
        }
    }

    private bool HasWork => _own.Count > 0 || !_remote.IsEmpty;

    private void Turn()
    {
        Demultiplex(HasWork ? 0 : Sleep());
        for (var now = Environment.TickCount64; _timers.TryPeek(out var timer, out var due) && due <= now;)
        {
            _timers.Dequeue();
            if (timer.Receiver is { } receiver) receiver.Tell(timer.What, ActorRefs.NoSender);
            else _own.Enqueue((IRunnable)timer.What);
        }

        for (var arrived = _remote.Count; arrived > 0 && _remote.TryDequeue(out var run); arrived--) _own.Enqueue(run);
        for (var queued = _own.Count; queued > 0; queued--) RunOne(_own.Dequeue());
    }

    /// <summary>How long the wait may take, having announced it to other threads: milliseconds, or -1 for ever.</summary>
    private int Sleep()
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        if (!_remote.IsEmpty || _shutdown) return 0; // came between the last look and the announcement
        return _timers.TryPeek(out _, out var due) ? (int)Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue) : -1;
    }

    private void Demultiplex(int milliseconds)
    {
        var count = _poller.Wait(_ready, milliseconds);
        Volatile.Write(ref _sleeping, 0);
        for (var i = 0; i < count; i++)
        {
            var (descriptor, readiness) = _ready[i];
            if (descriptor == _wakeup.Descriptor) _wakeup.Clear();
            // Null: unregistered by an earlier event of this batch.
            else _handlers[descriptor]?.HandleEvent(readiness);
        }
    }

    private void RunOne(IRunnable run)
    {
        try
        {
            run.Run();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _report(exception);
        }

        ForgetContext();
    }

    /// <param name="Receiver">The actor to tell; null for an <see cref="IRunnable"/> to run.</param>
    /// <param name="What">The message, or what to run.</param>
    private readonly record struct Timer(IActorRef? Receiver, object What);
}
