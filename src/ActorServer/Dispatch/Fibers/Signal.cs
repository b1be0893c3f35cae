namespace ActorServer.Dispatch.Fibers;

/// <summary>
/// What one fiber waits for and somebody else sets: each <see cref="Set"/> lets one waiter go on, the first that came, or the next to
/// come when none waits. (An auto-reset event.) A waiter that is let go on, and cancelled before its turn, passes the signal on.
/// </summary>
public sealed class Signal
{
    private readonly FiberQueue _waiting;
    private readonly string _name;
    private bool _set;

    /// <summary>Makes a signal that is not set.</summary>
    /// <param name="name">For reports.</param>
    /// <param name="outside">
    /// Whether something else than a fiber sets it: readiness of a socket, a message. Otherwise only another fiber can, and a fiber that
    /// waits for it while all others wait too is reported as in a deadlock.
    /// </param>
    public Signal(string name, bool outside = false) => (_name, _waiting) = (name, new FiberQueue(this, outside));

    /// <summary>Waits until it is set. In a fiber only.</summary>
    public Suspension Wait()
    {
        var cancelled = Fiber.Running.IsCancelRequested; // then there is nothing to take: it throws
        if (!_set || cancelled) return new(_waiting);
        _set = false;
        return default;
    }

    /// <summary>Lets one waiter go on. On the scheduler's thread only.</summary>
    public void Set()
    {
        if (_waiting.First is { } fiber) fiber.Give(this);
        else _set = true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"signal '{_name}'";
}
