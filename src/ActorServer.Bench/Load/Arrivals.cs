namespace ActorServer.Bench.Load;

/// <summary>When requests are to be sent: what tells a closed loop from an open one. Times are nanoseconds of one clock; one thread.</summary>
public interface IArrivals
{
    /// <summary>When the next request is meant to be sent; the past, as soon as somebody can.</summary>
    long Next { get; }

    /// <summary>Takes the next request, if its time has come.</summary>
    /// <param name="now">The clock.</param>
    /// <param name="intended">When it was meant to be sent, which may be long ago: its latency counts from there.</param>
    /// <returns>Whether there is one to send.</returns>
    bool TryTake(long now, out long intended);
}

/// <summary>
/// A closed loop: whoever has a reply sends the next request at once, so that a slow server is asked less often. Shows the most that a
/// server can do; its latencies are those of polite clients.
/// </summary>
public sealed class ClosedLoop : IArrivals
{
    /// <inheritdoc/>
    public long Next => long.MinValue;

    /// <inheritdoc/>
    public bool TryTake(long now, out long intended)
    {
        intended = now;
        return true;
    }
}

/// <summary>
/// An open loop: requests come at a rate that does not care how the server is doing, as from many independent users. One that finds no
/// connection free keeps its place, and its latency counts from the time it was meant for (no coordinated omission).
/// </summary>
public sealed class OpenLoop : IArrivals
{
    private readonly double _gap;
    private readonly Random? _random;
    private readonly long _start;
    private double _offset;

    /// <summary>Plans requests from a time on.</summary>
    /// <param name="start">The time of the first, or a first random gap before it.</param>
    /// <param name="rate">Requests per second, above 0.</param>
    /// <param name="random">Draws exponential gaps, which make it a Poisson process; null makes all gaps equal.</param>
    public OpenLoop(long start, double rate, Random? random = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        (_start, _gap, _random) = (start, 1e9 / rate, random);
        _offset = random is null ? 0 : Gap();
    }

    /// <inheritdoc/>
    public long Next => _start + (long)_offset;

    /// <inheritdoc/>
    public bool TryTake(long now, out long intended)
    {
        intended = Next;
        if (intended > now) return false;
        _offset += Gap();
        return true;
    }

    // Inversion of the exponential distribution; 1 - NextDouble() is never 0.
    private double Gap() => _random is null ? _gap : -Math.Log(1 - _random.NextDouble()) * _gap;
}
