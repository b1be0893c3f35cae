namespace ActorServer.Dispatch.Fibers;

/// <summary>
/// The fibers that sleep, in the order they wake: a binary heap. Each knows its place in it, so that one that is cancelled leaves at once
/// instead of lying there until its time.
/// </summary>
internal sealed class Sleepers
{
    private Fiber[] _heap = new Fiber[16];

    public int Count { get; private set; }

    public Fiber First => _heap[0];

    public void Add(Fiber fiber)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        Up(fiber, Count++);
    }

    public void Remove(Fiber fiber)
    {
        var last = _heap[--Count];
        _heap[Count] = null!;
        if (last == fiber) return;
        if (last.Alarm.CompareTo(fiber.Alarm) < 0) Up(last, fiber.SleeperIndex);
        else Down(last, fiber.SleeperIndex);
    }

    private void Up(Fiber fiber, int index)
    {
        for (; index > 0 && fiber.Alarm.CompareTo(_heap[(index - 1) / 2].Alarm) < 0; index = (index - 1) / 2) Put(_heap[(index - 1) / 2], index);
        Put(fiber, index);
    }

    private void Down(Fiber fiber, int index)
    {
        for (var child = 2 * index + 1; child < Count; child = 2 * index + 1)
        {
            if (child + 1 < Count && _heap[child + 1].Alarm.CompareTo(_heap[child].Alarm) < 0) child++;
            if (fiber.Alarm.CompareTo(_heap[child].Alarm) <= 0) break;
            Put(_heap[child], index);
            index = child;
        }

        Put(fiber, index);
    }

    private void Put(Fiber fiber, int index)
    {
        _heap[index] = fiber;
        fiber.SleeperIndex = index;
    }
}
