namespace ActorServer.Dispatch;

/// <summary>
/// Who of a set of threads leads: one at a time. The others are busy, or parked as followers. A thread that steps back wakes one of
/// them, never all, and none while one is on its way already; a busy thread that wants to lead need not be woken at all.
/// </summary>
internal sealed class Leadership
{
    private const int Vacant = 0, Awake = 1, Waiting = 2;

    private readonly object _followers = new();
    private int _leader;
    private int _parked;    // guarded by _followers, looked at without
    private bool _promoted; // the same: a parked thread is on its way
    private bool _over;

    /// <summary>Joins the followers, and returns as the leader.</summary>
    public void Take()
    {
        for (var spin = new SpinWait(); Interlocked.CompareExchange(ref _leader, Awake, Vacant) != Vacant;)
        {
            // A leader that is awake steps back in a moment; one that waits may do so for long.
            if (Volatile.Read(ref _leader) == Waiting) Park();
            else spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>The leader is about to wait.</summary>
    public void BeginWait() => Volatile.Write(ref _leader, Waiting);

    /// <summary>It waits no more.</summary>
    public void EndWait() => Volatile.Write(ref _leader, Awake);

    /// <summary>The leader steps back, and promotes a follower if any is parked.</summary>
    public void Pass()
    {
        Interlocked.Exchange(ref _leader, Vacant);
        if (Volatile.Read(ref _parked) == 0 || Volatile.Read(ref _promoted)) return;
        lock (_followers)
        {
            if (_parked == 0 || _promoted) return;
            _promoted = true;
            Monitor.Pulse(_followers);
        }
    }

    /// <summary>Nobody parks any more.</summary>
    public void End()
    {
        lock (_followers)
        {
            _over = true;
            Monitor.PulseAll(_followers);
        }
    }

    private void Park()
    {
        lock (_followers)
        {
            Interlocked.Increment(ref _parked);
            // A leader that steps back from here on sees us. One that did before left the place vacant, or to another.
            while (!_promoted && !_over && Volatile.Read(ref _leader) == Waiting) Monitor.Wait(_followers);
            Volatile.Write(ref _promoted, false);
            _parked--;
        }
    }
}
