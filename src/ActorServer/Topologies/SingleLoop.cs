using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read, handle, write: one event loop does it all, on one thread. <c>select</c>, <c>poll</c>, <c>epoll</c> and <c>kqueue</c> are
/// this topology with that poller.
/// </summary>
public sealed class SingleLoop : ITopology
{
    /// <summary>The four answers on select(2): at most 1,024 descriptors, the whole set copied and searched on each call.</summary>
    public static readonly Roles Select = Row("select", "select(2): fixed-size sets, at most 1,024 descriptors");

    /// <summary>The four answers on poll(2): any number of descriptors, all handed over on each call.</summary>
    public static readonly Roles Poll = Row("poll", "poll(2): an array of all descriptors on each call");

    /// <summary>The four answers on epoll(7): the kernel keeps the set, a call costs by what is ready.</summary>
    public static readonly Roles Epoll = Row("epoll", "epoll(7): the kernel keeps the set; level or edge triggered");

    /// <summary>The four answers on kqueue(2): the kernel keeps the set, changes travel with the wait.</summary>
    public static readonly Roles Kqueue = Row("kqueue", "kqueue(2): the kernel keeps the set, changes travel with the wait; level or edge triggered");

    private readonly Trigger _trigger;
    private readonly string? _library;

    /// <summary>Reads the settings.</summary>
    /// <param name="roles">One of the rows.</param>
    /// <param name="settings"><c>trigger</c>, where the poller has the choice; kqueue's <c>library</c>.</param>
    public SingleLoop(Roles roles, SettingsReader settings)
    {
        Roles = roles;
        if (roles == Epoll || roles == Kqueue) _trigger = settings.Choice("trigger", "level", "edge") == "edge" ? Trigger.Edge : Trigger.Level;
        if (roles == Kqueue && settings.Text("library") is { Length: > 0 } library) _library = library;
    }

    /// <inheritdoc/>
    public Roles Roles { get; }

    /// <inheritdoc/>
    public string Engine => Roles.Name;

    /// <inheritdoc/>
    public string? Unavailable => Pollers.Unavailable(Engine, _library);

    /// <inheritdoc/>
    public void Wire(Wiring wiring)
    {
        var loop = wiring.EventLoop("loop", Engine, library: _library);
        wiring.Acceptor("acceptor", loop, wiring.Listen(), Placement.Only(wiring.Connections("connections", loop, _trigger)));
    }

    private static Roles Row(string poller, string handoff) => new(poller,
        Accept: "loop thread", Read: "•", Handle: "•", Write: "•",
        Handoff: handoff,
        Observed: $"one tid; the kernel shows it in {poller}");
}
