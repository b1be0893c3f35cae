using ActorServer.Connections;
using ActorServer.Dispatch;
using ActorServer.IO.Sockets;
using Akka.Actor;
using Akka.Configuration;

namespace ActorServer.Server;

/// <summary>
/// What a topology is wired of: dispatchers, supervisors of connections, acceptors. The server keeps what was started, in order, so
/// that it can be stopped in reverse.
/// </summary>
public sealed class Wiring
{
    private readonly IUntypedActorContext _actors;
    private readonly ServerContext _server;
    private readonly ListenSocket _listener;
    private readonly List<IActorRef> _connections = [];
    private readonly List<IActorRef> _acceptors = [];

    internal Wiring(IUntypedActorContext actors, ServerContext server, ListenSocket listener) =>
        (_actors, _server, _listener) = (actors, server, listener);

    internal IReadOnlyList<IActorRef> Workers => _connections;

    internal IReadOnlyList<IActorRef> Acceptors => _acceptors;

    /// <summary>A dispatcher whose executor is an event loop: one thread, one poller.</summary>
    /// <param name="name">Unique in this topology; the thread is named after it.</param>
    /// <param name="poller">One of <see cref="IO.Polling.Pollers.Names"/>.</param>
    /// <returns>The dispatcher's id.</returns>
    public string EventLoop(string name, string poller)
    {
        var dispatchers = _actors.System.Dispatchers;
        // The actor's uid tells this server from others, earlier and later, in the same actor system.
        var id = $"actor-server.{_actors.Self.Path.Name}-{_actors.Self.Path.Uid}.{name}";
        var config = ConfigurationFactory.ParseString($"id = \"{id}\", poller = {poller}");
        dispatchers.RegisterConfigurator(id, new EventLoopDispatcherConfigurator(config, dispatchers.Prerequisites));
        return id;
    }

    /// <summary>Starts a supervisor of connections that are served by readiness.</summary>
    /// <param name="name">The actor's name, and the start of its connections' paths.</param>
    /// <param name="dispatcher">The id of an event loop's dispatcher: it runs the supervisor and its connections.</param>
    public Worker Connections(string name, string dispatcher)
    {
        var worker = new Worker(_server.Info.Metrics.NewCounters());
        var props = Props.CreateBy(new Producer<ConnectionsActor>(() =>
            new ConnectionsActor(_server, worker, conversation => new ReadinessConnection(conversation))));
        worker.Actor = _actors.ActorOf(props.WithDispatcher(dispatcher), name);
        _connections.Add(worker.Actor);
        return worker;
    }

    /// <summary>Starts an acceptor on the server's listening socket.</summary>
    /// <param name="name">The actor's name.</param>
    /// <param name="dispatcher">The id of an event loop's dispatcher.</param>
    /// <param name="placement">Who gets a connection.</param>
    public void Acceptor(string name, string dispatcher, Placement placement)
    {
        _listener.Share();
        var props = Props.CreateBy(new Producer<AcceptorActor>(() => new AcceptorActor(_server, _listener, placement)));
        _acceptors.Add(_actors.ActorOf(props.WithDispatcher(dispatcher), name));
    }
}
