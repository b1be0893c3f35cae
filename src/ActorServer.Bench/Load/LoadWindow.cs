using System.Diagnostics;

namespace ActorServer.Bench.Load;

/// <summary>
/// The time that counts, in nanoseconds of the monotonic clock. One thread opens and closes it while the loops run; what they did before
/// was warm-up.
/// </summary>
internal sealed class LoadWindow
{
    private long _start = long.MaxValue;
    private long _end = long.MaxValue;

    /// <summary>The monotonic clock, in nanoseconds: on Linux that is what the stopwatch counts in.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>From when on it counts; never, until <see cref="Open"/>.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>Until when it counts, and requests are sent; for ever, until <see cref="Close"/>.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>How long it was open, in seconds; 0 when it never was.</summary>
    public double Seconds => Start == long.MaxValue ? 0 : (End - Start) / 1e9;

    public void Open() => Volatile.Write(ref _start, Now);

    public void Close() => Volatile.Write(ref _end, Now);

    public bool Contains(long time) => time >= Start && time < End;
}
