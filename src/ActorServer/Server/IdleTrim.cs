namespace ActorServer.Server;

/// <summary>
/// Gives memory back to the system when a burst is over. The garbage collector runs when something is allocated: what a burst has left would
/// stay resident for as long as the server is idle, and at worst for good. So when no client has sent a byte for a while, garbage is
/// collected once; then not again before somebody has sent something.
/// </summary>
/// <param name="after">How long nothing must come; zero is never.</param>
/// <param name="received">Bytes received so far.</param>
public sealed class IdleTrim(TimeSpan after, Func<long> received)
{
    /// <summary>A heap that has grown by less since the last time, in bytes, is left alone.</summary>
    public const long Worthwhile = 8 << 20;

    private long _received = -1;
    private long _since;
    private long _left; // bytes in the heap after the last time

    /// <summary>Whether something came after the last time, so that it will be due.</summary>
    public bool IsAhead { get; private set; }

    /// <summary>How often garbage was collected.</summary>
    public int Count { get; private set; }

    /// <summary>Looks whether it is due. The collection stops all threads; of a heap of some 100 MiB, mostly garbage, for some 10 ms.</summary>
    /// <param name="now">Milliseconds, of <see cref="Environment.TickCount64"/>.</param>
    public void Inspect(long now)
    {
        if (after == TimeSpan.Zero) return;
        var sum = received();
        if (sum != _received)
        {
            (_received, _since, IsAhead) = (sum, now, true);
        }
        else if (IsAhead && now - _since >= after.TotalMilliseconds)
        {
            IsAhead = false;
            if (GC.GetTotalMemory(forceFullCollection: false) - _left < Worthwhile) return;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // the one that gives memory back at once
            Count++;
            _left = GC.GetTotalMemory(forceFullCollection: false);
        }
    }
}
