namespace ActorServer.Dispatch;

/// <summary>
/// Wakes a thread that waits in a system call, and only if it sleeps. Whoever has put work into the thread's queue rings; the thread
/// listens, looks into the queue once more, and waits.
/// </summary>
/// <param name="signal">Ends the wait: a write to a descriptor that the thread waits for, as a rule. Any thread.</param>
internal sealed class Doorbell(Action signal)
{
    private int _sleeping;
    private int _ringing;

    /// <summary>Whether the thread waits, or is about to.</summary>
    public bool IsListening => Volatile.Read(ref _sleeping) != 0;

    /// <summary>Ends the wait, or keeps it from starting. Any thread.</summary>
    public void Ring()
    {
        // The queue's own interlocked enqueue comes before this read, and the listener's fence before its look at the queue.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) == 0) return;
        Interlocked.Increment(ref _ringing);
        try
        {
            if (Interlocked.Exchange(ref _sleeping, 0) != 0) signal();
        }
        finally
        {
            Interlocked.Decrement(ref _ringing);
        }
    }

    /// <summary>The thread is about to wait: what is put into its queue from here on rings.</summary>
    public void Listen()
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
    }

    /// <summary>The thread waits no more.</summary>
    public void Awake() => Volatile.Write(ref _sleeping, 0);

    /// <summary>The thread is gone. Afterwards nobody signals: the descriptor may be closed, and its number become somebody else's.</summary>
    public void Disconnect()
    {
        Awake();
        SpinWait.SpinUntil(() => Volatile.Read(ref _ringing) == 0);
    }
}
