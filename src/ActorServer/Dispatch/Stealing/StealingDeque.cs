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
/// <typeparam name="TCell">How its ends are shared: <see cref="Cell"/>.</typeparam>
public sealed class StealingDeque<T, TCell> where T : class where TCell : struct, ICell
{
    private volatile T[] _items;
#pragma warning disable CS0649, IDE0044 // mutable structs: readonly ones would be copied before each call
    private TCell _top;    // the next to be stolen; only grows
    private TCell _bottom; // one behind the last put in; the owner's to write
#pragma warning restore CS0649, IDE0044

    /// <summary>Makes an empty one.</summary>
    /// <param name="capacity">For how many there is room at first; a power of two.</param>
    public StealingDeque(int capacity = 256) => _items = new T[capacity];

    /// <summary>How many are in it; of a busy one what it was a moment ago. Any thread.</summary>
    public int Count => (int)Math.Max(0, _bottom.Read() - _top.Read());

    /// <summary>Puts one in. Owner only.</summary>
    public void Push(T item)
    {
        var bottom = _bottom.Read();
        var top = _top.Read();
        var items = _items;
        if (bottom - top >= items.Length) _items = items = Larger(items, top, bottom);
        items[bottom & (items.Length - 1)] = item;
        _bottom.Write(bottom + 1);
    }

    /// <summary>Takes out what was put in last; null if there is nothing. Owner only.</summary>
    public T? Pop()
    {
        var bottom = _bottom.Read() - 1;
        _bottom.Write(bottom);
        TCell.Fence(); // thieves see that it is claimed, or else we see what they have taken
        var top = _top.Read();
        if (top > bottom)
        {
            _bottom.Write(bottom + 1); // it was empty
            return null;
        }

        var items = _items;
        var item = items[bottom & (items.Length - 1)];
        if (top < bottom) return item;
        // The last one: a thief may be at it.
        var won = _top.Replace(top + 1, top);
        _bottom.Write(bottom + 1);
        return won ? item : null;
    }

    /// <summary>Takes out what was put in first; null if there is nothing. Any thread.</summary>
    public T? Steal()
    {
        while (true)
        {
            var top = _top.Read();
            TCell.Fence(); // the bottom is not older than the top
            var bottom = _bottom.Read();
            if (top >= bottom) return null;
            var items = _items;
            var item = items[top & (items.Length - 1)];
            if (_top.Replace(top + 1, top)) return item;
        }
    }

    private static T[] Larger(T[] items, long top, long bottom)
    {
        var larger = new T[items.Length * 2];
        for (var at = top; at < bottom; at++) larger[at & (larger.Length - 1)] = items[at & (items.Length - 1)];
        return larger;
    }
}
