using ActorServer.Configuration;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read, handle, write: one event loop, as in Node. What waits (a timer, an <c>await</c>) leaves a callback behind that the loop
/// runs later; asynchronous handlers never leave the thread, so that they share state without locks. One that computes or blocks delays
/// everyone; <c>blocked-after</c> tells which.
/// </summary>
/// <param name="settings"><c>poller</c>.</param>
public sealed class EventLoop(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("event-loop",
        Accept: "loop thread", Read: "•", Handle: "•", Write: "•",
        Handoff: "callback queue and timer heap on one thread; handlers continue there after await",
        Observed: "one tid, before and after await; a CPU-bound handler delays everyone");

    private readonly string _poller = settings.Poller();

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => _poller;

    /// <inheritdoc/>
    public string? Unavailable => Pollers.Unavailable(_poller);

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var loop = wiring.EventLoop("loop", _poller, keepsHandlers: true);
        wiring.Acceptor("acceptor", loop, wiring.Listen(), Placement.Only(wiring.Connections("connections", loop)));
    }
}
