using ActorServer.Configuration;
using ActorServer.IO.Completion;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read, write: by completion, the system carries them out and says when they are done. Handle: the loop's thread, in the
/// completion handler. POSA2's Proactor: a loop takes the results from the engine's Completion Event Queue and runs the actors that
/// started the operations. With several loops each has a listening socket of its own on the same port (SO_REUSEPORT, socket(7)).
/// </summary>
/// <param name="settings"><c>loops</c>, <c>engine</c>.</param>
public sealed class Proactor(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("proactor",
        Accept: "completion", Read: "completion", Handle: "completion handler", Write: "completion",
        Handoff: "io_uring(7): operations and results in rings shared with the kernel; SocketAsyncEventArgs elsewhere",
        Observed: "the kernel shows io_uring_enter, no epoll on client sockets");

    private readonly int _loops = settings.Count("loops");
    private readonly string _engine = settings.Choice("engine", [CompletionQueues.Auto, .. CompletionQueues.Names]);

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => CompletionQueues.Resolve(_engine);

    /// <inheritdoc/>
    public string? Unavailable => CompletionQueues.Unavailable(_engine);

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var engine = Engine;
        var loops = Enumerable.Range(1, _loops).Select(n => wiring.CompletionLoop($"loop-{n}", engine)).ToArray();
        var connections = loops.Select((loop, i) => wiring.CompletionConnections($"connections-{i + 1}", loop)).ToArray();
        for (var i = 0; i < loops.Length; i++)
            wiring.CompletionAcceptor($"acceptor-{i + 1}", loops[i], wiring.Listen(shared: loops.Length > 1), connections[i]);
    }
}
