using ActorServer.Connections;
using ActorServer.Server;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Routing;

namespace ActorServer.Dispatch;

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
    /// <param name="count">How many.</param>
    /// <param name="dispatcher">The id of the dispatcher that runs them.</param>
    /// <param name="header">The header field that is the key; null for the path.</param>
    public KeyedWorkers(IActorRefFactory actors, int count, string dispatcher, string? header)
    {
        var props = Props.CreateBy(new Producer<Worker>(() => new Worker())).WithDispatcher(dispatcher);
        _workers = ConsistentHash.Create(Enumerable.Range(1, count).Select(n => actors.ActorOf(props, $"key-worker-{n}")), VirtualNodes);
        _header = header;
    }

    /// <summary>Routes a request. Any thread.</summary>
    /// <param name="request">A connection's request.</param>
    public void Schedule(IRunnable request) => _workers.NodeFor(((HandOver)request).Key(_header)).Tell(request, ActorRefs.NoSender);

    private sealed class Worker : UntypedActor
    {
        protected override void OnReceive(object message) => ((IRunnable)message).Run();
    }
}
