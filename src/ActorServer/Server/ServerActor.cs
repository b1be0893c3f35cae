using ActorServer.Configuration;
using ActorServer.IO.Sockets;
using ActorServer.Processes;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Server;

/// <summary>
/// Owns the listening sockets and the running topology. It can be told to run another one: that accepts from the same sockets, and when
/// it does, the old one accepts no more and answers what it has, so that no client is refused and none loses a reply. Stops in order: not
/// ready, (a while later) no more accepting, requests in flight answered, and at the deadline the rest is cut.
/// </summary>
public sealed class ServerActor : ReceiveActor, IWithTimers
{
    // Of a server that stops: how long an idle connection may still bring the request that was on its way.
    internal static readonly TimeSpan LastCall = TimeSpan.FromMilliseconds(250);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<(IActorRef Actor, ServerContext Context)> _running = []; // the last one is the one that accepts, or is about to
    private IReadOnlyList<ListenSocket> _listeners = [];
    private ServerContext _context;
    private IActorRef _asked = ActorRefs.Nobody; // who waits for a topology to be wired
    private IActorRef _stopper = ActorRefs.Nobody;
    private TimeSpan _deadline;
    private int _launched;
    private int _cut;
    private bool _stopping;
    private Exception? _failure;

    /// <summary>Makes the server; it listens once told <see cref="Start"/>.</summary>
    /// <param name="context">What the actors of its first topology share.</param>
    public ServerActor(ServerContext context)
    {
        _context = context;
        Receive<Start>(_ => Launch(context));
        Receive<Swap>(OnSwap);
        Receive<TopologyActor.Wired>(OnWired);
        Receive<Status.Failure>(OnNotWired);
        Receive<TopologyActor.Left>(_ => OnLeft());
        Receive<TopologyActor.Ended>(OnEnded);
        Receive<Terminated>(OnTerminated);
        Receive<Terminate>(OnTerminate);
        Receive<Unbind>(_ => OnUnbind());
        Receive<Cut>(OnCut);
        Receive<ProcessesActor.Renew>(renew => _running[^1].Actor.Tell(renew));
        Receive<DeadLetter>(lost => OnLost((Accepted)lost.Message), IsOurs);
    }

    /// <summary>Asks the server to listen and serve; answered with <see cref="Started"/> or <see cref="Status.Failure"/>.</summary>
    public sealed record Start;

    /// <summary>The server accepts connections.</summary>
    /// <param name="Listener">Where: the first of the listening sockets.</param>
    public sealed record Started(ListenSocket Listener);

    /// <summary>
    /// Asks the server to serve new connections as another configuration says: its topology, limits, drain and supervision count; where it
    /// listens, what it speaks and what answers stay. Answered with <see cref="Swapped"/> when it does, or <see cref="Status.Failure"/> when
    /// it goes on as before.
    /// </summary>
    /// <param name="Settings">The configuration.</param>
    public sealed record Swap(ServerSettings Settings);

    /// <summary>New connections are served by another topology; the old one's are answered what they ask once more, and end.</summary>
    /// <param name="Context">What the actors of the new topology share.</param>
    public sealed record Swapped(ServerContext Context);

    /// <summary>Asks the server to drain and stop; answered with <see cref="Drained"/>.</summary>
    /// <param name="Deadline">For requests in flight.</param>
    public sealed record Terminate(TimeSpan Deadline);

    /// <summary>Tells a server that drains to wait no longer: what is not done is cut.</summary>
    public sealed class Cut
    {
        /// <summary>The message.</summary>
        public static readonly Cut Instance = new();
    }

    /// <summary>The server has stopped.</summary>
    /// <param name="Cut">Connections that were not done by the deadline.</param>
    public sealed record Drained(int Cut);

    private sealed class Unbind
    {
        public static readonly Unbind Instance = new();
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>A topology does not start again: what it failed of is what the server stops with.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception =>
    {
        _failure ??= exception;
        return Directive.Stop;
    });

    /// <summary>Nor does the server.</summary>
    /// <param name="reason">The failure.</param>
    /// <param name="message">What it failed on.</param>
    protected override void PreRestart(Exception reason, object? message)
    {
        _failure = reason;
        base.PreRestart(reason, message);
    }

