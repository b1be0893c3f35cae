using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.IO.Sockets;
using ActorServer.Processes;
using ActorServer.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Server;

/// <summary>
/// Runs one topology: wires its actors, supervises them, and ends them in order: acceptors first, connections second, and what is not done
/// by the deadline is cut. A server has one of them, and for a while several when it is told to run another topology.
/// </summary>
internal sealed class TopologyActor : ReceiveActor, IWithTimers
{
    /// <summary>What a cut connection has to notice it before the topology ends without it.</summary>
    private static readonly TimeSpan CutGrace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What an acceptor of a server that stops has to let go of its socket, before clients are refused without it. More than the second for which
    /// the kernel puts off silent clients (TCP_DEFER_ACCEPT): those that had come by then are in the queue, and are kept.
    /// </summary>
    private static readonly TimeSpan UnbindGrace = TimeSpan.FromSeconds(1.5);

    private readonly ServerContext _context;
    private readonly IReadOnlyList<ListenSocket> _inherited;
    private readonly Wiring _wiring;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IActorRef> _running = [];
    private IReadOnlyList<ListenSocket>? _kept; // by others, when it ends
    private TimeSpan _deadline;
    private int _cut;
    private bool _starting = true;

    /// <summary>Makes it; it begins once told <see cref="Start"/>.</summary>
    /// <param name="context">What the topology's actors share.</param>
    /// <param name="listeners">Sockets that listen on the endpoint already.</param>
    public TopologyActor(ServerContext context, IReadOnlyList<ListenSocket> listeners)
    {
        _context = context;
        _inherited = listeners;
        _wiring = new Wiring(Context, context, listeners);
        Receive<Start>(_ => OnStart());
        Receive<Wired>(OnWired);
        Receive<Status.Failure>(OnNotWired);
        Receive<ProcessesActor.Renew>(renew => _wiring.Workers.ToList().ForEach(worker => worker.Tell(renew)));
        Receive<End>(OnEnd);
        Receive<Look>(_ =>
        {
            foreach (var acceptor in _wiring.Acceptors) acceptor.Tell(Ready.For(Readiness.Read));
        });
        Receive<Terminated>(terminated =>
        {
            if (_starting) return; // why it did not start is on its way
            // Its supervisor gave up on it (see SupervisorStrategy): a server without it would only look alive.
            throw new InvalidOperationException($"{terminated.ActorRef.Path} failed too often and was stopped");
        });
    }

    /// <summary>Asks for the topology to be wired; answered with <see cref="Wired"/> or <see cref="Status.Failure"/>.</summary>
    public sealed record Start;

    /// <summary>The topology accepts connections.</summary>
    /// <param name="Listeners">Where.</param>
    public sealed record Wired(IReadOnlyList<ListenSocket> Listeners);

    /// <summary>Asks the topology to accept no more, to answer what is in flight, and to end. Told again, it hurries.</summary>
    /// <param name="Deadline">For requests in flight.</param>
    /// <param name="LastCall">How long an idle connection may still bring a request.</param>
    /// <param name="Kept">The sockets that others go on to accept from.</param>
    public sealed record End(TimeSpan Deadline, TimeSpan LastCall, IReadOnlyList<ListenSocket> Kept);

    /// <summary>Told to who supervises it: it accepts no more, or only what its last client leaves it the time for.</summary>
    public sealed record Left;

    /// <summary>
    /// Tells the topology to look for clients: one that had come may have been reported to those who accept no more, and to them alone
    /// (EPOLLEXCLUSIVE, epoll_ctl(2)).
    /// </summary>
    public sealed record Look;

    /// <summary>Told to who supervises it, before it ends.</summary>
    /// <param name="Cut">Connections that were not done by the deadline.</param>
    public sealed record Ended(int Cut);

    private enum Tick
    {
        Refuse,
        Deadline,
        GiveUp,
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(200, TimeSpan.FromMinutes(1), _ => Directive.Restart);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _wiring.Hide();
        if (_kept is not null) _wiring.Close(_kept); // of an acceptor that was not waited for; it is gone now
    }

