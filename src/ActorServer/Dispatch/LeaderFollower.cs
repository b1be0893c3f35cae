using System.Collections.Concurrent;
using System.Diagnostics;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>
/// An executor that is a set of threads sharing one handle set (POSA2, Leader/Followers). One of them, the leader, waits on the poller.
/// It takes one event, whose descriptor is disarmed by then, promotes a follower to leader, and only then processes what it took. Who is
/// done leads if nobody does, and parks otherwise: a handler that blocks its thread holds up nobody else, until all threads are blocked.
/// </summary>
/// <remarks>
/// <para>An event is a ready descriptor, a timer, or a mailbox that somebody made runnable. A wait may bring many events: who leads next
/// takes the next of them, without a wait. Threads that are busy do not park in between, so that a promotion costs a wake-up only while
/// there is a thread that sleeps; and it wakes one, never all.</para>
/// <para>One connection's requests are served by many threads over time. Never by two at once: the connection is an actor.</para>
/// </remarks>
public sealed class LeaderFollower : ExecutorService, IReactor
{
    // Not shared state but the identity of the running thread.
    [ThreadStatic]
    private static Member? member;

    private readonly IPoller _poller;
    private readonly Wakeup _wakeup;
    private readonly Doorbell _bell;
    private readonly Action<Exception> _report;
    private readonly ConcurrentQueue<IRunnable> _runnable = new();
    private readonly TimerHeap _timers = new(); // guarded by itself
    private readonly Lock _registering = new();
    private readonly Leadership _leadership = new();
    private volatile IEventHandler?[] _handlers = new IEventHandler?[64];

    // The leader's: events that the last wait brought, and how many mailboxes may run before the next one.
    private readonly ReadyDescriptor[] _ready = new ReadyDescriptor[256];
    private int _next;
    private int _count;
    private int _quota;

    private int _alive; // threads
    private volatile bool _shutdown;
    private volatile bool _ended;

    /// <summary>Starts the threads.</summary>
    /// <param name="id">The dispatcher's id; its last segment and a number name the threads.</param>
    /// <param name="threads">How many threads, at least 1.</param>
    /// <param name="poller">The handle set, with <see cref="PollerFeatures.OneShot"/>; owned by the executor from here on.</param>
    /// <param name="report">Receives what a run throws, so that the thread survives it.</param>
    /// <exception cref="ArgumentException">The poller reports a descriptor to several threads.</exception>
    public LeaderFollower(string id, int threads, IPoller poller, Action<Exception> report) : base(id)
    {
        if ((poller.Features & PollerFeatures.OneShot) == 0)
            throw new ArgumentException($"{poller.Name} cannot disarm a descriptor that it reports, so that two threads would get it", nameof(poller));
        _poller = poller;
        _report = report;
        _wakeup = Wakeup.Of(poller);
        _bell = new Doorbell(_wakeup.Signal);
        _alive = threads;
        var name = id[(id.LastIndexOf('.') + 1)..];
        for (var n = 1; n <= threads; n++) new Thread(Run) { Name = $"{name}-{n}", IsBackground = true }.UnsafeStart();
    }

    /// <inheritdoc/>
    public string Engine => _poller.Name;

    /// <inheritdoc/>
    public PollerFeatures Features => _poller.Features & ~PollerFeatures.Exclusive; // there is one poller, with one thread in it

    /// <inheritdoc/>
    public int MaxDescriptor => _poller.MaxDescriptor;

    /// <inheritdoc/>
    public bool Disarms => true;

    /// <inheritdoc/>
    public override void Execute(IRunnable run)
    {
        var self = member?.Set == this ? member : null;
        if (self is { IsRunning: false, Next: null })
        {
            self.Next = run; // the actor whose event this thread took
            return;
        }

        // From within a run it is for whoever comes first: this thread may be about to block.
        if (_shutdown && self is null) throw new RejectedExecutionException($"leader/followers {Id} are shut down");
        _runnable.Enqueue(run);
        _bell.Ring();
        if (_ended) LeaveToThreadPool();
    }

    /// <inheritdoc/>
    public override void Shutdown()
    {
        _shutdown = true;
        _bell.Ring();
        _leadership.End();
    }

