using System.Diagnostics;
using ActorServer.IO.Processes;
using ActorServer.Protocol.Http1;

namespace ActorServer.Observability;

/// <summary>
/// The durations of requests with one method and one status, in a block of counters: a histogram with OpenTelemetry's bounds for HTTP servers.
/// </summary>
/// <param name="block">The block.</param>
/// <param name="place">Which of the series in it, from 0.</param>
internal readonly struct RequestSeries(CounterBlock block, int place)
{
    private const int LeastStatus = 100, Statuses = 500;

    /// <summary>Upper bounds in seconds (OpenTelemetry semantic conventions, http.server.request.duration).</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    /// <summary>How many keys there are: every method with every status.</summary>
    public const int Keys = ((int)RequestMethod.Patch + 1) * Statuses;

    private static readonly long[] BoundTicks = Ticks();

    // A series is its key (from 1; 0 is a place that is free), the sum of the durations, and the buckets, the last of which has no bound.
    private static readonly int Length = 2 + Bounds.Length + 1;

    // As many as fit into a block; those beyond share the last one, under the name of the first of them.
    private static readonly int Places = Math.Min(byte.MaxValue, (SharedBlocks.BlockLength - (int)Cell.Series) / Length);

    public string Method
    {
        get
        {
            var method = (RequestMethod)(Number / Statuses);
            return method == RequestMethod.Other ? "_OTHER" : method.ToString().ToUpperInvariant();
        }
    }

    public int Status => Number % Statuses + LeastStatus;

    /// <summary>Sum of all durations, in seconds.</summary>
    public double Seconds => (double)Volatile.Read(ref Cells[1]) / Stopwatch.Frequency;

    private int Number => (int)Cells[0] - 1;

    private Span<long> Cells => At(block, place);

    public static int Key(RequestMethod method, int status) => (int)method * Statuses + Math.Clamp(status - LeastStatus, 0, Statuses - 1);

    /// <summary>The place of a key's series, which is taken if it has none yet.</summary>
    public static int Place(CounterBlock block, int key)
    {
        for (var place = 0; place < Places; place++)
        {
            var taken = Interlocked.CompareExchange(ref At(block, place)[0], key + 1, 0);
            if (taken == 0 || taken == key + 1) return place;
        }

        return Places - 1;
    }

    /// <summary>All series of a block.</summary>
    public static IEnumerable<RequestSeries> In(CounterBlock block)
    {
        for (var place = 0; place < Places && At(block, place)[0] != 0; place++) yield return new RequestSeries(block, place);
    }

    /// <summary>Requests that fell between the bound before and this one; the last has no bound.</summary>
    public long Bucket(int index) => Volatile.Read(ref Cells[2 + index]);

    public void Record(long ticks)
    {
        var bucket = 0;
        while (bucket < BoundTicks.Length && ticks > BoundTicks[bucket]) bucket++;
        var cells = Cells;
        Interlocked.Increment(ref cells[2 + bucket]);
        Interlocked.Add(ref cells[1], ticks);
    }

    // A loop, not a conversion: it runs before the first request.
    private static long[] Ticks()
    {
        var ticks = new long[Bounds.Length];
        for (var i = 0; i < ticks.Length; i++) ticks[i] = (long)(Bounds[i] * Stopwatch.Frequency);
        return ticks;
    }

    private static Span<long> At(CounterBlock block, int place) => block.Cells.Slice((int)Cell.Series + place * Length, Length);
}
