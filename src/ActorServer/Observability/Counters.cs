using ActorServer.Protocol;
using ActorServer.Protocol.Http1;

namespace ActorServer.Observability;

/// <summary>
/// What one supervisor's connections count. Each supervisor has its own, so that an increment stays in its thread's cache; whoever
/// scrapes adds them up. Nothing here allocates per request.
/// </summary>
internal sealed class Counters(ServerMetrics metrics)
{
    private readonly long[] _ended = new long[Enum.GetValues<EndReason>().Length];
    private readonly RequestSeries?[] _series = new RequestSeries?[RequestSeries.Keys];
    private long _opened;
    private long _closed;
    private long _started;
    private long _finished;
    private long _received;
    private long _sent;
    private long _crashes;

    public long Open => Volatile.Read(ref _opened) - Volatile.Read(ref _closed);

    public long Active => Volatile.Read(ref _started) - Volatile.Read(ref _finished);

    public long BytesReceived => Volatile.Read(ref _received);

    public long BytesSent => Volatile.Read(ref _sent);

    public long Crashes => Volatile.Read(ref _crashes);

    public long EndedBy(EndReason reason) => Volatile.Read(ref _ended[(int)reason]);

    public IEnumerable<RequestSeries> Series => _series.Select((_, key) => Volatile.Read(ref _series[key])).OfType<RequestSeries>();

    public void Opened() => Interlocked.Increment(ref _opened);

    public void Ended(EndReason reason)
    {
        Interlocked.Increment(ref _closed);
        Interlocked.Increment(ref _ended[(int)reason]);
    }

    public void Received(int bytes) => Interlocked.Add(ref _received, bytes);

    public void Sent(int bytes) => Interlocked.Add(ref _sent, bytes);

    public void RequestStarted() => Interlocked.Increment(ref _started);

    /// <summary>The connection ended before its handler did.</summary>
    public void RequestAbandoned() => Interlocked.Increment(ref _finished);

    /// <summary>What a handler left behind threw, its request being counted already.</summary>
    public void Crashed() => Interlocked.Increment(ref _crashes);

    /// <summary>A handler is done.</summary>
    /// <param name="exchange">What it handled.</param>
    /// <param name="elapsed">How long it took, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    /// <param name="failed">Whether it threw.</param>
    public void RequestEnded(Exchange exchange, long elapsed, bool failed)
    {
        Interlocked.Increment(ref _finished);
        if (failed) Crashed();
        if (exchange is not HttpExchange http) return;
        var key = RequestSeries.Key(http.Request.Method, failed ? 500 : http.Response.Status);
        var series = Volatile.Read(ref _series[key]) ?? Add(key);
        series.Record(elapsed);
        metrics.Record(series, elapsed);
    }

    private RequestSeries Add(int key)
    {
        var series = new RequestSeries(key);
        return Interlocked.CompareExchange(ref _series[key], series, null) ?? series;
    }
}