    /// <inheritdoc/>
    public void Register(int descriptor, Interest interest, IEventHandler handler)
    {
        lock (_registering)
        {
            var handlers = _handlers;
            if (descriptor >= handlers.Length) Array.Resize(ref handlers, Math.Max(descriptor + 1, handlers.Length * 2));
            Volatile.Write(ref handlers[descriptor], handler);
            _handlers = handlers;
        }

        try
        {
            _poller.Add(descriptor, interest | Interest.OneShot); // last: an event that finds no handler is lost
        }
        catch
        {
            lock (_registering) Volatile.Write(ref _handlers[descriptor], null);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Change(int descriptor, Interest interest) => _poller.Change(descriptor, interest | Interest.OneShot);

    /// <inheritdoc/>
    public void Unregister(int descriptor)
    {
        _poller.Remove(descriptor);
        lock (_registering) Volatile.Write(ref _handlers[descriptor], null);
    }

    /// <inheritdoc/>
    public void Forget(int descriptor)
    {
        _poller.Forget(descriptor);
        lock (_registering) Volatile.Write(ref _handlers[descriptor], null);
    }

    /// <inheritdoc/>
    public void After(TimeSpan delay, IActorRef receiver, object message)
    {
        lock (_timers) _timers.Add(delay, receiver, message);
        _bell.Ring(); // the leader may be waiting for a later one
    }

    /// <inheritdoc/>
    public HandlerContext? Admit(object subject) => null;

    private void Run()
    {
        ThreadCalls.InterruptNobody();
        IReactor.Running = this;
        var self = member = new Member(this, new Runner(_report));
        for (var goesOn = true; goesOn;)
        {
            _leadership.Take();
            goesOn = Choose(out var handler, out var readiness, out var run);
            _leadership.Pass(); // before processing
            handler?.HandleEvent(readiness);
            if (run is not null) self.Process(run);
            while (self.Next is { } next)
            {
                self.Next = null;
                self.Process(next);
            }
        }

        member = null;
        IReactor.Running = null;
        if (Interlocked.Decrement(ref _alive) > 0) return;
        _ended = true;
        LeaveToThreadPool();
        _bell.Disconnect();
        _wakeup.Dispose();
        _poller.Dispose();
    }

    /// <summary>The leader chooses one event, waiting for it if need be.</summary>
    /// <returns>False when the executor is shut down and nothing is left to do.</returns>
    private bool Choose(out IEventHandler? handler, out Readiness readiness, out IRunnable? run)
    {
        (handler, readiness, run) = (null, Readiness.None, null);
        while (true)
        {
            while (_next < _count)
            {
                (var descriptor, readiness) = _ready[_next++];
                // Null: unregistered since the wait.
                if (descriptor == _wakeup.Descriptor) _wakeup.Clear();
                else if ((handler = Volatile.Read(ref _handlers[descriptor])) is not null) return true;
            }

            if (_quota > 0 && _runnable.TryDequeue(out run))
            {
                _quota--;
                return true;
            }

            if ((run = DueTimer()) is not null) return true;
            if (_shutdown && _runnable.IsEmpty) return false;
            Wait();
        }
    }

    private void Wait()
    {
        _leadership.BeginWait();
        _bell.Listen();
        _next = 0;
        _count = _poller.Wait(_ready, !_runnable.IsEmpty || _shutdown ? 0 : TimeToTimer());
        _bell.Awake();
        _quota = _runnable.IsEmpty ? 0 : _runnable.Count;
        _leadership.EndWait();
    }

    private int TimeToTimer()
    {
        if (_timers.Count == 0) return -1;
        lock (_timers) return _timers.Wait();
    }

    private IRunnable? DueTimer()
    {
        if (_timers.Count == 0) return null;
        lock (_timers) return _timers.TakeDue(Stopwatch.GetTimestamp())?.Run;
    }

    private void LeaveToThreadPool()
    {
        while (_runnable.TryDequeue(out var left)) ThreadPool.UnsafeQueueUserWorkItem(left, preferLocal: false);
    }

    /// <summary>A thread of the set.</summary>
    private sealed class Member(LeaderFollower set, Runner runner)
    {
        public LeaderFollower Set => set;

        public IRunnable? Next { get; set; }

        public bool IsRunning { get; private set; }

        public void Process(IRunnable run)
        {
            IsRunning = true;
            runner.Run(run);
            IsRunning = false;
        }
    }
}
