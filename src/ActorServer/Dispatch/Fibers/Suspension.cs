namespace ActorServer.Dispatch.Fibers;

/// <summary>What a fiber waits for, as <c>await</c> sees it: a turn, time, a signal, or the end of another fiber.</summary>
public readonly struct Suspension : IFiberAwaiter
{
    private readonly FiberQueue? _queue;
    private readonly TimeSpan _time;
    private readonly Fiber? _joined;

    internal Suspension(FiberQueue queue) => _queue = queue;

    internal Suspension(TimeSpan time) => _time = time;

    internal Suspension(Fiber joined, FiberQueue? queue) => (_joined, _queue) = (joined, queue);

    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsCompleted => _queue is null && _time == TimeSpan.Zero;

    /// <summary>For <c>await</c>.</summary>
    public Suspension GetAwaiter() => this;

    /// <inheritdoc/>
    public void Suspend(FrameBox caller) => Fiber.Running.Suspend(caller, _queue, _time);

    /// <summary>Goes on; throws if the fiber was cancelled, or what the joined fiber threw.</summary>
    public void GetResult()
    {
        if (!IsCompleted) Fiber.Running.GoOn();
        _joined?.ThrowIfFailed();
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => throw Fiber.OutsideOfFiber();

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => throw Fiber.OutsideOfFiber();
}
