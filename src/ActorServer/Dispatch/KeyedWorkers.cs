using ActorServer.Connections;
using ActorServer.Server;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Routing;

namespace ActorServer.Dispatch;

/// <summary>By which key requests get to one of several actors.</summary>
/// <param name="Actors">How many actors.</param>
/// <param name="Header">The header field that is the key; null for the path.</param>
public sealed record KeyedRouting(int Actors, string? Header);

/// <summary>
/// Worker actors to which requests are routed by a key, by consistent hashing: those with one key are handled by one actor, one after the other
/// in the order they came, so that what it keeps for the key needs no lock.
/// </summary>
internal sealed class KeyedWorkers
{
    private const int VirtualNodes = 100;

    private readonly ConsistentHash<IActorRef> _workers;
    private readonly string? _header;

    /// <summary>Starts the actors.</summary>
    /// <param name="actors">Whose children they are.</param>
    /// <param name="routing">How many, and the key.</param>
    /// <param name="dispatcher">The id of the dispatcher that runs them.</param>
    public KeyedWorkers(IActorRefFactory actors, KeyedRouting routing, string dispatcher)
    {
        var props = Props.CreateBy(new Producer<Worker>(() => new Worker())).WithDispatcher(dispatcher);
        _workers = ConsistentHash.Create(Enumerable.Range(1, routing.Actors).Select(n => actors.ActorOf(props, $"key-worker-{n}")), VirtualNodes);
        _header = routing.Header;
    }

    /// <summary>Routes a request. Any thread.</summary>
    /// <param name="request">A connection's request.</param>
    public void Schedule(IRunnable request) => _workers.NodeFor(((HandOver)request).Key(_header)).Tell(request, ActorRefs.NoSender);

    private sealed class Worker : UntypedActor
    {
        protected override void OnReceive(object message) => ((IRunnable)message).Run();
    }
}
