namespace ActorServer.Dispatch.Fibers;

/// <summary>
/// What one fiber waits for and somebody else sets: each <see cref="Set"/> lets one waiter go on, the first that came, or the next to
/// come when none waits. (An auto-reset event.)
/// </summary>
/// <param name="name">For reports.</param>
/// <param name="outside">
/// Whether something else than a fiber sets it: readiness of a socket, a message. Otherwise only another fiber can, and a fiber that waits
/// for it while all others wait too is reported as in a deadlock.
/// </param>
public sealed class Signal(string name, bool outside = false)
{
    private readonly FiberQueue _waiting = new($"signal '{name}'", outside);
    private bool _set;

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
        if (_waiting.First is { } fiber) fiber.Grant();
        else _set = true;
    }
}
