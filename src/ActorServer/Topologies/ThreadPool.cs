using ActorServer.Configuration;
using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept: an acceptor on a thread of its own. Read, handle, write: one of N threads that are there from the start, in blocking system calls.
/// A thread serves a whole conversation, then takes the connection that has waited longest in the queue they share. When the queue is full,
/// the next clients wait in the kernel's, or are told to come later.
/// </summary>
/// <param name="settings"><c>workers</c>, <c>queue-capacity</c>, <c>when-full</c>, <c>stack</c>.</param>
public sealed class ThreadPool(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("thread-pool",
        Accept: "acceptor thread", Read: "worker thread", Handle: "•", Write: "•",
        Handoff: "blocking calls; a bounded queue of connections that N threads share",
        Observed: "at most N tids; connection N+1 waits its turn");

    private readonly int _queue = settings.Number("queue-capacity", least: 0, most: 1_000_000);
    private readonly bool _refuses = settings.Choice("when-full", "wait", "refuse") == "refuse";
    private readonly ThreadSet _workers = new("worker", settings.Number("workers", least: 1, most: 10_000))
    {
        Ready = true,
        Stack = (int)settings.Size("stack", least: 64 << 10, most: 1 << 30),
    };

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => Blocking.Engine;

    /// <inheritdoc/>
    public string? Unavailable => Blocking.Unavailable;

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var loop = wiring.EventLoop("acceptor", Pollers.Resolve(Pollers.Auto));
        var workers = wiring.Threads("workers", _workers);
        wiring.Keep("workers", workers);
        var most = _workers.Most + _queue;
        if (_refuses)
            wiring.Acceptor("acceptor", loop, wiring.Listen(waits: true), Placement.UpTo(wiring.BlockingConnections("connections", loop, workers), most, wiring.Refusals("refused", loop)));
        else
            wiring.Acceptor("acceptor", loop, wiring.Listen(waits: true), wiring.BlockingConnections("connections", loop, workers, room: most));
    }
}
