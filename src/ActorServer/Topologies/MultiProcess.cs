using ActorServer.Configuration;
using ActorServer.IO.Polling;
using ActorServer.IO.Processes;
using ActorServer.Processes;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept: the parent, which hands the descriptor over and keeps no copy. Read, handle, write: a fresh process for each connection, in
/// blocking system calls; it ends with the connection. <c>spares</c> processes are started ahead, so that a client need not wait for that.
/// </summary>
/// <param name="settings"><c>spares</c>.</param>
public sealed class MultiProcess(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("multi-process",
        Accept: "parent process", Read: "new process", Handle: "•", Write: "•",
        Handoff: "blocking calls; the descriptor is sent to a process (SCM_RIGHTS)",
        Observed: "one pid per connection, gone after it; killing it hurts that client only");

    private readonly Workforce.PerConnection _workforce = new(settings.Number("spares", least: 0, most: 10_000));

    /// <inheritdoc/>
    public Roles Roles => Row;

    /// <inheritdoc/>
    public string Engine => Blocking.Engine;

    /// <inheritdoc/>
    public string? Unavailable => DescriptorChannel.Unavailable;

    /// <inheritdoc/>
    public Workforce Workforce => _workforce;

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var loop = wiring.EventLoop("acceptor", Pollers.Resolve(Pollers.Auto));
        wiring.Acceptor("acceptor", loop, wiring.Listen(waits: true), wiring.ProcessPerConnection("processes", loop, _workforce));
    }
}
