namespace ActorServer.Dispatch.Stages;

/// <summary>How a stage is doing, for the metrics and for the stage itself. Any thread.</summary>
/// <param name="name">The stage's name.</param>
/// <param name="next">The load of the next stage; null for the last.</param>
public sealed class StageLoad(string name, StageLoad? next)
{
    private long _arrived;
    private long _taken;
    private long _done;
    private int _parallelism = 1;

    /// <summary>The stage's name.</summary>
    public string Name => name;

    /// <summary>Elements that wait for the stage, in its own buffer and on the way there.</summary>
    public long Queued => Math.Max(0, Volatile.Read(ref _arrived) - Volatile.Read(ref _taken));

    /// <summary>Elements that are worked on now.</summary>
    public long Busy => Math.Max(0, Volatile.Read(ref _taken) - Volatile.Read(ref _done));

    /// <summary>Elements that were worked on, since the start.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>How many elements may be worked on at a time.</summary>
    public int Parallelism
    {
        get => Volatile.Read(ref _parallelism);
        internal set => Volatile.Write(ref _parallelism, value);
    }

    /// <summary>An element is on its way to the stage.</summary>
    public void Arrive() => Interlocked.Increment(ref _arrived);

    /// <summary>Works on an element.</summary>
    internal bool Work<T>(Func<T, bool> work, T element)
    {
        Interlocked.Increment(ref _taken);
        var goesOn = work(element);
        Interlocked.Increment(ref _done);
        if (goesOn) next?.Arrive();
        return goesOn;
    }
}
