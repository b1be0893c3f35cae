using System.Diagnostics;
using ActorServer.Protocol.Http1;

namespace ActorServer.Observability;

/// <summary>The durations of requests with one method and one status: a histogram with OpenTelemetry's bounds for HTTP servers.</summary>
internal sealed class RequestSeries
{
    private const int LeastStatus = 100, Statuses = 500;

    /// <summary>Upper bounds in seconds (OpenTelemetry semantic conventions, http.server.request.duration).</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    /// <summary>How many keys there are: every method with every status.</summary>
    public static readonly int Keys = Enum.GetValues<RequestMethod>().Length * Statuses;

    private static readonly long[] BoundTicks = [.. Bounds.Select(seconds => (long)(seconds * Stopwatch.Frequency))];

    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _ticks;

    public RequestSeries(int key)
    {
        var method = (RequestMethod)(key / Statuses);
        Method = method == RequestMethod.Other ? "_OTHER" : method.ToString().ToUpperInvariant();
        Status = key % Statuses + LeastStatus;
    }

    public string Method { get; }

    public int Status { get; }

    /// <summary>Sum of all durations, in seconds.</summary>
    public double Seconds => (double)Volatile.Read(ref _ticks) / Stopwatch.Frequency;

    public static int Key(RequestMethod method, int status) => (int)method * Statuses + Math.Clamp(status - LeastStatus, 0, Statuses - 1);

    /// <summary>Requests that fell between the bound before and this one; the last has no bound.</summary>
    public long Bucket(int index) => Volatile.Read(ref _buckets[index]);

    public void Record(long ticks)
    {
        var bucket = 0;
        while (bucket < BoundTicks.Length && ticks > BoundTicks[bucket]) bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        Interlocked.Add(ref _ticks, ticks);
    }
}
