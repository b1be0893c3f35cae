using ActorServer.IO.Sockets;
using ActorServer.Processes;
using ActorServer.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Server;

/// <summary>
/// Owns the listening sockets and the running topology. Starts connections first and acceptors second, stops in reverse: not ready,
/// (a while later) no more accepting, requests in flight answered, and at the deadline the rest is cut.
/// </summary>
public sealed class ServerActor : ReceiveActor, IWithTimers
{
    /// <summary>What a cut connection has to notice it before the server stops without it.</summary>
    private static readonly TimeSpan CutGrace = TimeSpan.FromSeconds(1);

    private readonly ServerContext _context;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IActorRef> _running = [];
    private Wiring? _wiring;
    private IActorRef? _starter; // while it has no answer
    private IActorRef _stopper = ActorRefs.Nobody;
    private TimeSpan _deadline;
    private int _cut;
    private Exception? _failure;

    /// <summary>Makes the server; it listens once told <see cref="Start"/>.</summary>
    /// <param name="context">What the server's actors share.</param>
    public ServerActor(ServerContext context)
    {
        _context = context;
        Receive<Start>(_ => OnStart());
        Receive<Terminate>(OnTerminate);
        Receive<ProcessesActor.Renew>(renew => _wiring?.Workers.ToList().ForEach(worker => worker.Tell(renew)));
        Receive<Started>(OnStarted);
        Receive<Status.Failure>(failure =>
        {
            _starter?.Tell(failure);
            Context.Stop(Self);
        });
        Receive<Terminated>(terminated =>
        {
            if (_starter is not null) return; // why it did not start is on its way
            // Its supervisor gave up on it (see SupervisorStrategy): a server without it would only look alive.
            _failure = new InvalidOperationException($"{terminated.ActorRef.Path} failed too often and was stopped");
            Context.Stop(Self);
        });
    }

    /// <summary>Asks the server to listen and serve; answered with <see cref="Started"/> or <see cref="Status.Failure"/>.</summary>
    public sealed record Start;

    /// <summary>The server accepts connections.</summary>
    /// <param name="Listener">Where: the first of the listening sockets.</param>
    public sealed record Started(ListenSocket Listener);

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

    private enum Tick
    {
        Unbind,
        Deadline,
        GiveUp,
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(10, TimeSpan.FromMinutes(1), _ => Directive.Restart);

    /// <summary>A server does not start again: what it failed of is what it stopped with.</summary>
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
    protected override void PostStop()
    {
        CloseListeners();
        _context.Stopped.TrySetResult(_failure);
    }

    private void OnStart()
    {
        try
        {
            _wiring = new Wiring(Context, _context);
            _context.Settings.Topology.Wire(_wiring);
            Admission.CheckDescriptors(_wiring.Listeners[0]);
            foreach (var actor in _wiring.Workers.Concat(_wiring.Acceptors)) Watch(actor);
            var started = new Started(_wiring.Listeners[0]);
            _starter = Sender;
            if (_wiring.Starting.Count == 0) OnStarted(started);
            else _ = Task.WhenAll(_wiring.Starting).PipeTo(Self, success: () => started, failure: exception => new Status.Failure(exception.GetBaseException()));
        }
        catch (Exception exception)
        {
            Sender.Tell(new Status.Failure(exception));
            Context.Stop(Self);
        }
    }

    private void OnStarted(Started started)
    {
        _starter!.Tell(started);
        _starter = null;
    }

    private void OnTerminate(Terminate terminate)
    {
        _stopper = Sender;
        _deadline = terminate.Deadline;
        _context.Info.StartDraining();
        var delay = _context.Settings.Drain.PreUnbindDelay;
        if (delay <= TimeSpan.Zero)
        {
            Unbind();
            return;
        }

        Become(() =>
        {
            Receive<Tick>(_ => Unbind());
            Receive<Terminated>(terminated => _running.Remove(terminated.ActorRef)); // one that failed too often has no part in the rest
            OnCut(() =>
            {
                _deadline = TimeSpan.Zero;
                Timers.Cancel(Tick.Unbind);
                Unbind();
            });
        });
        Timers.StartSingleTimer(Tick.Unbind, Tick.Unbind, delay);
    }

    private void Unbind()
    {
        Become(() =>
        {
            Receive<Terminated>(terminated =>
            {
                _running.Remove(terminated.ActorRef);
                if (!_wiring!.Acceptors.Any(_running.Contains)) DrainConnections();
            });
            Receive<Tick>(OnTick);
            OnCut(CutNow);
        });
        Timers.StartSingleTimer(Tick.Deadline, Tick.Deadline, _deadline);
        // An acceptor whose thread is a connection's hears of it when that has ended.
        if (_wiring!.AcceptorsServe) _context.Info.Unbound();
        foreach (var acceptor in _wiring!.Acceptors) acceptor.Tell(AcceptorActor.Finish.Instance);
        if (!_wiring.Acceptors.Any(_running.Contains)) DrainConnections();
    }

    private void DrainConnections()
    {
        CloseListeners();
        _context.Info.Unbound();
        Become(() =>
        {
            Receive<Terminated>(terminated =>
            {
                _running.Remove(terminated.ActorRef);
                if (_running.Count == 0) Done();
            });
            Receive<Tick>(OnTick);
            OnCut(CutNow);
        });
        foreach (var worker in _wiring!.Workers) worker.Tell(Drain.Instance);
        if (_running.Count == 0) Done();
    }

    private void OnTick(Tick tick)
    {
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
        _cut = _context.Deadlines.AbortAll(EndReason.AppShutdownTimeout);
        if (_context.Blocks is not null)
        {
            _cut = (int)_context.Info.Metrics.OpenConnections;
            foreach (var worker in _wiring!.Workers) worker.Tell(Cut.Instance);
        }

        _log.Warning("{0} connections were not done {1} and are cut", _cut, when);
        Timers.StartSingleTimer(Tick.GiveUp, Tick.GiveUp, CutGrace);
    }

    private void Done()
    {
        _stopper.Tell(new Drained(_cut));
        Context.Stop(Self);
    }

    private void CloseListeners()
    {
        foreach (var listener in _wiring?.Listeners ?? []) listener.Dispose();
    }

    private void Watch(IActorRef actor)
    {
        _running.Add(actor);
        Context.Watch(actor);
    }

    /// <summary>While stopping: a second Terminate changes nothing, and whoever cannot wait says <see cref="Cut"/>.</summary>
    private void OnCut(Action cut)
    {
        Receive<Terminate>(_ => { });
        Receive<Cut>(_ => cut());
    }
}
