using System.Diagnostics;
using System.Diagnostics.Metrics;
using ActorServer.Protocol;

namespace ActorServer.Observability;

/// <summary>
/// What the server counts, for two readers: <see cref="Meter"/> (System.Diagnostics.Metrics, and so OpenTelemetry and
/// <c>dotnet-counters</c>), and the Prometheus text of <c>GET /metrics</c>. Names follow OpenTelemetry's HTTP server conventions where
/// there is one, and start with <c>actorserver</c> where there is not.
/// </summary>
public sealed class ServerMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "ActorServer";

    private readonly Lock _gate = new();
    private readonly Histogram<double> _durations;
    private volatile Counters[] _counters = [];
    private volatile Gauge[] _gauges = [];
    private long _accepted;
    private long _acceptPauses;
    private long _loopBlocks;

    /// <summary>Makes the meter and its instruments.</summary>
    /// <param name="factory">Where the host's meters come from; null makes one that stands alone.</param>
    public ServerMetrics(IMeterFactory? factory = null)
    {
        Meter = factory?.Create(new MeterOptions(MeterName)) ?? new Meter(MeterName);
        _durations = Meter.CreateHistogram("http.server.request.duration", "s", "Duration of HTTP server requests.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = RequestSeries.Bounds });
        Meter.CreateObservableUpDownCounter("http.server.active_requests", () => ActiveRequests, "{request}", "Requests that are being handled.");
        Meter.CreateObservableUpDownCounter("actorserver.connections.open", () => OpenConnections, "{connection}", "Connections that are open.");
        Meter.CreateObservableCounter("actorserver.connections.accepted", () => AcceptedConnections, "{connection}", "Connections accepted.");
        Meter.CreateObservableCounter("actorserver.connections.ended", EndedMeasurements, "{connection}", "Connections ended, by reason.");
        Meter.CreateObservableCounter("actorserver.accept.pauses", () => AcceptPauses, "{pause}", "Times that accepting paused for want of descriptors.");
        Meter.CreateObservableCounter("actorserver.loop.blocked", () => LoopBlocks, "{blockage}", "Times that an event loop was stuck in a callback.");
        Meter.CreateObservableCounter("actorserver.handler.crashes", () => Crashes, "{crash}", "Exceptions that handlers threw.");
        Meter.CreateObservableCounter("actorserver.network.received", () => BytesReceived, "By", "Bytes received.");
        Meter.CreateObservableCounter("actorserver.network.sent", () => BytesSent, "By", "Bytes sent.");
    }

    /// <summary>The instruments' meter.</summary>
    public Meter Meter { get; }

    /// <summary>Connections accepted since the start.</summary>
    public long AcceptedConnections => Volatile.Read(ref _accepted);

    /// <summary>Connections open now.</summary>
    public long OpenConnections => _counters.Sum(counters => counters.Open);

    /// <summary>Requests with a handler now.</summary>
    public long ActiveRequests => _counters.Sum(counters => counters.Active);

    /// <summary>Times that accepting paused because descriptors or memory ran out.</summary>
    public long AcceptPauses => Volatile.Read(ref _acceptPauses);

    /// <summary>Times that an event loop was at one callback for longer than <c>blocked-after</c>.</summary>
    public long LoopBlocks => Volatile.Read(ref _loopBlocks);

    /// <summary>Exceptions that handlers threw.</summary>
    public long Crashes => _counters.Sum(counters => counters.Crashes);

    /// <summary>Bytes received.</summary>
    public long BytesReceived => _counters.Sum(counters => counters.BytesReceived);

    /// <summary>Bytes sent.</summary>
    public long BytesSent => _counters.Sum(counters => counters.BytesSent);

    /// <summary>Connections that ended for a reason.</summary>
    /// <param name="reason">The reason.</param>
    public long Ended(EndReason reason) => _counters.Sum(counters => counters.EndedBy(reason));

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    internal IEnumerable<IGrouping<(string Method, int Status), RequestSeries>> Series =>
        _counters.SelectMany(counters => counters.Series).GroupBy(series => (series.Method, series.Status)).OrderBy(group => group.Key);

    internal Counters NewCounters()
    {
        var counters = new Counters(this);
        lock (_gate) _counters = [.. _counters, counters];
        return counters;
    }

    internal IReadOnlyList<Gauge> Gauges => _gauges;

    internal void Show(Gauge gauge)
    {
        lock (_gate) _gauges = [.. _gauges, gauge];
        if (gauge.Sums) Meter.CreateObservableCounter(gauge.Name, Measure, gauge.Unit, gauge.Help);
        else Meter.CreateObservableUpDownCounter(gauge.Name, Measure, gauge.Unit, gauge.Help);

        IEnumerable<Measurement<long>> Measure() =>
            gauge.Read().Select(part => new Measurement<long>(part.Count, new KeyValuePair<string, object?>(gauge.Label, part.Value)));
    }

    internal void Accepted() => Interlocked.Increment(ref _accepted);

    internal void AcceptPaused() => Interlocked.Increment(ref _acceptPauses);

    internal void LoopBlocked() => Interlocked.Increment(ref _loopBlocks);

    internal void Record(RequestSeries series, long ticks)
    {
        if (!_durations.Enabled) return;
        _durations.Record((double)ticks / Stopwatch.Frequency,
            new("http.request.method", series.Method), new("http.response.status_code", series.Status), new("url.scheme", "http"));
    }

    private IEnumerable<Measurement<long>> EndedMeasurements() => Enum.GetValues<EndReason>()
        .Where(reason => reason != EndReason.None)
        .Select(reason => new Measurement<long>(Ended(reason), new KeyValuePair<string, object?>("error.type", reason.Name())));
}
