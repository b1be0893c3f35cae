using System.Net;
using System.Text.Json;
using ActorServer.Connections;
using ActorServer.Dispatch;
using ActorServer.Handlers;
using ActorServer.Dispatch.Stealing;
using ActorServer.IO.Polling;
using ActorServer.IO.Sockets;
using ActorServer.Observability;
using ActorServer.Processes;
using ActorServer.Protocol;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorServer.Server;

/// <summary>
/// What a topology is wired of: dispatchers, supervisors of connections, acceptors. The server keeps what was started, in order, so
/// that it can be stopped in reverse.
/// </summary>
public sealed class Wiring
{
    private readonly IUntypedActorContext _actors;
    private readonly ServerContext _server;
    private readonly List<IActorRef> _workers = [];
    private readonly List<IActorRef> _acceptors = [];
    private readonly IReadOnlyList<ListenSocket> _inherited;
    private readonly List<ListenSocket> _listeners = [];
    private readonly Dictionary<ListenSocket, bool> _defers = [];
    private readonly List<Gauge> _shown = [];
    private readonly List<Task> _starting = [];

    internal Wiring(IUntypedActorContext actors, ServerContext server, IReadOnlyList<ListenSocket> listeners) =>
        (_actors, _server, _inherited) = (actors, server, listeners);

    internal IReadOnlyList<IActorRef> Workers => _workers;

    /// <summary>What is still to happen before the server accepts connections.</summary>
    internal IReadOnlyList<Task> Starting => _starting;

    internal IReadOnlyList<ListenSocket> Listeners => _listeners;

    internal IReadOnlyList<IActorRef> Acceptors => _acceptors;

    /// <summary>Whether connections are served on an acceptor's thread, so that it stops accepting only when they have ended.</summary>
    internal bool AcceptorsServe { get; private set; }

    /// <summary>A dispatcher whose executor is an event loop: one thread, one poller.</summary>
    /// <param name="name">Unique in this topology; the thread is named after it.</param>
    /// <param name="poller">One of <see cref="IO.Polling.Pollers.Names"/>.</param>
    /// <param name="keepsHandlers">Whether asynchronous handlers continue on the loop's thread.</param>
    /// <param name="mayBlock">Whether it is as it should be that a callback holds the loop up.</param>
    /// <param name="library">Where <c>kqueue</c> is looked for; null for the system's own place.</param>
    /// <returns>The dispatcher's id.</returns>
    public string EventLoop(string name, string poller, bool keepsHandlers = false, bool mayBlock = false, string? library = null)
    {
        var settings = $"poller = {poller}, keeps-handlers = {(keepsHandlers ? "on" : "off")}";
        if (library is not null) settings += $", library = \"{JsonEncodedText.Encode(library)}\"";
        return Dispatcher(name, settings, (config, prerequisites) => new EventLoopConfigurator(config, prerequisites) { Started = mayBlock ? null : Watch });
    }

    /// <summary>A dispatcher whose executor is a set of threads that may block, a mailbox to each.</summary>
    /// <param name="name">Unique in this topology.</param>
    /// <param name="threads">How many, and how they come and go.</param>
    /// <returns>The dispatcher's id.</returns>
    public string Threads(string name, ThreadSet threads) =>
        Dispatcher(name, "throughput = 100", (config, prerequisites) => new BlockingThreadsConfigurator(config, prerequisites, threads));

    /// <summary>A dispatcher, for what is no actor.</summary>
    /// <param name="id">Its id.</param>
    public MessageDispatcher Lookup(string id) => _actors.System.Dispatchers.Lookup(id);

    /// <summary>
    /// Runs a stream for as long as the topology runs. That it fails is reported, and it is run again; who was in it would never come out, so that
    /// all connections end.
    /// </summary>
    /// <param name="name">How the names of its actors begin.</param>
    /// <param name="stream">The stream; it ends by itself only when it fails.</param>
    /// <param name="connections">Whose connections pass through it.</param>
    public void Run(string name, IRunnableGraph<Task> stream, Worker connections)
    {
        var report = Report(name);
        var materializer = _actors.Materializer(namePrefix: name);
        _actors.Watch(materializer.Supervisor); // nobody else would notice that it was given up
        Start();

        void Start() => _ = stream.Run(materializer).ContinueWith(ended =>
        {
            if (_server.Info.IsDraining || _server.Info.IsUnbound) return;
            report(ended.Exception?.GetBaseException() ?? new InvalidOperationException("the stream has ended"));
            Start(); // first: what the one that failed still takes until then is a connection that ends
            connections.Actor.Tell(Kill.Instance);
        }, TaskScheduler.Default);
    }

