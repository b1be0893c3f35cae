using System.Diagnostics;

namespace Akka.Util;

/// <summary>Time that only goes forward.</summary>
public static class MonotonicClock
{
    private static readonly long Start = Stopwatch.GetTimestamp();

    /// <summary>The time since this process first asked.</summary>
    public static TimeSpan Elapsed => Stopwatch.GetElapsedTime(Start);

    /// <summary>The time since this process first asked, at the clock's full resolution.</summary>
    public static TimeSpan ElapsedHighRes => Elapsed;

    /// <summary><see cref="Elapsed"/> in ticks of 100 ns.</summary>
    internal static long Ticks => Elapsed.Ticks;
}
