using ActorServer.Configuration;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept: N loops, all from one shared listening socket. Read, handle, write: the loop that accepted. No hand-over between threads;
/// which loop gets a connection is the kernel's doing, which wakes one of those that wait (EPOLLEXCLUSIVE) where it can.
/// </summary>
/// <param name="settings"><c>loops</c>, <c>poller</c>.</param>
public sealed class MultiAcceptor(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("multi-acceptor",
        Accept: "N loop threads", Read: "•", Handle: "•", Write: "•",
        Handoff: "one shared listening socket",
        Observed: "N tids accept; one listening socket");

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
        var loops = Enumerable.Range(1, _loops).Select(n => wiring.EventLoop($"loop-{n}", _poller)).ToArray();
        var connections = loops.Select((loop, i) => wiring.Connections($"connections-{i + 1}", loop)).ToArray();
        var listener = wiring.Listen();
        for (var i = 0; i < loops.Length; i++) wiring.Acceptor($"acceptor-{i + 1}", loops[i], listener, Placement.Only(connections[i]));
    }
}
