using System.Collections.Concurrent;
using System.Diagnostics;
using ActorServer.IO.Native;
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
/// A turn has the phases of libuv's loop: timers that are due; pending callbacks, from other threads or put off by the last turn; the
/// poll, and the actors that it made ready; checks (<see cref="Immediate"/>); closings (<see cref="Closing"/>). Between any two
/// callbacks, what they asked for by <see cref="NextTick"/>. A phase runs what was queued when it began, so that callbacks which keep
/// each other busy do not starve the sockets. Work from other threads comes through a concurrent queue, with one write to the wake-up
/// descriptor only if the loop sleeps.
/// </remarks>
public sealed class EventLoop : ExecutorService, IReactor
{
    private readonly IPoller _poller;
    private readonly Wakeup _wakeup;
    private readonly Doorbell _bell;
    private readonly Action<Exception> _report;
    private readonly TimerHeap _timers = new();
    private readonly ConcurrentQueue<IRunnable> _remote = new();
    private readonly Queue<IRunnable> _pending = new();
    private readonly Queue<IRunnable> _checks = new();
    private readonly Queue<IRunnable> _closings = new();
    private readonly Queue<IRunnable> _ticks = new();
    private readonly ReadyDescriptor[] _ready = new ReadyDescriptor[256];
    private IEventHandler?[] _handlers = new IEventHandler?[64];
    private int _registered;
    private Runner _runner = null!;
    private volatile bool _shutdown;
    private volatile bool _ended;
    private long _steps;
    private HandlerContext? _inside;

    /// <summary>Starts the loop's thread.</summary>
    /// <param name="id">The dispatcher's id; its last segment names the thread, of which the kernel shows 15 letters.</param>
    /// <param name="poller">The demultiplexer; owned by the loop from here on.</param>
    /// <param name="report">Receives what a callback throws, so that the loop survives it.</param>
    /// <param name="keepsHandlers">Whether asynchronous handlers continue on the loop's thread.</param>
    public EventLoop(string id, IPoller poller, Action<Exception> report, bool keepsHandlers = false) : base(id)
    {
        _poller = poller;
        _report = report;
        KeepsHandlers = keepsHandlers;
        Time = keepsHandlers ? new LoopTime(this) : TimeProvider.System;
        _wakeup = Wakeup.Of(poller);
        _bell = new Doorbell(_wakeup.Signal);
        new Thread(Run) { Name = id[(id.LastIndexOf('.') + 1)..], IsBackground = true }.UnsafeStart();
    }

    /// <summary>The loop whose thread is calling.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is no event loop.</exception>
    public static EventLoop Current => IReactor.Current as EventLoop ?? throw new InvalidOperationException("this thread is no event loop");

    /// <inheritdoc/>
    public string Engine => _poller.Name;

    /// <inheritdoc/>
    public PollerFeatures Features => _poller.Features;

    /// <inheritdoc/>
    public int MaxDescriptor => _poller.MaxDescriptor;

    /// <inheritdoc/>
    public bool Disarms => false;

    /// <summary>Whether asynchronous handlers continue on the loop's thread, instead of wherever they are resumed.</summary>
    public bool KeepsHandlers { get; }

    /// <summary>The clock of handlers: on a loop that keeps them, its timers are the loop's.</summary>
    public TimeProvider Time { get; }

    /// <summary>How far the loop has come; what does not move while the loop <see cref="IsBusy"/> is stuck. Any thread.</summary>
    internal long Steps => Volatile.Read(ref _steps);

    /// <summary>Whether the loop is at work, instead of waiting for some. Any thread.</summary>
    internal bool IsBusy => !_bell.IsListening && !_ended;

    /// <summary>Whether the loop's thread is gone. Any thread.</summary>
    internal bool HasEnded => _ended;

    /// <summary>Whose handler has the thread; null if none. Any thread.</summary>
    internal HandlerContext? Inside => Volatile.Read(ref _inside);

    /// <summary>What waits for its time. Loop thread only.</summary>
    internal TimerHeap Timers => _timers;

    internal bool IsCurrent => ReferenceEquals(IReactor.Running, this);

    private bool HasWork => _pending.Count + _checks.Count + _closings.Count > 0 || !_remote.IsEmpty;

    /// <inheritdoc/>
    public override void Execute(IRunnable run)
    {
        if (_shutdown && !IsCurrent) throw new RejectedExecutionException($"event loop {Id} is shut down");
        Post(run);
    }

    /// <inheritdoc/>
    public override void Shutdown()
    {
        _shutdown = true;
        _bell.Ring();
    }

    /// <summary>Runs a callback when the one that runs now is done, before any other. Loop thread only.</summary>
    /// <param name="callback">What to run.</param>
    public void NextTick(IRunnable callback) => _ticks.Enqueue(callback);

    /// <summary>Runs a callback once the descriptors were looked at: after this turn's poll, or the next one's. Loop thread only.</summary>
    /// <param name="callback">What to run.</param>
    public void Immediate(IRunnable callback) => _checks.Enqueue(callback);

