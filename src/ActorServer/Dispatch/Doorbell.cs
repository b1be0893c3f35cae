using ActorServer.IO.Polling;

namespace ActorServer.Dispatch;

/// <summary>
/// Wakes a thread that waits on a poller: one write to a descriptor of the poller's set, and only if the thread sleeps. Whoever has put
/// work into the thread's queue rings; the thread listens, looks into the queue once more, and waits.
/// </summary>
internal sealed class Doorbell : IDisposable
{
    private readonly Wakeup _wakeup = new();
    private int _sleeping;
    private int _ringing;

    /// <summary>What the poller watches for <see cref="Interest.Read"/>.</summary>
    public int Descriptor => _wakeup.Descriptor;

    /// <summary>Whether the thread waits, or is about to.</summary>
    public bool IsListening => Volatile.Read(ref _sleeping) != 0;

    /// <summary>Ends the wait, or keeps it from starting. Any thread.</summary>
    public void Ring()
    {
        // The queue's own interlocked enqueue comes before this read, and the listener's fence before its look at the queue.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) == 0) return;
        Interlocked.Increment(ref _ringing);
        if (Interlocked.Exchange(ref _sleeping, 0) != 0) _wakeup.Signal();
        Interlocked.Decrement(ref _ringing);
    }

    /// <summary>The thread is about to wait: what is put into its queue from here on rings.</summary>
    public void Listen()
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
    }

    /// <summary>The thread waits no more.</summary>
    public void Awake() => Volatile.Write(ref _sleeping, 0);

    /// <summary>The poller has reported <see cref="Descriptor"/>.</summary>
    public void Answer() => _wakeup.Clear();

    /// <summary>Closes the descriptor.</summary>
    public void Dispose()
    {
        Awake();
        // Whoever is about to signal must not write to a descriptor that may be somebody else's by then.
        SpinWait.SpinUntil(() => Volatile.Read(ref _ringing) == 0);
        _wakeup.Dispose();
    }
}
