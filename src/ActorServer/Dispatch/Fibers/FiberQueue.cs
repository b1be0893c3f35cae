namespace ActorServer.Dispatch.Fibers;

/// <summary>
/// Fibers in the order they came: those that are ready, or those that wait for one thing. A fiber stands in one queue at most, so that
/// its links are in the fiber and queueing allocates nothing.
/// </summary>
/// <param name="what">What its fibers wait for, for reports.</param>
/// <param name="outside">Whether it is something that no fiber brings about.</param>
internal sealed class FiberQueue(object what, bool outside = false)
{
    private Fiber? _last;

    public object What => what;

    public bool IsOutside => outside;

    public int Count { get; private set; }

    public Fiber? First { get; private set; }

    public void Enqueue(Fiber fiber)
    {
        (fiber.Queue, fiber.Preceding) = (this, _last);
        if (_last is null) First = fiber;
        else _last.Following = fiber;
        _last = fiber;
        Count++;
    }

    public void Remove(Fiber fiber)
    {
        if (fiber.Preceding is { } preceding) preceding.Following = fiber.Following;
        else First = fiber.Following;
        if (fiber.Following is { } following) following.Preceding = fiber.Preceding;
        else _last = fiber.Preceding;
        (fiber.Queue, fiber.Preceding, fiber.Following) = (null, null, null);
        Count--;
    }
}
