using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read: one event loop, which never blocks. Handle: worker threads, which may; a bounded queue of requests is between them. Write: the
/// loop, to which replies return; or the worker, as far as the socket takes a reply at once. (POSA2, Half-Sync/Half-Async: asynchronous
/// layer, queueing layer, synchronous layer.)
/// </summary>
/// <param name="settings"><c>poller</c>, <c>workers</c>, <c>queue-capacity</c>, <c>when-full</c>, <c>respond</c>.</param>
public sealed class HalfSyncHalfAsync(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("half-sync-half-async",
        Accept: "loop thread", Read: "•", Handle: "worker thread", Write: "loop thread",
        Handoff: "a bounded queue of requests to blocking workers, replies back to the loop",
        Observed: "handler tid ≠ I/O tid; a sleeping handler never stalls I/O");

    private readonly string _poller = settings.Poller();
    private readonly int _workers = settings.Workers();
    private readonly int _capacity = settings.QueueCapacity();
    private readonly WhenFull _whenFull = settings.WhenFull();
    private readonly bool _workersRespond = settings.Choice("respond", "loop", "worker") == "worker";

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => _poller;

    /// <inheritdoc/>
    public string? Unavailable => Pollers.Unavailable(_poller);

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var requests = wiring.Requests("requests", "worker", _workers, _capacity, _whenFull);
        var loop = wiring.EventLoop("loop", _poller);
        var connections = wiring.Connections("connections", loop, place: new HandlerPlace(requests, _workersRespond));
        wiring.Acceptor("acceptor", loop, wiring.Listen(), Placement.Only(connections));
    }
}