    /// <summary>Starts a dispatcher's executor now instead of with the first connection, and keeps it until the server stops.</summary>
    /// <param name="name">The name of an actor that does nothing else.</param>
    /// <param name="dispatcher">The dispatcher's id.</param>
    public void Keep(string name, string dispatcher) =>
        _actors.ActorOf(Props.CreateBy(new Producer<Inhabitant>(() => new Inhabitant())).WithDispatcher(dispatcher), name);

    /// <summary>A dispatcher whose executor is a set of leader/followers: several threads, one poller.</summary>
    /// <param name="name">Unique in this topology; the threads are named after it.</param>
    /// <param name="workers">How many threads.</param>
    /// <param name="poller">One of <see cref="IO.Polling.Pollers.Names"/> that has one-shot reports.</param>
    /// <returns>The dispatcher's id.</returns>
    public string LeaderFollower(string name, int workers, string poller) =>
        Dispatcher(name, $"workers = {workers}, poller = {poller}", static (config, prerequisites) => new LeaderFollowerConfigurator(config, prerequisites));

    /// <summary>A dispatcher whose executor is a completion loop: one thread, one completion queue.</summary>
    /// <param name="name">Unique in this topology; the thread is named after it.</param>
    /// <param name="engine">One of <see cref="IO.Completion.CompletionQueues.Names"/>.</param>
    /// <returns>The dispatcher's id.</returns>
    public string CompletionLoop(string name, string engine) =>
        Dispatcher(name, $"engine = {engine}", static (config, prerequisites) => new CompletionLoopConfigurator(config, prerequisites));

    /// <summary>A socket that listens on the server's endpoint; one that does already, where there is one.</summary>
    /// <param name="shared">Whether others listen there too (SO_REUSEPORT), among which the kernel spreads connections.</param>
    /// <param name="waits">
    /// Whether a thread is going to wait for each client: it gets a connection with the first bytes, then (<c>endpoint.defer-accept</c>).
    /// </param>
    /// <exception cref="IO.Native.SystemCallException">The endpoint cannot be listened on.</exception>
    public ListenSocket Listen(bool shared = false, bool waits = false)
    {
        var listener = Open(shared);
        _defers[listener] = waits && _server.Settings.Endpoint.DeferAccept;
        return listener;
    }

