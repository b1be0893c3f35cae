namespace ActorServer.Dispatch.Stealing;

/// <summary>
/// The deque of Chase and Lev ("Dynamic Circular Work-Stealing Deque", SPAA 2005): its owner puts in and takes out at the bottom, last in,
/// first out, without anything atomic but for the last item; anybody steals at the top, first in, first out.
/// </summary>
/// <remarks>
/// The array is circular and grows. What was taken out stays referenced until its place is used again: a thief that wiped it could wipe
/// what the owner has put there since.
/// </remarks>
/// <typeparam name="T">What is in it.</typeparam>
/// <typeparam name="TMemory">How it is shared: <see cref="SharedMemory"/>.</typeparam>
public sealed class StealingDeque<T, TMemory> where T : class where TMemory : IMemory
{
    private volatile T[] _items;
    private long _top;    // the next to be stolen; only grows
    private long _bottom; // one behind the last put in; the owner's to write

    /// <summary>Makes an empty one.</summary>
    /// <param name="capacity">For how many there is room at first; a power of two.</param>
    public StealingDeque(int capacity = 256) => _items = new T[capacity];

    /// <summary>How many are in it; of a busy one what it was a moment ago. Any thread.</summary>
    public int Count => (int)Math.Max(0, Volatile.Read(ref _bottom) - Volatile.Read(ref _top));

    /// <summary>Puts one in. Owner only.</summary>
    public void Push(T item)
    {
        var bottom = _bottom;
        var top = TMemory.Read(ref _top);
        var items = _items;
        if (bottom - top >= items.Length) _items = items = Larger(items, top, bottom);
        items[bottom & (items.Length - 1)] = item;
        TMemory.Write(ref _bottom, bottom + 1);
    }

    /// <summary>Takes out what was put in last; null if there is nothing. Owner only.</summary>
    public T? Pop()
    {
        var bottom = _bottom - 1;
        TMemory.Write(ref _bottom, bottom);
        TMemory.Fence(); // thieves see that it is claimed, or else we see what they have taken
        var top = TMemory.Read(ref _top);
        if (top > bottom)
        {
            TMemory.Write(ref _bottom, bottom + 1); // it was empty
            return null;
        }

        var items = _items;
        var item = items[bottom & (items.Length - 1)];
        if (top < bottom) return item;
        // The last one: a thief may be at it.
        var won = TMemory.Replace(ref _top, top + 1, top);
        TMemory.Write(ref _bottom, bottom + 1);
        return won ? item : null;
    }

    /// <summary>Takes out what was put in first; null if there is nothing. Any thread.</summary>
    public T? Steal()
    {
        while (true)
        {
            var top = TMemory.Read(ref _top);
            TMemory.Fence(); // the bottom is not older than the top
            var bottom = TMemory.Read(ref _bottom);
            if (top >= bottom) return null;
            var items = _items;
            var item = items[top & (items.Length - 1)];
            if (TMemory.Replace(ref _top, top + 1, top)) return item;
        }
    }

    private static T[] Larger(T[] items, long top, long bottom)
    {
        var larger = new T[items.Length * 2];
        for (var at = top; at < bottom; at++) larger[at & (larger.Length - 1)] = items[at & (items.Length - 1)];
        return larger;
    }
}
