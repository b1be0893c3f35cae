using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read, handle, write: one thread, one connection at a time, in blocking system calls. Who comes while a connection lasts waits in
/// the kernel's queue until it is closed, also while it is idle: keep-alive holds everybody up, for <c>keep-alive-timeout</c> at most.
/// </summary>
/// <remarks>The acceptor and the supervisor share the thread with the connection, and have it to themselves in between.</remarks>
public sealed class SingleProcess : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("single-process",
        Accept: "main thread", Read: "•", Handle: "•", Write: "•",
        Handoff: "none: blocking calls, one connection after the other",
        Observed: "one connection at a time; the second waits until the first closes");

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => Blocking.Engine;

    /// <inheritdoc/>
    public string? Unavailable => Blocking.Unavailable;

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var thread = wiring.EventLoop("main", "poll", mayBlock: true);
        wiring.Acceptor("acceptor", thread, wiring.Listen(waits: true), wiring.BlockingConnections("connections", thread, thread, room: 1));
    }
}
