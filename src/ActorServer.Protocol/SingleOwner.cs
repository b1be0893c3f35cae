using System.Diagnostics;

namespace ActorServer.Protocol;

/// <summary>Asserts, in Debug builds, that no two threads are inside the same connection at once.</summary>
internal struct SingleOwner
{
    private int _inside;

    /// <summary>A thread enters.</summary>
    [Conditional("DEBUG")]
    public void Enter() =>
        Debug.Assert(Interlocked.Exchange(ref _inside, 1) == 0, "Two threads use one connection at the same time.");

    /// <summary>The thread leaves.</summary>
    [Conditional("DEBUG")]
    public void Exit() => Volatile.Write(ref _inside, 0);
}
