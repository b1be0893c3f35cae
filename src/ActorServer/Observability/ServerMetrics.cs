using System.Diagnostics;
using System.Diagnostics.Metrics;
using ActorServer.Processes;
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
    private readonly Histogram<double>? _durations;
    private readonly CounterBoard _board;
    private readonly CounterBlock _block;
    private readonly HashSet<string> _instruments = [];
    private volatile Gauge[] _gauges = [];

    /// <summary>Makes the meter and its instruments.</summary>
    /// <param name="factory">Where the host's meters come from; null makes one that stands alone.</param>
    /// <param name="board">What is counted on; null makes one of this process alone.</param>
    public ServerMetrics(IMeterFactory? factory = null, CounterBoard? board = null) : this(board ?? new CounterBoard())
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

    /// <summary>Counts on a board whose meter is another process's.</summary>
    /// <param name="board">What is counted on.</param>
    internal ServerMetrics(CounterBoard board)
    {
        _board = board;
        _block = board.NewBlock();
    }

    /// <summary>The instruments' meter; null where another process has it.</summary>
    public Meter? Meter { get; }

    /// <summary>Connections accepted since the start.</summary>
    public long AcceptedConnections => Sum(Cell.Accepted);

    /// <summary>Connections open now.</summary>
    public long OpenConnections => Difference(Cell.Opened, Cell.Closed);

    /// <summary>Requests with a handler now.</summary>
    public long ActiveRequests => Difference(Cell.Started, Cell.Finished);

    /// <summary>Times that accepting paused because descriptors or memory ran out.</summary>
    public long AcceptPauses => Sum(Cell.AcceptPauses);

    /// <summary>Times that an event loop was at one callback for longer than <c>blocked-after</c>.</summary>
    public long LoopBlocks => Sum(Cell.LoopBlocks);

    /// <summary>Exceptions that handlers threw.</summary>
    public long Crashes => Sum(Cell.Crashes);

    /// <summary>Worker processes that run now, in the topologies that have some.</summary>
    public long Processes => Difference(Cell.ProcessesStarted, Cell.ProcessesEnded);

    /// <summary>Worker processes that were started.</summary>
    public long ProcessesStarted => Sum(Cell.ProcessesStarted);

    /// <summary>Bytes received.</summary>
    public long BytesReceived => Sum(Cell.Received);

    /// <summary>Bytes sent.</summary>
    public long BytesSent => Sum(Cell.Sent);

    /// <summary>Connections that ended for a reason.</summary>
    /// <param name="reason">The reason.</param>
    public long Ended(EndReason reason) => Sum(Cell.Ended + (int)reason);

    /// <inheritdoc/>
    public void Dispose() => Meter?.Dispose();

    internal IEnumerable<IGrouping<(string Method, int Status), RequestSeries>> Series =>
        _board.Blocks.SelectMany(RequestSeries.In).GroupBy(series => (series.Method, series.Status)).OrderBy(group => group.Key);

    internal Counters NewCounters() => new(this, _board.NewBlock());

    internal IReadOnlyList<Gauge> Gauges => _gauges;

    /// <summary>Shows a topology's numbers, in place of those of the same name that another one showed.</summary>
    internal void Show(Gauge gauge)
    {
        lock (_gate)
        {
            _gauges = [.. _gauges.Where(shown => shown.Name != gauge.Name), gauge];
            if (!_instruments.Add(gauge.Name)) return; // an instrument stays as long as its meter
        }

        if (gauge.Sums) Meter?.CreateObservableCounter(gauge.Name, Measure, gauge.Unit, gauge.Help);
        else Meter?.CreateObservableUpDownCounter(gauge.Name, Measure, gauge.Unit, gauge.Help);

        IEnumerable<Measurement<long>> Measure() => _gauges.Where(shown => shown.Name == gauge.Name).SelectMany(shown => shown.Read(),
            (shown, part) => new Measurement<long>(part.Count, new KeyValuePair<string, object?>(shown.Label, part.Value)));
    }

    /// <summary>They are shown no more.</summary>
    internal void Hide(Gauge gauge)
    {
        lock (_gate) _gauges = [.. _gauges.Where(shown => shown != gauge)];
    }

    internal long Replacements(ReplaceReason reason) => Sum(Cell.Replaced + (int)reason);

    /// <summary>A connection ended before anybody could count it: with the process that it was given to.</summary>
    internal void LostOnTheWay()
    {
        _block.Increment(Cell.Opened);
        _block.Increment(Cell.Closed);
        _block.Increment(Cell.Ended + (int)EndReason.HandlerCrashed);
    }

    internal void Accepted() => _block.Increment(Cell.Accepted);

    internal void AcceptPaused() => _block.Increment(Cell.AcceptPauses);

    internal void LoopBlocked() => _block.Increment(Cell.LoopBlocks);

    internal void Record(RequestSeries series, long ticks)
    {
        if (_durations is not { Enabled: true }) return;
        _durations.Record((double)ticks / Stopwatch.Frequency,
            new("http.request.method", series.Method), new("http.response.status_code", series.Status), new("url.scheme", "http"));
    }

    internal void Replaced(ReplaceReason reason) => _block.Increment(Cell.Replaced + (int)reason);

    internal void Count(Cell cell) => _block.Increment(cell);

    internal long Sum(Cell cell) => _board.Blocks.Sum(block => block[cell]);

    /// <summary>What has begun and not ended; the ends are read first, lest one be seen without its beginning.</summary>
    private long Difference(Cell begun, Cell ended)
    {
        var over = Sum(ended);
        return Sum(begun) - over;
    }

    private IEnumerable<Measurement<long>> EndedMeasurements() => Enum.GetValues<EndReason>()
        .Where(reason => reason != EndReason.None)
        .Select(reason => new Measurement<long>(Ended(reason), new KeyValuePair<string, object?>("error.type", reason.Name())));
}
