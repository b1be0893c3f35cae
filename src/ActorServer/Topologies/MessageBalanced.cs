using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read: one event loop, to which every request is a message. Handle: worker actors that take from one message queue, whoever is free
/// first: not connections are balanced, but requests. With <c>ordered = reply</c> those of one connection's pipeline are handled in
/// parallel, and the loop puts the replies in order and writes them; with <c>ordered = request</c> a connection's requests are handled one at
/// a time, and whoever handles one writes the reply.
/// </summary>
/// <param name="settings"><c>poller</c>, <c>workers</c>, <c>queue-capacity</c>, <c>when-full</c>, <c>ordered</c>, <c>depth</c>.</param>
public sealed class MessageBalanced(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("message-balanced",
        Accept: "loop thread", Read: "•", Handle: "worker actor", Write: "loop thread",
        Handoff: "requests, not connections, in one message queue that worker actors share",
        Observed: "one connection's requests on several tids, replies in order");

    private readonly string _poller = settings.Poller();
    private readonly int _workers = settings.Count("workers");
    private readonly int _capacity = settings.QueueCapacity();
    private readonly Dispatch.WhenFull _whenFull = settings.WhenFull();
    private readonly bool _parallel = settings.Choice("ordered", "reply", "request") == "reply";
    private readonly int _depth = settings.Number("depth", least: 1, most: 1024);

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => _poller;

    /// <inheritdoc/>
    public string? Unavailable => Pollers.Unavailable(_poller);

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var requests = wiring.BalancedRequests("requests", _workers, _capacity, _whenFull);
        var loop = wiring.EventLoop("loop", _poller);
        var place = _parallel ? new HandlerPlace(requests, Responds: false, _depth) : new HandlerPlace(requests, Responds: true);
        wiring.Acceptor("acceptor", loop, wiring.Listen(), Placement.Only(wiring.Connections("connections", loop, place: place)));
    }
}
