using System.Runtime.ExceptionServices;
using Akka.Dispatch;

namespace ActorServer.Dispatch.Fibers;

/// <summary>What a fiber is doing.</summary>
public enum FiberState
{
    /// <summary>It waits for its turn.</summary>
    Ready,

    /// <summary>It has the thread, and keeps it until it waits for something.</summary>
    Running,

    /// <summary>It waits for time to pass.</summary>
    Sleeping,

    /// <summary>It waits for a <see cref="Signal"/> or for the end of another fiber.</summary>
    Blocked,

    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>
/// A thread of control in user space: straight-line code that keeps the scheduler's thread until it waits for something. A hundred
/// thousand of them fit into a process, for what one occupies while it waits is this object and its frames, which are the compiler's
/// state machines: the CLR owns the stacks of managed threads, so that there is no stack to swap (see <see cref="Frame"/>).
/// </summary>
/// <remarks>All members but <see cref="Name"/> and <see cref="State"/>: on the scheduler's thread only.</remarks>
public sealed class Fiber
{
    // Not shared state but the identity of what the thread is running.
    [ThreadStatic]
    private static Fiber? running;

    private readonly FrameBox _root;
    private FrameBox? _next; // what runs on the fiber's next step: its innermost frame
    private FiberQueue? _joiners;
    private ExceptionDispatchInfo? _error;
    private bool _begun;
    private bool _cancelRequested;
    private bool _cancelled;
    private TimerHeap.Timer? _alarm;
    private Signal? _given; // what let it go on, until it does

    internal Fiber(FiberScheduler scheduler, string name, FrameBox root)
    {
        (Scheduler, Name, _root, _next) = (scheduler, name, root, root);
        root.IsFresh = false;
    }

    /// <summary>The fiber that runs on the calling thread; null when none does.</summary>
    public static Fiber? Current => running;

    /// <summary>As given to <see cref="FiberScheduler.Spawn(string, Frame)"/>; reports use it.</summary>
    public string Name { get; }

    /// <summary>Who runs it.</summary>
    public FiberScheduler Scheduler { get; }

    /// <summary>What it is doing now.</summary>
    public FiberState State { get; internal set; }

    /// <summary>Whether it ended because of <see cref="Cancel"/>.</summary>
    public bool IsCancelled => State == FiberState.Ended && _cancelled;

    internal static Fiber Running => running ?? throw OutsideOfFiber();

    internal bool IsCancelRequested => _cancelRequested;

    // Its place in the one queue it stands in.
    internal FiberQueue? Queue { get; set; }

    internal Fiber? Following { get; set; }

    internal Fiber? Preceding { get; set; }

    /// <summary>What ends its sleep: one for all of its sleeps.</summary>
    internal TimerHeap.Timer Alarm => _alarm ??= new TimerHeap.Timer(new Awakening(this));

    /// <summary>Lets all other fibers that are ready have their turn first.</summary>
    public static Suspension Yield() => new(Running.Scheduler.ReadyQueue);

    /// <summary>Waits for time to pass. Fibers that wake at the same time wake in the order they fell asleep.</summary>
    /// <param name="time">How long, at least; none is a <see cref="Yield"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static Suspension Sleep(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return time == TimeSpan.Zero ? Yield() : new(time);
    }

    /// <summary>Waits until this fiber has ended; throws what it threw, or an <see cref="OperationCanceledException"/> if it was cancelled.</summary>
    public Suspension Join()
    {
        _ = Running;
        return State == FiberState.Ended ? new(this, null) : new(this, _joiners ??= new FiberQueue(this));
    }

    /// <summary>
    /// Asks the fiber to end: what it waits for throws an <see cref="OperationCanceledException"/>, or, of one that runs, what it waits for
    /// next. Once, so that it can still wait while it cleans up. One that has not begun does not begin.
    /// </summary>
    public void Cancel()
    {
        if (State == FiberState.Ended) return;
        _cancelRequested = true;
        if (State is FiberState.Sleeping or FiberState.Blocked) Scheduler.Wake(this);
    }

    /// <inheritdoc/>
    public override string ToString() => $"'{Name}'";

    internal static InvalidOperationException OutsideOfFiber() => new("only a fiber can wait for this: it was asked for outside of one");

