using ActorServer.Configuration;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read, handle, write: the leader of a set of threads, each time another one. The listening socket and all connections are one
/// handle set, in which the leader alone waits. It takes one event, promotes a follower, and serves the event by itself: no hand-over of
/// a request, and no thread that only waits (POSA2, Leader/Followers).
/// </summary>
public sealed class LeaderFollower : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("leader-follower",
        Accept: "leader thread", Read: "leader thread", Handle: "•", Write: "•",
        Handoff: "poller one-shot; leadership passes to a follower before an event is processed",
        Observed: "one thread in the poller's wait at any time; requests of one connection on several tids");

    private readonly int _workers;
    private readonly string _poller;

    /// <summary>Reads the settings.</summary>
    /// <param name="settings"><c>workers</c>, <c>poller</c>.</param>
    public LeaderFollower(SettingsReader settings)
    {
        _workers = settings.Count("workers");
        _poller = settings.Poller();
        if (_poller is "poll" or "select")
            settings.Fault("poller", $"\"{_poller}\" cannot disarm a descriptor when it reports it, so that several threads would serve it; expected auto | epoll | kqueue");
    }

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => _poller;

    /// <inheritdoc/>
    public string? Unavailable => Pollers.Unavailable(_poller);

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var set = wiring.LeaderFollower("thread", _workers, _poller);
        wiring.Acceptor("acceptor", set, wiring.Listen(), Placement.Only(wiring.Connections("connections", set)));
    }
}
