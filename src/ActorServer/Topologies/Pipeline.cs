using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Dispatch.Stages;
using ActorServer.IO.Polling;
using ActorServer.Observability;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept: an event loop, which also watches the sockets. Read, handle, write: stages of one Akka.Streams graph that all connections pass
/// through, parse → validate → handle → render → write, each an island with threads, a buffer and a parallelism of its own. A stage that
/// does not keep up fills the buffers before it, until the first stage asks for no more connections and their sockets are not read.
/// </summary>
public sealed class Pipeline : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("pipeline",
        Accept: "loop thread", Read: "parse stage", Handle: "handle stage", Write: "write stage",
        Handoff: "an Akka.Streams graph: parse → validate → handle → render → write, with async boundaries",
        Observed: "per-stage tids, queue lengths and parallelism");

    private readonly string _poller;
    private readonly IReadOnlyList<StagePlan> _stages;

    /// <summary>Reads the settings.</summary>
    /// <param name="settings"><c>poller</c>, <c>stages</c>, and a section for each stage.</param>
    public Pipeline(SettingsReader settings)
    {
        _poller = settings.Poller();
        if (_poller is "poll" or "select")
            settings.Fault("poller", $"\"{_poller}\" reports a state for as long as it lasts, also while a stage is at it; expected auto | epoll | kqueue");
        _stages = StagePlan.Read(settings);
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
        var loads = StagePlan.Loads(_stages);
        Show("queued", "Connections that wait for a stage.", load => load.Queued);
        Show("busy", "Connections that a stage is at.", load => load.Busy);
        Show("parallelism", "How many connections a stage may be at.", load => load.Parallelism);
        var entrance = new PipelineEntrance(loads[0]);
        var loop = wiring.EventLoop("loop", _poller);
        var worker = wiring.Connections("connections", loop,
            conversation => new ConnectionActor(conversation, new StagedConnection(conversation, entrance)));
        wiring.Run("pipeline", StagePlan.Graph(_stages, loads, entrance, wiring), worker);
        wiring.Acceptor("acceptor", loop, wiring.Listen(), Placement.Only(worker));

        void Show(string what, string help, Func<StageLoad, long> read) =>
            wiring.Show(new Gauge($"actorserver.pipeline.{what}", "{connection}", help, "stage", () => loads.Select(load => (load.Name, read(load)))));
    }
}
