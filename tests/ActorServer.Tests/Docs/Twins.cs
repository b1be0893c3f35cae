using ActorServer.Configuration;
using ActorServer.IO.Polling;
using ActorServer.Server;
using ActorServer.Topologies;

namespace My;

/// <summary>
/// Accept: the left of two loops. Read, handle, write: either loop, in turn. The loops wait with different pollers, so that the same clients
/// show what each of them costs.
/// </summary>
/// <param name="settings"><c>left</c>, <c>right</c>: a poller each.</param>
public sealed class Twins(SettingsReader settings) : ITopology
{
    private readonly string _left = settings.Choice("left", [.. Pollers.Names]);
    private readonly string _right = settings.Choice("right", [.. Pollers.Names]);

    public Roles Roles { get; } = new("twins",
        Accept: "left loop", Read: "left or right loop", Handle: "•", Write: "•",
        Handoff: "two loops on two pollers; round robin",
        Observed: "two tids, in two system calls");

    public string Engine => $"{_left}+{_right}";

    public string? Unavailable => Pollers.Unavailable(_left) ?? Pollers.Unavailable(_right);

    public void Wire(Wiring wiring)
    {
        var (left, right) = (wiring.EventLoop("left", _left), wiring.EventLoop("right", _right));
        var connections = Placement.RoundRobin([wiring.Connections("left", left), wiring.Connections("right", right)]); // first ...
        wiring.Acceptor("acceptor", left, wiring.Listen(), connections); // ... then who accepts for them
    }
}
