using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Dispatch.Fibers;
using ActorServer.IO.Polling;
using ActorServer.Observability;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept: an event loop. Read, handle, write: a fiber per connection, straight-line code that a cooperative scheduler on the same loop
/// runs until it waits. With several loops each accepts for itself, and has a scheduler of its own.
/// </summary>
/// <param name="settings"><c>loops</c>, <c>poller</c>.</param>
public sealed class Fiber(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("fiber",
        Accept: "loop thread", Read: "fiber on it", Handle: "•", Write: "•",
        Handoff: "straight-line code on a cooperative user-space scheduler with ready and blocked queues",
        Observed: "one tid; a fiber per connection, which runs until it waits");

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
        var listener = wiring.Listen();
        var schedulers = new FiberScheduler?[_loops];
        for (var n = 0; n < _loops; n++)
        {
            var (index, loop) = (n, wiring.EventLoop($"loop-{n + 1}", _poller));
            var report = wiring.Report($"{loop} fibers");
            var worker = wiring.Connections($"connections-{n + 1}", loop, conversation => new ConnectionActor(conversation,
                new FiberConnection(conversation, schedulers[index] ??= new FiberScheduler(Dispatch.EventLoop.Current, report))));
            wiring.Acceptor($"acceptor-{n + 1}", loop, listener, Placement.Only(worker));
        }

        wiring.Show(new Gauge("actorserver.fibers", "{fiber}", "Fibers by what they are doing.", "state", () =>
        [
            ("running", Sum(fibers => fibers.Alive - fibers.Ready - fibers.Sleeping - fibers.Blocked)),
            ("ready", Sum(fibers => fibers.Ready)),
            ("sleeping", Sum(fibers => fibers.Sleeping)),
            ("blocked", Sum(fibers => fibers.Blocked)),
        ]));

        long Sum(Func<FiberScheduler, int> count) => schedulers.OfType<FiberScheduler>().Sum(count);
    }
}
