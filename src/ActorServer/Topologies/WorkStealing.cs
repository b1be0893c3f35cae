using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read: one event loop, which submits requests to a global queue. Handle, write: workers with a deque each, who take a share of the
/// queue and steal from each other what is left, so that none is idle while another has more than it can do.
/// </summary>
/// <param name="settings"><c>poller</c>, <c>workers</c>, <c>queue-capacity</c>, <c>when-full</c>.</param>
public sealed class WorkStealing(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("work-stealing",
        Accept: "loop thread", Read: "•", Handle: "worker thread", Write: "•",
        Handoff: "a deque per worker (own end LIFO, steal FIFO), a global queue for what the loop submits",
        Observed: "idle workers steal: uneven work finishes in the time of even work");

    private readonly string _poller = settings.Poller();
    private readonly int _workers = settings.Count("workers");
    private readonly int _capacity = settings.QueueCapacity();
    private readonly WhenFull _whenFull = settings.WhenFull();

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => _poller;

    /// <inheritdoc/>
    public string? Unavailable => Pollers.Unavailable(_poller);

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var requests = wiring.StealingRequests("requests", _workers, _capacity, _whenFull);
        var loop = wiring.EventLoop("loop", _poller);
        var connections = wiring.Connections("connections", loop, place: new HandlerPlace(requests, Responds: true));
        wiring.Acceptor("acceptor", loop, wiring.Listen(), Placement.Only(connections));
    }
}
