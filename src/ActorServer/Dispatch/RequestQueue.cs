using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>What becomes of a request that finds the queue full.</summary>
public enum WhenFull
{
    /// <summary>Its connection keeps it, and is not read, until there is room: first come, first served.</summary>
    Wait,

    /// <summary>It is refused.</summary>
    Refuse,

    /// <summary>The thread that brings it waits, and with it all that the thread does.</summary>
    Block,
}

/// <summary>
/// The bound of requests that wait for a thread, before an executor of any kind, which has the order. A request is counted from when it is
/// added until a thread begins with it; so is the queue's length, which never exceeds the capacity. (The queueing layer of POSA2's
/// Half-Sync/Half-Async.)
/// </summary>
/// <remarks>
/// Without a lock as long as there is room. The requests are objects of their connections, one each, so that those that wait for room take
/// no more memory than there are connections.
/// </remarks>
public sealed class RequestQueue
{
    private readonly Action<IRunnable> _schedule;
    private readonly WhenFull _whenFull;
    private readonly object _gate = new();
    private readonly Queue<IRunnable> _outside = new();
    private int _length;
    private int _waiting; // for room: requests outside, or threads
    private long _waited;
    private long _refused;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="schedule">Gives a request to those who run it. Any thread.</param>
    /// <param name="capacity">How many may wait for a thread, at least 1.</param>
    /// <param name="whenFull">What becomes of others.</param>
    public RequestQueue(Action<IRunnable> schedule, int capacity, WhenFull whenFull)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_schedule, Capacity, _whenFull) = (schedule, capacity, whenFull);
    }

    /// <summary>How many may wait for a thread.</summary>
    public int Capacity { get; }

    /// <summary>How many do. Any thread.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>How many wait for room in the queue. Any thread.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>How many had to, since the start. Any thread.</summary>
    public long Waited => Volatile.Read(ref _waited);

    /// <summary>How many were refused, since the start. Any thread.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Adds a request, as soon as there is room.</summary>
    /// <param name="request">What to run; it calls <see cref="Begun"/> first.</param>
    /// <returns>False when it is refused.</returns>
    public bool Add(IRunnable request)
    {
        if (TryReserve())
        {
            AddReserved(request);
            return true;
        }

        if (_whenFull == WhenFull.Refuse)
        {
            Interlocked.Increment(ref _refused);
            return false;
        }

        Interlocked.Increment(ref _waited);
        lock (_gate)
        {
            Interlocked.Increment(ref _waiting); // before the next look at the length: who makes room from here on looks for us
            if (_whenFull == WhenFull.Wait)
            {
                _outside.Enqueue(request);
                Admit();
                return true;
            }

            while (!TryEnter()) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _waiting);
        }

        _schedule(request);
        return true;
    }

    /// <summary>Takes room for a request if there is any, and nobody waits for it.</summary>
    public bool TryReserve() => Volatile.Read(ref _waiting) == 0 && TryEnter();

    /// <summary>Adds a request for which there is room, by <see cref="TryReserve"/>.</summary>
    /// <param name="request">What to run; it calls <see cref="Begun"/> first.</param>
    public void AddReserved(IRunnable request) => _schedule(request);

    /// <summary>A thread begins with a request: there is room for another.</summary>
    public void Begun()
    {
        Interlocked.Decrement(ref _length);
        if (Volatile.Read(ref _waiting) == 0) return;
        lock (_gate)
        {
            if (_whenFull == WhenFull.Block) Monitor.Pulse(_gate);
            else Admit();
        }
    }

    private void Admit()
    {
        while (_outside.Count > 0 && TryEnter())
        {
            Interlocked.Decrement(ref _waiting);
            _schedule(_outside.Dequeue());
        }
    }

    private bool TryEnter()
    {
        for (var length = Volatile.Read(ref _length); length < Capacity;)
        {
            var seen = Interlocked.CompareExchange(ref _length, length + 1, length);
            if (seen == length) return true;
            length = seen;
        }

        return false;
    }
}
