using ActorServer.Configuration;
using ActorServer.IO.Processes;
using ActorServer.Processes;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read, handle, write: one of N processes that are there from the start, each of which runs a topology of its own
/// (<c>worker-topology</c>). They accept from one listening socket, which the parent binds before they start, or each from one of its own
/// (SO_REUSEPORT, socket(7)). The parent serves nobody: it supervises, and replaces who ends.
/// </summary>
public sealed class ProcessPool : ITopology
{
    /// <summary>The four answers: one listening socket.</summary>
    public static readonly Roles Shared = new("process-pool-1",
        Accept: "each process", Read: "•", Handle: "•", Write: "•",
        Handoff: "one listening socket, inherited by N processes; inside, worker-topology",
        Observed: "N pids, one listening socket held by all");

    /// <summary>The four answers: a listening socket each.</summary>
    public static readonly Roles Own = new("process-pool-2",
        Accept: "each process", Read: "•", Handle: "•", Write: "•",
        Handoff: "a listening socket per process (SO_REUSEPORT); inside, worker-topology",
        Observed: "N pids, N listening sockets on the port");

    private readonly Workforce.Pool _pool;
    private readonly ITopology _inside;

    /// <summary>Reads the settings of a row.</summary>
    /// <param name="row">The four answers.</param>
    /// <param name="settings"><c>processes</c>, <c>worker-topology</c>, <c>max-requests</c>, <c>max-memory</c>.</param>
    public ProcessPool(Roles row, SettingsReader settings)
    {
        Roles = row;
        _inside = Catalog.Inside(settings, "worker-topology");
        _pool = new Workforce.Pool(settings.Count("processes"), SharesSocket: row == Shared, _inside.Roles.Name,
            settings.Number("max-requests", least: 0), settings.Size("max-memory", least: 0));
    }

    /// <inheritdoc/>
    public Roles Roles { get; }

    /// <inheritdoc/>
    public string Engine => _inside.Engine;

    /// <inheritdoc/>
    public string? Unavailable => DescriptorChannel.Unavailable ?? _inside.Unavailable;

    /// <inheritdoc/>
    public Workforce Workforce => _pool;

    /// <inheritdoc/>
    public void Wire(Wiring wiring) => wiring.Processes("processes", _pool);
}