    /// <summary>Runs until it waits for something, or ends. Calls and returns are steps of this loop, and so take no stack.</summary>
    internal void Turn()
    {
        State = FiberState.Running;
        running = this;
        if (_cancelRequested && !_begun) Skip();
        _begun = true;
        while (State == FiberState.Running && _next is { } frame)
        {
            _next = null;
            frame.MoveNext();
        }

        running = null;
        if (State == FiberState.Running) End();
    }

    /// <summary>A frame calls another.</summary>
    internal void Call(FrameBox frame, FrameBox caller)
    {
        frame.Caller = caller;
        frame.IsFresh = false;
        _next = frame;
    }

    /// <summary>A frame is done: its caller goes on, or, of the outermost, nobody.</summary>
    internal void Returned(FrameBox frame) => _next = frame.Caller;

    /// <summary>Waits in a queue, or, without one, for time.</summary>
    internal void Suspend(FrameBox frame, FiberQueue? queue, TimeSpan time)
    {
        _next = frame;
        if (_cancelRequested) Scheduler.Wake(this);
        else if (queue is not null) Scheduler.Block(this, queue);
        else Scheduler.Sleep(this, time);
    }

    /// <summary>A signal ends its wait.</summary>
    internal void Give(Signal signal)
    {
        _given = signal;
        Scheduler.Wake(this);
    }

    /// <summary>It goes on after a wait, unless it was cancelled.</summary>
    internal void GoOn()
    {
        var given = _given;
        _given = null;
        if (!_cancelRequested) return;
        given?.Set(); // somebody else's then
        _cancelRequested = false;
        _cancelled = true;
        throw new OperationCanceledException($"fiber {this} was cancelled");
    }

    internal void ThrowIfFailed() => _error?.Throw();

    private void Skip()
    {
        _next = null;
        _cancelled = true;
        _root.Error = ExceptionDispatchInfo.Capture(new OperationCanceledException($"fiber {this} was cancelled before it began"));
    }

    private void End()
    {
        State = FiberState.Ended;
        _error = _root.Error;
        _cancelled &= _error?.SourceException is OperationCanceledException;
        _root.Return();
        var joined = _joiners is { Count: > 0 };
        while (_joiners?.First is { } joiner) Scheduler.Wake(joiner);
        Scheduler.Ended(this, joined || _cancelled ? null : _error?.SourceException);
    }

    private sealed class Awakening(Fiber fiber) : IRunnable
    {
        public void Run() => fiber.Scheduler.Wake(fiber);

        public void Execute() => Run();
    }
}

/// <summary>A fiber with a result.</summary>
/// <typeparam name="T">What its method returns.</typeparam>
public sealed class Fiber<T>
{
    private T? _result;

    internal Fiber(FiberScheduler scheduler, string name, Frame<T> frame) => Control = scheduler.Spawn(name, Keep(frame));

    /// <summary>The fiber itself: its name, its state, its cancellation.</summary>
    public Fiber Control { get; }

    /// <summary>As <see cref="Fiber.Join"/>; gives the result.</summary>
    public Joining Join() => new(this);

    private async Frame Keep(Frame<T> frame) => _result = await frame;

    /// <summary>Waiting for the result, as <c>await</c> sees it.</summary>
    public readonly struct Joining : IFiberAwaiter
    {
        private readonly Fiber<T> _fiber;
        private readonly Suspension _end;

        internal Joining(Fiber<T> fiber) => (_fiber, _end) = (fiber, fiber.Control.Join());

        /// <summary>Whether the fiber has ended.</summary>
        public bool IsCompleted => _end.IsCompleted;

        /// <summary>For <c>await</c>.</summary>
        public Joining GetAwaiter() => this;

        /// <inheritdoc/>
        public void Suspend(FrameBox caller) => _end.Suspend(caller);

        /// <summary>The result; throws what the fiber threw.</summary>
        public T GetResult()
        {
            _end.GetResult();
            return _fiber._result!;
        }

        /// <inheritdoc/>
        public void OnCompleted(Action continuation) => throw Fiber.OutsideOfFiber();

        /// <inheritdoc/>
        public void UnsafeOnCompleted(Action continuation) => throw Fiber.OutsideOfFiber();
    }
}