    private ListenSocket Open(bool shared)
    {
        if (_listeners.Count < _inherited.Count)
        {
            var inherited = _inherited[_listeners.Count];
            if (shared) inherited.AllowOthers();
            _listeners.Add(inherited);
            return inherited;
        }

        var endpoint = _server.Settings.Endpoint;
        if (_server.Place is { Listener: { } given })
        {
            if (!_listeners.Contains(given)) _listeners.Add(given);
            return given;
        }

        // With port 0 the kernel picks the first socket's port, and the others follow.
        var address = _listeners.Count > 0 ? _listeners[0].EndPoint : new IPEndPoint(endpoint.Address, endpoint.Port);
        var listener = ListenSocket.Bind(address, endpoint.Backlog, shared || _server.Place is not null);
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Starts the supervisor of processes that serve one connection each.</summary>
    /// <param name="name">The supervisor's name.</param>
    /// <param name="dispatcher">The id of an event loop's dispatcher.</param>
    /// <param name="workforce">How many are started ahead.</param>
    public Worker ProcessPerConnection(string name, string dispatcher, Workforce.PerConnection workforce)
    {
        var settings = _server.Settings;
        var plan = new ProcessPlan
        {
            Program = WorkerProgram.Find(settings.Processes.Executable),
            Topology = settings.Topology.Roles.Name,
            Mode = WorkerMode.Single,
            Settings = LeanSettings.Of(settings).Write(),
            Variables = LeanSettings.Variables,
            Blocks = _server.Blocks!,
            BlocksEach = 1,
            Board = _server.Board,
        };
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _starting.Add(started.Task);
        var worker = new Worker(_server.Info.Metrics.NewCounters());
        var props = Props.CreateBy(new Producer<SpareProcessesActor>(() => new SpareProcessesActor(_server, plan, workforce, worker, started)));
        worker.Actor = _actors.ActorOf(props.WithDispatcher(dispatcher), name);
        _workers.Add(worker.Actor);
        return worker;
    }

    /// <summary>Takes the server's endpoint for sockets that other processes bind.</summary>
    private ListenSocket Reserve()
    {
        var endpoint = _server.Settings.Endpoint;
        var reserved = ListenSocket.Reserve(new IPEndPoint(endpoint.Address, endpoint.Port));
        _listeners.Add(reserved);
        return reserved;
    }

    /// <summary>Starts a supervisor of connections that are served by readiness.</summary>
    /// <param name="name">The actor's name, and the start of its connections' paths.</param>
    /// <param name="dispatcher">The id of an event loop's dispatcher: it runs the supervisor and its connections.</param>
    /// <param name="trigger">Whether the loop reports a state for as long as it lasts, or its change once.</param>
    /// <param name="place">Where requests are handled; null for the loop.</param>
    public Worker Connections(string name, string dispatcher, Trigger trigger = Trigger.Level, HandlerPlace? place = null) =>
        Start(name, dispatcher, new Worker(_server.Info.Metrics.NewCounters()) { Place = place },
            conversation => new ConnectionActor(conversation, conversation.HandlesInParallel
                ? new PipelinedConnection(conversation, place!, trigger)
                : new ReadinessConnection(conversation, trigger)));

    /// <summary>A queue of requests before threads that may block; the metrics show it.</summary>
    /// <param name="name">What the metrics call it.</param>
    /// <param name="thread">With a number it names a thread.</param>
    /// <param name="threads">How many threads; they are there until the server stops.</param>
    /// <param name="capacity">How many may wait for a thread, at least 1.</param>
    /// <param name="whenFull">What becomes of others.</param>
    /// <param name="routing">By which key a request gets to one of several actors on the threads; null for any thread.</param>
    public RequestQueue Requests(string name, string thread, int threads, int capacity, WhenFull whenFull, KeyedRouting? routing = null)
    {
        BlockingThreads? started = null;
        var set = new ThreadSet(thread, threads) { Ready = true };
        var id = Dispatcher($"{thread}s", "throughput = 100", (config, prerequisites) => new BlockingThreadsConfigurator(config, prerequisites, set) { Started = made => started = made });
        Keep($"{thread}s", id);
        return Requests(name, Routed(routing, id) ?? started!.Submit, capacity, whenFull); // directly: a dispatcher would allocate for each
    }

    /// <summary>A queue of requests that worker actors share, on a thread each; the metrics show it.</summary>
    /// <param name="name">What the metrics call it.</param>
    /// <param name="workers">How many workers.</param>
    /// <param name="capacity">How many may wait for a worker, at least 1.</param>
    /// <param name="whenFull">What becomes of others.</param>
    public RequestQueue BalancedRequests(string name, int workers, int capacity, WhenFull whenFull)
    {
        var balancing = new Balancing();
        var props = Props.CreateBy(new Producer<Balancing.Worker>(() => new Balancing.Worker(balancing))).WithDispatcher(Threads("workers", new ThreadSet("worker", workers) { Ready = true }));
        for (var n = 1; n <= workers; n++) _actors.ActorOf(props, $"worker-{n}");
        return Requests(name, balancing.Schedule, capacity, whenFull);
    }

    /// <summary>Gives handlers a bounded number of permits for what is behind the server; see <see cref="ServerInfo.Data"/>.</summary>
    /// <param name="permits">How many.</param>
    /// <param name="patience">How long one is waited for.</param>
    public DataAccess Data(int permits, TimeSpan patience) => _server.Info.Data = new DataAccess(permits, patience);

    /// <summary>Shows what each layer of a server has to do.</summary>
    /// <param name="requests">The requests that wait for the business layer; null where there are no such.</param>
    /// <param name="routes">Whether they wait for an actor that they were routed to.</param>
    /// <param name="data">The data layer.</param>
    public void ShowLayers(RequestQueue? requests, bool routes, DataAccess data)
    {
        var metrics = _server.Info.Metrics;
        Show(new Gauge("actorserver.layers.busy", "{item}", "What a layer is at: connections, requests with their handlers, permits in use.", "layer", () =>
            [("network", metrics.OpenConnections), ("business", Math.Max(0, metrics.ActiveRequests - Queued() - Outside())), ("data", data.InUse)]));
        Show(new Gauge("actorserver.layers.waiting", "{item}", "What waits for a layer: requests for room in the queue, for an actor or for a thread, handlers for a permit.", "layer", () =>
            [("queue", Outside()), ("routing", routes ? Queued() : 0), ("business", routes ? 0 : Queued()), ("data", data.Waiting)]));

        long Queued() => requests?.Length ?? 0;
        long Outside() => requests?.Waiting ?? 0;
    }

    /// <summary>A queue of requests before threads that steal them from each other; the metrics show both.</summary>
    /// <param name="name">What the metrics call it.</param>
    /// <param name="workers">How many threads.</param>
    /// <param name="capacity">How many may wait for a thread, at least 1.</param>
    /// <param name="whenFull">What becomes of others.</param>
    /// <param name="routing">By which key a request gets to one of several actors on the threads; null for any thread.</param>
    public RequestQueue StealingRequests(string name, int workers, int capacity, WhenFull whenFull, KeyedRouting? routing = null)
    {
        WorkStealing? set = null;
        var id = Dispatcher("worker", $"workers = {workers}", (config, prerequisites) => new WorkStealingConfigurator(config, prerequisites) { Started = started => set = started });
        Keep("workers", id); // starts them
        Show(new Gauge("actorserver.stealing.depth", "{run}", "What waits in a worker's deque, or in the global queue.", "worker",
            () => [("global", set!.GlobalDepth), .. Each(worker => worker.Depth)]));
        Show(new Gauge("actorserver.stealing.done", "{run}", "What a worker has run.", "worker", () => Each(worker => worker.Done)) { Sums = true });
        Show(new Gauge("actorserver.stealing.steals", "{run}", "What a worker took from the others' deques.", "worker", () => Each(worker => worker.Steals)) { Sums = true });
        Show(new Gauge("actorserver.stealing.idle", "ms", "How long a worker had nothing to do, in milliseconds.", "worker", () => Each(worker => (long)worker.Idle.TotalMilliseconds)) { Sums = true });
        return Requests(name, Routed(routing, id) ?? set!.Submit, capacity, whenFull);

        IEnumerable<(string, long)> Each(Func<WorkStealing.Thief, long> number) => set!.Workers.Select(worker => (worker.Name, number(worker)));
    }

    private Action<IRunnable>? Routed(KeyedRouting? routing, string dispatcher) =>
        routing is null ? null : new KeyedWorkers(_actors, routing, dispatcher).Schedule;

    private RequestQueue Requests(string name, Action<IRunnable> schedule, int capacity, WhenFull whenFull)
    {
        var queue = new RequestQueue(schedule, capacity, whenFull);
        Show(new Gauge($"actorserver.{name}", "{request}", "Requests that wait for a thread (queued) or for room in the queue (waiting), and what it holds (capacity).", "state",
            () => [("queued", queue.Length), ("waiting", queue.Waiting), ("capacity", queue.Capacity)]));
        Show(new Gauge($"actorserver.{name}.full", "{request}", "Requests that found the queue full, by what became of them.", "outcome",
            () => [("waited", queue.Waited), ("refused", queue.Refused)]) { Sums = true });
        return queue;
    }

    /// <summary>Starts a supervisor of connections that are served by completion.</summary>
    /// <param name="name">The actor's name, and the start of its connections' paths.</param>
    /// <param name="dispatcher">The id of a completion loop's dispatcher: it runs the supervisor and its connections.</param>
    /// <param name="place">Where requests are handled, without sending replies; null for the loop.</param>
    public Worker CompletionConnections(string name, string dispatcher, HandlerPlace? place = null) =>
        Start(name, dispatcher, new Worker(_server.Info.Metrics.NewCounters()) { Place = place },
            conversation => new ConnectionActor(conversation, new CompletionConnection(conversation)));

    /// <summary>Starts a supervisor of connections that are served in another way.</summary>
    /// <param name="name">The actor's name, and the start of its connections' paths.</param>
    /// <param name="dispatcher">The id of a dispatcher: it runs the supervisor and its connections.</param>
    /// <param name="serve">Makes the actor of a connection, on the dispatcher's thread.</param>
    public Worker Connections(string name, string dispatcher, Func<Conversation, ActorBase> serve) =>
        Start(name, dispatcher, new Worker(_server.Info.Metrics.NewCounters()), serve);

    /// <summary>Starts a supervisor of connections that are served by blocking.</summary>
    /// <param name="name">The actor's name, and the start of its connections' paths.</param>
    /// <param name="dispatcher">The id of the dispatcher that runs the supervisor.</param>
    /// <param name="threads">The id of the dispatcher that runs the connections; the supervisor's own, if they are to be served one by one.</param>
    /// <param name="room">How many connections it takes at a time, if that is fewer than the server's limit; null otherwise.</param>
    public Worker BlockingConnections(string name, string dispatcher, string threads, int? room = null)
    {
        AcceptorsServe |= threads == dispatcher;
        var worker = new Worker(_server.Info.Metrics.NewCounters()) { Blocks = true, Room = room is { } count ? new Permits(count) : null };
        return Start(name, dispatcher, worker, static conversation => new ConnectionActor(conversation, new BlockingConnection(conversation)), threads);
    }

    /// <summary>Starts a supervisor of connections that are told to come later (503) and closed in order.</summary>
    /// <param name="name">The actor's name, and the start of its connections' paths.</param>
    /// <param name="dispatcher">The id of an event loop's dispatcher.</param>
    public Worker Refusals(string name, string dispatcher) => Connections(name, dispatcher, static conversation =>
    {
        conversation.Protocol.Refuse(EndReason.MaxConcurrentConnectionsExceeded);
        return new ConnectionActor(conversation, new ReadinessConnection(conversation, Trigger.Level));
    });

    /// <summary>Starts a pool of processes that each run a topology, and the supervisor of them.</summary>
    /// <param name="name">The supervisor's name.</param>
    /// <param name="pool">What they are.</param>
    public void Processes(string name, Workforce.Pool pool)
    {
        var settings = _server.Settings;
        var listener = pool.SharesSocket ? Listen() : Reserve();
        var plan = new ProcessPlan
        {
            Program = WorkerProgram.Find(settings.Processes.Executable),
            Topology = settings.Topology.Roles.Name,
            Mode = pool.SharesSocket ? WorkerMode.Inherit : WorkerMode.Bind,
            Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_gcServer"] = "0" }, // a heap per core in each process would be too many
            BlocksEach = Workforce.Pool.BlocksEach,
            Settings = ProcessPlan.Render(settings, pool.Inside, listener.EndPoint.Port),
            Blocks = _server.Blocks!,
            Board = _server.Board,
            Listener = pool.SharesSocket ? listener : null,
            MaxRequests = pool.MaxRequests,
            MaxMemory = pool.MaxMemory,
        };
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _starting.Add(started.Task);
        var loop = EventLoop("processes", Pollers.Resolve(Pollers.Auto));
        var listeners = new ListenSocket?[pool.Count];
        var props = Props.CreateBy(new Producer<ProcessesActor>(() => new ProcessesActor(_server, plan, listeners, started)));
        _workers.Add(_actors.ActorOf(props.WithDispatcher(loop), name));
    }

    /// <summary>Starts an acceptor.</summary>
    /// <param name="name">The actor's name.</param>
    /// <param name="dispatcher">The id of an event loop's dispatcher.</param>
    /// <param name="listener">Where it accepts; several may share one.</param>
    /// <param name="placement">Who gets a connection.</param>
    public void Acceptor(string name, string dispatcher, ListenSocket listener, Placement placement) =>
        Acceptor(name, dispatcher, listener, () => new AcceptorActor(_server, listener, placement));

    /// <summary>Starts an acceptor that accepts when a worker has room.</summary>
    /// <param name="name">The actor's name.</param>
    /// <param name="dispatcher">The id of an event loop's dispatcher.</param>
    /// <param name="listener">Where it accepts.</param>
    /// <param name="worker">Who gets all connections.</param>
    public void Acceptor(string name, string dispatcher, ListenSocket listener, Worker worker) =>
        Acceptor(name, dispatcher, listener, () => new AcceptorActor(_server, listener, Placement.Only(worker), worker.Room));

    /// <summary>Starts an acceptor by completion.</summary>
    /// <param name="name">The actor's name.</param>
    /// <param name="dispatcher">The id of a completion loop's dispatcher: the one of the worker that gets the connections.</param>
    /// <param name="listener">Where it accepts.</param>
    /// <param name="worker">Who gets a connection.</param>
    public void CompletionAcceptor(string name, string dispatcher, ListenSocket listener, Worker worker) =>
        Acceptor(name, dispatcher, listener, () => new CompletionAcceptor(_server, listener, Placement.Only(worker)));

    /// <summary>Shows numbers of the topology's own in the metrics.</summary>
    /// <param name="gauge">What to show.</param>
    public void Show(Gauge gauge)
    {
        _shown.Add(gauge);
        _server.Info.Metrics.Show(gauge);
    }

    /// <summary>Where to report what fails outside of any actor: it is logged as an error.</summary>
    /// <param name="source">What it is about.</param>
    public Action<Exception> Report(string source)
    {
        var events = _actors.System.EventStream;
        return exception => events.Publish(new Error(exception, source, typeof(Wiring), exception.Message));
    }

    /// <summary>
    /// Says of its listening sockets when a connection can be accepted. When all is wired, for until then another topology accepts from them,
    /// and may go on to.
    /// </summary>
    /// <exception cref="IO.Native.SystemCallException">The kernel refused.</exception>
    internal void DeferAccepts()
    {
        foreach (var (listener, defer) in _defers) listener.DeferAccept(defer);
    }

    /// <summary>The topology has ended: its numbers are shown no more.</summary>
    internal void Hide() => _shown.ForEach(_server.Info.Metrics.Hide);

    /// <summary>Closes its listening sockets.</summary>
    /// <param name="except">Those that others accept from.</param>
    internal void Close(IReadOnlyList<ListenSocket> except)
    {
        foreach (var listener in _listeners.Except(except)) listener.Dispose();
    }

    private void Acceptor<TActor>(string name, string dispatcher, ListenSocket listener, Func<TActor> acceptor) where TActor : ActorBase
    {
        listener.Share();
        var props = Props.CreateBy(new Producer<TActor>(acceptor));
        _acceptors.Add(_actors.ActorOf(props.WithDispatcher(dispatcher), name));
    }

    private Worker Start(string name, string dispatcher, Worker worker, Func<Conversation, ActorBase> serve, string? connections = null)
    {
        var props = Props.CreateBy(new Producer<ConnectionsActor>(() => new ConnectionsActor(_server, worker, serve, connections)));
        worker.Actor = _actors.ActorOf(props.WithDispatcher(dispatcher), name);
        _workers.Add(worker.Actor);
        return worker;
    }

    private void Watch(EventLoop loop) => _server.Loops.Add(loop, Logging.GetLogger(_actors.System, typeof(LoopWatch)));

    private string Dispatcher(string name, string settings, Func<Config, IDispatcherPrerequisites, ExecutorServiceFactory> executor)
    {
        var dispatchers = _actors.System.Dispatchers;
        // An id is registered once in the life of an actor system: a server that follows another one there gets the next.
        for (var n = 1; ; n++)
        {
            var id = n == 1 ? $"actor-server.{name}" : $"actor-server-{n}.{name}";
            var config = ConfigurationFactory.ParseString($"id = \"{id}\", {settings}");
            var prerequisites = dispatchers.Prerequisites;
            if (dispatchers.RegisterConfigurator(id, new OwnDispatcherConfigurator(config, prerequisites, executor(config, prerequisites)))) return id;
        }
    }

    /// <summary>Lives on a dispatcher, and does nothing.</summary>
    private sealed class Inhabitant : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }
}
