using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Dispatch.Fibers;
using ActorServer.IO.Completion;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Four layers, each chosen in HOCON. Accept: boss loops. Read: sub-loops, on any poller, or completion loops, which also accept. Handle: the
/// sub-loop itself, coroutines or fibers on it, or worker threads, to which actors may route requests by path or by key. Write: the same
/// threads. What handlers ask of a database takes one of a bounded number of permits.
/// </summary>
public sealed class Hybrid : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("hybrid",
        Accept: "boss loop", Read: "sub-loop", Handle: "worker thread, or the sub-loop", Write: "•",
        Handoff: "layers chosen in HOCON: network access, request routing, business, data access",
        Observed: "as composed: one view of all layers in /metrics");

    private readonly HybridLayers _layers;

    /// <summary>Reads the settings.</summary>
    /// <param name="settings"><c>network</c>, <c>routing</c>, <c>business</c>, <c>data</c>.</param>
    public Hybrid(SettingsReader settings) => _layers = new HybridLayers(settings);

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => _layers.Engine;

    /// <inheritdoc/>
    public string? Unavailable => _layers.Completes ? CompletionQueues.Unavailable(Engine) : Pollers.Unavailable(Engine);

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var place = _layers.Place(wiring);
        var loops = Enumerable.Range(1, _layers.Loops).Select(n => Loop(wiring, n, place)).ToArray();
        if (!_layers.Completes)
        {
            var listener = wiring.Listen();
            for (var n = 1; n <= _layers.Acceptors; n++)
                wiring.Acceptor($"boss-{n}", wiring.EventLoop($"boss-{n}", Engine), listener, Placement.RoundRobin(loops));
        }

        wiring.ShowLayers(place?.Queue, _layers.Routes, wiring.Data(_layers.Permits, _layers.Patience));
    }

    private Worker Loop(Wiring wiring, int n, HandlerPlace? place)
    {
        var name = $"sub-{n}";
        if (_layers.Completes)
        {
            var completions = wiring.CompletionLoop(name, Engine);
            var worker = wiring.CompletionConnections(name, completions, place);
            wiring.CompletionAcceptor($"acceptor-{n}", completions, wiring.Listen(shared: _layers.Loops > 1), worker);
            return worker;
        }

        var loop = wiring.EventLoop(name, Engine);
        switch (_layers.Business)
        {
            case "coroutine":
                var coroutines = new CoroutineScheduler();
                return wiring.Connections(name, loop, conversation => new ConnectionActor(conversation, new CoroutineConnection(conversation, coroutines)));
            case "fiber":
                var (fibers, report) = ((FiberScheduler?)null, wiring.Report($"{loop} fibers"));
                return wiring.Connections(name, loop, conversation => new ConnectionActor(conversation,
                    new FiberConnection(conversation, fibers ??= new FiberScheduler(Dispatch.EventLoop.Current, report))));
            default:
                return wiring.Connections(name, loop, place: place);
        }
    }
}
