using System.Numerics;

namespace ActorServer.Bench.Load;

/// <summary>
/// Counts durations in buckets that are as narrow as the value is small: linear within a power of two, logarithmic across them, after Gil
/// Tene's HdrHistogram. Each value is known to within 1/256 of itself (0.4 %), over the whole range, at one addition a value and without
/// allocating. One thread writes; <see cref="Add(Histogram)"/> merges what several have counted.
/// </summary>
public sealed class Histogram
{
    private const int Precision = 8;
    private const int Half = 1 << Precision;

    /// <summary>The largest duration told apart, in nanoseconds (some 73 minutes); longer ones are counted as this.</summary>
    public const long Highest = (1L << 42) - 1;

    private readonly long[] _counts = new long[IndexOf(Highest) + 1];
    private double _sum;

    /// <summary>How many durations were counted.</summary>
    public long Count { get; private set; }

    /// <summary>The shortest one, exactly, in nanoseconds; 0 when there is none.</summary>
    public long Min { get; private set => field = Count == 0 ? value : Math.Min(field, value); }

    /// <summary>The longest one, exactly, in nanoseconds; 0 when there is none.</summary>
    public long Max { get; private set; }

    /// <summary>The mean in nanoseconds; 0 when there is none.</summary>
    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>Counts a duration.</summary>
    /// <param name="nanoseconds">The duration; below 0 counts as 0.</param>
    public void Add(long nanoseconds)
    {
        nanoseconds = Math.Clamp(nanoseconds, 0, Highest);
        _counts[IndexOf(nanoseconds)]++;
        Min = nanoseconds;
        if (nanoseconds > Max) Max = nanoseconds;
        _sum += nanoseconds;
        Count++;
    }

    /// <summary>Adds all that another one has counted.</summary>
    /// <param name="other">It stays as it is.</param>
    public void Add(Histogram other)
    {
        if (other.Count == 0) return;
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Min = other.Min;
        Max = Math.Max(Max, other.Max);
        _sum += other._sum;
        Count += other.Count;
    }

    /// <summary>The duration that so many per cent of all durations do not exceed.</summary>
    /// <param name="percent">From 0 to 100.</param>
    /// <returns>Nanoseconds: the upper end of the bucket, and never more than <see cref="Max"/>; 0 when nothing was counted.</returns>
    public long Percentile(double percent)
    {
        // The smallest rank that covers the share; a rounding error of the product must not ask for one more.
        var rank = Math.Clamp((long)Math.Ceiling(percent / 100 * Count - 1e-9), 1, Math.Max(1, Count));
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank) return Math.Clamp(UpperEnd(i), Min, Max);
        }

        return 0;
    }

    /// <summary>Every bucket that counted something, from the shortest durations up.</summary>
    /// <returns>The upper end in nanoseconds, and how many durations.</returns>
    public IEnumerable<(long UpTo, long Count)> Buckets()
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0) yield return (UpperEnd(i), _counts[i]);
        }
    }

    /// <summary>Counts durations that another histogram's <see cref="Buckets"/> told of.</summary>
    /// <param name="upTo">The bucket's upper end in nanoseconds.</param>
    /// <param name="count">How many.</param>
    public void Add(long upTo, long count)
    {
        if (count <= 0) return;
        upTo = Math.Clamp(upTo, 0, Highest);
        _counts[IndexOf(upTo)] += count;
        Min = upTo;
        Max = Math.Max(Max, upTo);
        _sum += (double)upTo * count;
        Count += count;
    }

    // Up to 2 * Half every value has a bucket of its own; from there on each power of two has Half of them.
    private static int IndexOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - Precision);
        return shift * Half + (int)(value >> shift);
    }

    private static long UpperEnd(int index)
    {
        var shift = Math.Max(0, index / Half - 1);
        return ((long)(index - shift * Half) + 1 << shift) - 1;
    }
}