    /// <summary>See <see cref="PreRestart"/>.</summary>
    /// <param name="reason">The failure.</param>
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    /// <inheritdoc/>
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    /// <inheritdoc/>
    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        foreach (var listener in _listeners) listener.Dispose();
        _context.Stopped.TrySetResult(_failure);
    }

    private void OnSwap(Swap swap)
    {
        var problem = _stopping ? "the server stops"
            : !_asked.IsNobody() ? "another swap is under way"
            : _context.Blocks is not null || swap.Settings.Topology.Workforce is not null ? "a topology of several processes runs from the server's start to its end"
            : swap.Settings.Topology.Unavailable is { } reason ? $"this machine cannot run topology {swap.Settings.Topology.Roles.Name}: {reason}"
            : null;
        if (problem is null) Launch(_context.For(swap.Settings));
        else Sender.Tell(new Status.Failure(new InvalidOperationException(problem)));
    }

    private void Launch(ServerContext context)
    {
        _asked = Sender;
        var name = context.Settings.Topology.Roles.Name;
        if (_launched++ > 0) name += $"-{_launched}"; // it may have run before, and still be at its end
        var topology = Context.ActorOf(Props.CreateBy(new Producer<TopologyActor>(() => new TopologyActor(context, _listeners))), name);
        Context.Watch(topology);
        _running.Add((topology, context));
        topology.Tell(new TopologyActor.Start());
    }

    private void OnWired(TopologyActor.Wired wired)
    {
        var surplus = _listeners.Skip(wired.Listeners.Count).Any();
        _listeners = wired.Listeners;
        _context = _running[^1].Context;
        if (_stopping) return; // it has been told
        if (_launched == 1)
        {
            Answer(new Started(_listeners[0]));
            return;
        }

        if (surplus) _listeners[0].TakeAll(); // so that the others can be closed without a loss
        // The clients of the topology that ends have half of the time for what they want to say, and what they have said the rest.
        var deadline = _context.Settings.Drain.Deadline;
        for (var i = 0; i < _running.Count - 1; i++) _running[i].Actor.Tell(new TopologyActor.End(deadline, deadline / 2, _listeners));
        if (_running.Count == 1) OnLeft(); // it failed meanwhile
    }

    private bool IsOurs(DeadLetter lost) =>
        lost is { Message: Accepted, Recipient: { } recipient } && recipient.Path.ToStringWithoutAddress().StartsWith(Self.Path.ToStringWithoutAddress() + "/", StringComparison.Ordinal);

    /// <summary>
    /// A connection that came when its supervisor had stopped already: its acceptor was blocked, and the topology ended without it.
    /// </summary>
    private void OnLost(Accepted accepted)
    {
        accepted.Socket.Dispose();
        _context.Permits.Return();
        _log.Warning("a connection was accepted when its topology had ended, and is closed");
    }

    private void OnLeft()
    {
        if (_stopping) return;
        _running[^1].Actor.Tell(new TopologyActor.Look());
        if (_asked.IsNobody() || _running[^1].Context != _context) return; // of the swap before
        _log.Info("new connections are served by {0} ({1})", _context.Info.Topology, _context.Info.Engine);
        Answer(new Swapped(_context));
    }

    private void OnNotWired(Status.Failure failure)
    {
        Answer(failure);
        _running.RemoveAt(_running.Count - 1);
        if (_running.Count == 0) Context.Stop(Self);
    }

    private void OnEnded(TopologyActor.Ended ended)
    {
        _cut += ended.Cut;
        _running.RemoveAll(running => running.Actor.Equals(Sender));
        if (_stopping && _running.Count == 0) Done();
        else if (_running.Count == 1) OnLeft(); // perhaps it never said so: its acceptors are where a handler does not let them go
    }

    private void OnTerminated(Terminated terminated)
    {
        var index = _running.FindIndex(running => running.Actor.Equals(terminated.ActorRef));
        if (index < 0) return; // it said before that it ends
        // The one that accepts has failed; of one that was at its end the clients have been lost, and the server goes on.
        if (index == _running.Count - 1) Context.Stop(Self);
        _running.RemoveAt(index);
        if (_running.Count == 1) OnLeft();
    }

    private void OnTerminate(Terminate terminate)
    {
        if (_stopping) return; // whoever cannot wait says Cut
        _stopping = true;
        _stopper = Sender;
        _deadline = terminate.Deadline;
        foreach (var (_, context) in _running) context.Info.StartDraining();
        var delay = _context.Settings.Drain.PreUnbindDelay;
        if (delay > TimeSpan.Zero) Timers.StartSingleTimer(Unbind.Instance, Unbind.Instance, delay);
        else OnUnbind();
    }

    private void OnUnbind()
    {
        Timers.Cancel(Unbind.Instance);
        for (var i = 0; i < _running.Count; i++) _running[i].Actor.Tell(new TopologyActor.End(_deadline, LastCall, i < _running.Count - 1 ? _listeners : []));
        if (_running.Count == 0) Done();
    }

    private void OnCut(Cut cut)
    {
        if (!_stopping) return;
        if (Timers.IsTimerActive(Unbind.Instance)) OnUnbind();
        foreach (var (topology, _) in _running) topology.Tell(cut);
    }

    private void Answer(object answer)
    {
        _asked.Tell(answer);
        _asked = ActorRefs.Nobody;
    }

    private void Done()
    {
        _stopper.Tell(new Drained(_cut));
        Context.Stop(Self);
    }
}
