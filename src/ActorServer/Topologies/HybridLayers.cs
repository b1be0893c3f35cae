using ActorServer.Configuration;
using ActorServer.Connections;
using ActorServer.Dispatch;
using ActorServer.IO.Completion;
using ActorServer.IO.Polling;
using ActorServer.Server;

namespace ActorServer.Topologies;

/// <summary>The layers of <see cref="Hybrid"/> as they are configured.</summary>
internal sealed class HybridLayers
{
    private readonly int _workers;
    private readonly int _capacity;
    private readonly WhenFull _whenFull;
    private readonly bool _workersRespond;
    private readonly int _actors;
    private readonly string? _header;

    /// <summary>Reads the settings.</summary>
    public HybridLayers(SettingsReader settings)
    {
        var network = settings.Section("network");
        var engine = network.Choice("engine", [Pollers.Auto, .. Pollers.Names, .. CompletionQueues.Names]);
        Completes = CompletionQueues.Names.Contains(engine);
        Engine = Completes ? engine : Pollers.Resolve(engine);
        Acceptors = network.Number("acceptors", least: 1, most: 64);
        Loops = network.Count("loops");

        var business = settings.Section("business");
        Business = business.Choice("run", "inline", "coroutine", "fiber", "thread-pool", "work-stealing");
        _workers = business.Workers();
        _capacity = business.QueueCapacity();
        _whenFull = business.WhenFull();
        _workersRespond = business.Choice("respond", "worker", "loop") == "worker" && !Completes;
        if (Completes && Business is "coroutine" or "fiber") business.Fault("run", $"\"{Business}\" waits for readiness, and {engine} has completions; expected inline | thread-pool | work-stealing");

        var routing = settings.Section("routing");
        var by = routing.Choice("by", "none", "path", "header");
        var header = routing.Text("header");
        _actors = routing.Number("actors", least: 1, most: 10_000);
        Routes = by != "none";
        if (by == "header") _header = header;
        if (by == "header" && header.Length == 0) routing.Fault("header", "is empty; expected the name of a header field");
        if (Routes && !HasWorkers) routing.Fault("by", $"\"{by}\" needs threads to route to; expected none, or business.run = thread-pool | work-stealing");

        var data = settings.Section("data");
        Permits = data.Number("permits", least: 1, most: 1_000_000);
        Patience = data.Duration("max-wait");
    }

    /// <summary>The poller or the completion queue.</summary>
    public string Engine { get; }

    /// <summary>Whether it is a completion queue.</summary>
    public bool Completes { get; }

    /// <summary>Boss loops, where loops do not accept for themselves.</summary>
    public int Acceptors { get; }

    /// <summary>Sub-loops.</summary>
    public int Loops { get; }

    /// <summary>What runs handlers.</summary>
    public string Business { get; }

    /// <summary>Whether actors route requests.</summary>
    public bool Routes { get; }

    /// <summary>How many may use the data layer at a time.</summary>
    public int Permits { get; }

    /// <summary>How long one waits for a permit.</summary>
    public TimeSpan Patience { get; }

    private bool HasWorkers => Business is "thread-pool" or "work-stealing";

    /// <summary>Starts the business layer's threads and the routing in front of them; null where handlers run on the loops.</summary>
    public HandlerPlace? Place(Wiring wiring)
    {
        if (!HasWorkers) return null;
        var routing = Routes ? new KeyedRouting(_actors, _header) : null;
        var queue = Business == "thread-pool"
            ? wiring.Requests("requests", "worker", _workers, _capacity, _whenFull, routing)
            : wiring.StealingRequests("requests", _workers, _capacity, _whenFull, routing);
        return new HandlerPlace(queue, _workersRespond);
    }
}