    private void OnStart()
    {
        try
        {
            _context.Settings.Topology.Wire(_wiring);
            Admission.CheckDescriptors(_wiring.Listeners[0]);
            _wiring.DeferAccepts();
        }
        catch (Exception exception)
        {
            OnNotWired(new Status.Failure(exception));
            return;
        }

        foreach (var actor in _wiring.Workers.Concat(_wiring.Acceptors))
        {
            _running.Add(actor);
            Context.Watch(actor);
        }

        var wired = new Wired(_wiring.Listeners);
        if (_wiring.Starting.Count == 0) OnWired(wired);
        else _ = Task.WhenAll(_wiring.Starting).PipeTo(Self, success: () => wired, failure: exception => new Status.Failure(exception.GetBaseException()));
    }

    private void OnWired(Wired wired)
    {
        _starting = false;
        Context.Parent.Tell(wired);
    }

    private void OnNotWired(Status.Failure failure)
    {
        _wiring.Close(_inherited);
        Context.Parent.Tell(failure);
        Context.Stop(Self);
    }

    private void OnEnd(End end)
    {
        Become(() =>
        {
            Receive<Terminated>(terminated =>
            {
                _running.Remove(terminated.ActorRef);
                if (!_wiring.Acceptors.Any(_running.Contains)) DrainConnections(end);
            });
            Receive<Tick>(OnTick);
            Receive<ServerActor.Cut>(_ => CutNow());
            Receive<End>(again => end = Hurry(again));
        });
        Hurry(end);
        // An acceptor whose thread is a connection's hears of it when that has ended.
        if (_wiring.AcceptorsServe)
        {
            _context.Info.Unbound(end.LastCall);
            Context.Parent.Tell(new Left());
        }

        var finish = new AcceptorActor.Finish(end.Kept);
        foreach (var acceptor in _wiring.Acceptors) acceptor.Tell(finish);
        // A handler may hold its loop. Sockets of a worker process may be its successors' as well.
        if (end.Kept.Count == 0 && _context.Place is null) Timers.StartSingleTimer(Tick.Refuse, Tick.Refuse, UnbindGrace);
        if (!_wiring.Acceptors.Any(_running.Contains)) DrainConnections(end);
    }

    private void DrainConnections(End end)
    {
        _wiring.Close(end.Kept);
        Context.Parent.Tell(new Left());
        Become(() =>
        {
            Receive<Terminated>(terminated =>
            {
                _running.Remove(terminated.ActorRef);
                if (_running.Count == 0) Done();
            });
            Receive<Tick>(OnTick);
            Receive<ServerActor.Cut>(_ => CutNow());
            Receive<End>(again => CallLast(Hurry(again).LastCall));
        });
        CallLast(end.LastCall);
        if (_running.Count == 0) Done();
    }

    /// <summary>The time that is left counts from now.</summary>
    private End Hurry(End end)
    {
        _kept = end.Kept;
        _deadline = end.Deadline;
        Timers.StartSingleTimer(Tick.Deadline, Tick.Deadline, _deadline);
        return end;
    }

    private void CallLast(TimeSpan lastCall)
    {
        _context.Info.Unbound(lastCall);
        foreach (var worker in _wiring.Workers) worker.Tell(Drain.Instance);
    }

    private void OnTick(Tick tick)
    {
        if (tick == Tick.Refuse)
        {
            foreach (var listener in _wiring.Listeners) listener.Refuse(_context.Settings.Endpoint.Backlog);
            return;
        }

        if (tick == Tick.GiveUp)
        {
            _log.Warning("{0} did not stop: a handler is still at work", string.Join(", ", _running.Select(actor => actor.Path)));
            Done();
            return;
        }

        CutConnections($"by the drain deadline of {_deadline}");
    }

    private void CutNow()
    {
        // Once the rest is cut, it is only the grace that is left.
        if (!Timers.IsTimerActive(Tick.Deadline)) return;
        Timers.Cancel(Tick.Deadline);
        CutConnections("when the drain was cut short");
    }

    private void CutConnections(string when)
    {
        _cut = _context.Deadlines.AbortAll(EndReason.AppShutdownTimeout, _context.Serving);
        if (_context.Blocks is not null)
        {
            _cut = (int)_context.Info.Metrics.OpenConnections;
            foreach (var worker in _wiring.Workers) worker.Tell(ServerActor.Cut.Instance);
        }

        _log.Warning("{0} connections were not done {1} and are cut", _cut, when);
        Timers.StartSingleTimer(Tick.GiveUp, Tick.GiveUp, CutGrace);
    }

    private void Done()
    {
        Context.Parent.Tell(new Ended(_cut));
        Context.Stop(Self);
    }
}
