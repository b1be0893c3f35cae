using ActorServer.Configuration;
using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept: an acceptor on a thread of its own. Read, handle, write: a thread for each connection, in blocking system calls; it comes with the
/// connection and goes with it. Beyond <c>threads</c> connections wait for a thread, first come, first served.
/// </summary>
/// <param name="settings"><c>threads</c>, <c>stack</c>, <c>spares</c>.</param>
public sealed class MultiThread(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("multi-thread",
        Accept: "acceptor thread", Read: "new thread", Handle: "•", Write: "•",
        Handoff: "blocking calls; a thread per connection, up to a cap with a queue behind it",
        Observed: "one tid per connection, gone after it");

    private readonly ThreadSet _threads = new("connection", settings.Number("threads", least: 1, most: 100_000))
    {
        Spares = settings.Number("spares", least: 0),
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
        wiring.Acceptor("acceptor", loop, wiring.Listen(waits: true), wiring.BlockingConnections("connections", loop, wiring.Threads("threads", _threads)));
    }
}