    /// <summary>Runs a callback at the end of the turn, when nothing of the turn can need any more what it lets go of. Loop thread only.</summary>
    /// <param name="callback">What to run.</param>
    public void Closing(IRunnable callback) => _closings.Enqueue(callback);

    /// <inheritdoc/>
    public void Register(int descriptor, Interest interest, IEventHandler handler)
    {
        _poller.Add(descriptor, interest);
        if (descriptor >= _handlers.Length) Array.Resize(ref _handlers, Math.Max(descriptor + 1, _handlers.Length * 2));
        _handlers[descriptor] = handler;
        _registered++;
    }

    /// <inheritdoc/>
    public void Change(int descriptor, Interest interest) => _poller.Change(descriptor, interest);

    /// <inheritdoc/>
    public void Unregister(int descriptor)
    {
        _poller.Remove(descriptor);
        _handlers[descriptor] = null;
        _registered--;
    }

    /// <inheritdoc/>
    public void Forget(int descriptor)
    {
        _poller.Forget(descriptor);
        _handlers[descriptor] = null;
        _registered--;
    }

    /// <inheritdoc/>
    public void After(TimeSpan delay, IActorRef receiver, object message) => _timers.Add(delay, receiver, message);

    /// <summary>Runs something after a while. Loop thread only.</summary>
    /// <param name="delay">How long to wait; the poller's wait rounds it up to a millisecond.</param>
    /// <param name="run">What to run.</param>
    public void After(TimeSpan delay, IRunnable run) => _timers.Add(new TimerHeap.Timer(run), TimerHeap.DueAfter(delay));

    /// <inheritdoc/>
    public HandlerContext Admit(object subject) => new(this, subject);

    /// <summary>For a scheduler that runs the handlers of several connections in one run of the loop: between two.</summary>
    internal void ForgetContext() => _runner.ForgetContext();

    /// <summary>As <see cref="Execute"/>, for what must not get lost: after the loop's end it runs on the thread pool.</summary>
    internal void Post(IRunnable run)
    {
        if (IsCurrent)
        {
            _pending.Enqueue(run);
            return;
        }

        _remote.Enqueue(run);
        _bell.Ring();
        // The loop has ended, or did between a check and this: nobody will look again.
        if (_ended) LeaveToThreadPool();
    }

    /// <summary>A connection's handler gets the thread, or (null) gives it back.</summary>
    internal void Enter(HandlerContext? context)
    {
        Volatile.Write(ref _inside, context);
        Volatile.Write(ref _steps, _steps + 1);
    }

    private void Run()
    {
        ThreadCalls.InterruptNobody();
        IReactor.Running = this;
        _runner = new Runner(_report);
        try
        {
            while (!_shutdown || HasWork) Turn();
        }
        finally
        {
            IReactor.Running = null;
            _ended = true;
            LeaveToThreadPool();
            _bell.Disconnect();
            _wakeup.Dispose();
            _poller.Dispose();
        }
    }

    private void Turn()
    {
        RunTimers();
        for (var arrived = _remote.IsEmpty ? 0 : _remote.Count; arrived > 0 && _remote.TryDequeue(out var run); arrived--) _pending.Enqueue(run);
        RunPhase(_pending);
        Poll();
        RunPhase(_pending);
        RunPhase(_checks);
        RunPhase(_closings);
    }

    private void RunTimers()
    {
        if (_timers.Count == 0) return;
        for (var now = Stopwatch.GetTimestamp(); _timers.TakeDue(now) is { } timer;) RunOne(timer.Run);
    }

    private void Poll()
    {
        var count = Wait();
        _bell.Awake();
        for (var i = 0; i < count; i++)
        {
            var (descriptor, readiness) = _ready[i];
            if (descriptor == _wakeup.Descriptor) _wakeup.Clear();
            // Null: unregistered by an earlier event of this batch.
            else _handlers[descriptor]?.HandleEvent(readiness);
        }
    }

    private int Wait()
    {
        if (HasWork) return _registered == 0 ? 0 : _poller.Wait(_ready, 0); // with nothing to watch there is nothing to look at
        return _poller.Wait(_ready, Sleep());
    }

    /// <summary>How long the wait may take, having announced it to other threads: milliseconds, or -1 for ever.</summary>
    private int Sleep()
    {
        _bell.Listen();
        return !_remote.IsEmpty || _shutdown ? 0 : _timers.Wait(); // 0: came between the last look and the announcement
    }

    private void RunPhase(Queue<IRunnable> queue)
    {
        for (var queued = queue.Count; queued > 0; queued--) RunOne(queue.Dequeue());
    }

    private void RunOne(IRunnable callback)
    {
        Volatile.Write(ref _steps, _steps + 1);
        _runner.Run(callback);
        while (_ticks.TryDequeue(out var next)) _runner.Run(next);
    }

    private void LeaveToThreadPool()
    {
        while (_remote.TryDequeue(out var left)) ThreadPool.UnsafeQueueUserWorkItem(left, preferLocal: false);
    }
}
