using ActorServer.Configuration;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept: an acceptor actor on an event loop of its own. Read, handle, write: a worker actor's connections, on the worker's event loop.
/// The acceptor tells the worker that has the fewest connections of each new one; the worker supervises one actor per connection.
/// </summary>
/// <param name="settings"><c>workers</c>, <c>poller</c>.</param>
public sealed class Actor(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("actor",
        Accept: "acceptor actor", Read: "worker actor", Handle: "•", Write: "•",
        Handoff: "messages; least-loaded worker",
        Observed: "worker actor paths; load evens out");

    private readonly int _workers = settings.Count("workers");
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
        var workers = Enumerable.Range(1, _workers)
            .Select(n => wiring.Connections($"worker-{n}", wiring.EventLoop($"worker-{n}", _poller)))
            .ToArray();
        wiring.Acceptor("acceptor", wiring.EventLoop("acceptor", _poller), wiring.Listen(), Placement.LeastLoaded(workers));
    }
}
