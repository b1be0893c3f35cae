using ActorServer.Configuration;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept: the boss loop. Read, handle, write: sub-loops, to which the boss gives connections round robin, and where they stay.
/// POSA2's Reactor with several of them: a loop's poller is the Synchronous Event Demultiplexer, descriptors are its Handles, and the
/// actors registered with it its Event Handlers: the acceptor for accepting, a connection for reading and writing.
/// </summary>
/// <param name="settings"><c>acceptors</c>, <c>loops</c>, <c>poller</c>.</param>
public sealed class Reactor(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("reactor",
        Accept: "boss loop", Read: "sub-loop", Handle: "•", Write: "•",
        Handoff: "event handlers registered with a demultiplexer; round robin",
        Observed: "connections spread over N loop tids and stay there");

    private readonly int _acceptors = settings.Number("acceptors", least: 1, most: 64);
    private readonly int _loops = settings.Count("loops");
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
        var loops = Enumerable.Range(1, _loops)
            .Select(n => wiring.Connections($"sub-{n}", wiring.EventLoop($"sub-{n}", _poller)))
            .ToArray();
        var listener = wiring.Listen();
        for (var n = 1; n <= _acceptors; n++)
            wiring.Acceptor($"boss-{n}", wiring.EventLoop($"boss-{n}", _poller), listener, Placement.RoundRobin(loops));
    }
}
