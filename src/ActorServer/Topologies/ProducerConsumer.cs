using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>
/// Accept, read: producer threads, each an event loop, which decode requests and put them into one bounded buffer. Handle, write: consumer
/// threads, which take them out. A producer that finds the buffer full waits, and reads no more: what clients send stays in the kernel, whose
/// window stops them. A consumer that finds it empty parks.
/// </summary>
/// <param name="settings"><c>producers</c>, <c>consumers</c>, <c>queue-capacity</c>, <c>poller</c>.</param>
public sealed class ProducerConsumer(SettingsReader settings) : ITopology
{
    /// <summary>The four answers.</summary>
    public static readonly Roles Row = new("producer-consumer",
        Accept: "producer thread", Read: "•", Handle: "consumer thread", Write: "•",
        Handoff: "a bounded buffer of requests; producers wait when it is full, consumers when it is empty",
        Observed: "queue length never above its bound; producers stop reading");

    private readonly int _producers = settings.Count("producers");
    private readonly int _consumers = settings.Number("consumers", least: 1, most: 10_000);
    private readonly int _capacity = settings.QueueCapacity();
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
        var buffer = wiring.Requests("buffer", "consumer", _consumers, _capacity, WhenFull.Block);
        var loops = Enumerable.Range(1, _producers).Select(n => wiring.EventLoop($"producer-{n}", _poller, mayBlock: true)).ToArray();
        var producers = loops.Select((loop, n) => wiring.Connections($"producer-{n + 1}", loop, place: new HandlerPlace(buffer, Responds: true))).ToArray();
        var listener = wiring.Listen();
        for (var n = 0; n < _producers; n++) wiring.Acceptor($"acceptor-{n + 1}", loops[n], listener, Placement.Only(producers[n]));
    }
}
