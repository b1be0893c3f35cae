using ActorServer.Protocol;
using ActorServer.Protocol.Http1;

namespace ActorServer.Observability;

/// <summary>
/// What one supervisor's connections count. Each supervisor has a block of its own, so that an increment stays in its thread's cache; whoever
/// scrapes adds them up. Nothing here allocates per request.
/// </summary>
internal sealed class Counters(ServerMetrics metrics, CounterBlock block)
{
    private readonly byte[] _places = new byte[RequestSeries.Keys]; // of the series by key, from 1; 0 is not known yet

    public long Open => block[Cell.Opened] - block[Cell.Closed];

    public void Opened() => block.Increment(Cell.Opened);

    public void Ended(EndReason reason)
    {
        block.Increment(Cell.Ended + (int)reason);
        block.Increment(Cell.Closed);
    }

    public void Received(int bytes) => block.Add(Cell.Received, bytes);

    public void Sent(int bytes) => block.Add(Cell.Sent, bytes);

    public void RequestStarted() => block.Increment(Cell.Started);

    /// <summary>The connection ended before its handler did.</summary>
    public void RequestAbandoned() => block.Increment(Cell.Finished);

    /// <summary>What a handler left behind threw, its request being counted already.</summary>
    public void Crashed() => block.Increment(Cell.Crashes);

    /// <summary>A handler is done.</summary>
    /// <param name="exchange">What it handled.</param>
    /// <param name="elapsed">How long it took, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    /// <param name="failed">Whether it threw.</param>
    public void RequestEnded(Exchange exchange, long elapsed, bool failed)
    {
        block.Increment(Cell.Finished);
        if (failed) Crashed();
        if (exchange is not HttpExchange http) return;
        var key = RequestSeries.Key(http.Request.Method, failed ? 500 : http.Response.Status);
        ref var place = ref _places[key];
        if (place == 0) place = (byte)(1 + RequestSeries.Place(block, key));
        var series = new RequestSeries(block, place - 1);
        series.Record(elapsed);
        metrics.Record(series, elapsed);
    }
}
