using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.IO.Polling;
using ActorServer.Observability;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read, handle, write: one event loop. Each connection is a coroutine written out as a state machine, INIT → READING → PROCESSING
/// → WRITING → DONE, which a scheduler on the loop resumes when it can go on. With several loops each accepts for itself.
/// </summary>
/// <param name="settings"><c>loops</c>, <c>poller</c>.</param>
public sealed class Coroutine(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("coroutine",
        Accept: "loop thread", Read: "•", Handle: "•", Write: "•",
        Handoff: "a state machine per connection, resumed by a scheduler on readiness",
        Observed: "one tid; the state of each connection counted in /metrics");

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
        var loops = new List<(Worker Worker, CoroutineScheduler Scheduler)>();
        for (var n = 1; n <= _loops; n++)
        {
            var (loop, scheduler) = (wiring.EventLoop($"loop-{n}", _poller), new CoroutineScheduler());
            var worker = wiring.Connections($"connections-{n}", loop,
                conversation => new ConnectionActor(conversation, new CoroutineConnection(conversation, scheduler)));
            loops.Add((worker, scheduler));
            wiring.Acceptor($"acceptor-{n}", loop, listener, Placement.Only(worker));
        }

        wiring.Show(new Gauge("actorserver.coroutines", "{coroutine}", "Connections by the state of their coroutine.", "state", () => States(loops)));
    }

    private static IEnumerable<(string, long)> States(List<(Worker Worker, CoroutineScheduler Scheduler)> loops)
    {
        var others = Enum.GetValues<CoroutineState>()[1..].Select(state => (State: state, Count: loops.Sum(loop => loop.Scheduler.Count(state)))).ToList();
        // Who is open and in no other state has not got further than INIT.
        yield return ("init", loops.Sum(loop => loop.Worker.Counters.Open) - others.Sum(other => other.Count));
        foreach (var (state, count) in others) yield return (state.ToString().ToLowerInvariant(), count);
    }
}
