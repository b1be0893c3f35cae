using ActorServer.Configuration;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept: N loops, each from a listening socket of its own on the same port (SO_REUSEPORT, socket(7)), among which the kernel spreads
/// connections by a hash of their addresses. Read, handle, write: the loop that accepted. Nothing is shared between loops.
/// </summary>
/// <param name="settings"><c>loops</c>, <c>poller</c>.</param>
public sealed class SocketSharding(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("socket-sharding",
        Accept: "N loop threads", Read: "•", Handle: "•", Write: "•",
        Handoff: "a listening socket per loop (SO_REUSEPORT)",
        Observed: "N listening sockets, one pid");

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
        for (var i = 0; i < loops.Length; i++)
            wiring.Acceptor($"acceptor-{i + 1}", loops[i], wiring.Listen(shared: true), Placement.Only(connections[i]));
    }
}
