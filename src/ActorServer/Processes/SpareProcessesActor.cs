using ActorServer.Dispatch;
using ActorServer.Server;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Processes;

/// <summary>
/// Supervises processes that serve one connection each. Some are started ahead, so that a client need not wait for that; when they are used
/// up clients wait for the next to be ready.
/// </summary>
/// <param name="context">What the server's actors share.</param>
/// <param name="plan">What processes are started with.</param>
/// <param name="workforce">How many are started ahead.</param>
/// <param name="worker">What the acceptor sees of it.</param>
/// <param name="started">Completed when the first of them are ready.</param>
internal sealed class SpareProcessesActor(
    ServerContext context, ProcessPlan plan, Workforce.PerConnection workforce, Worker worker, TaskCompletionSource started) : UntypedActor
{
    // More would only keep each other from getting ready.
    private static readonly int StartsAtOnce = 2 * Environment.ProcessorCount;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ProcessSettings _settings = context.Settings.Processes;
    private readonly int _most = workforce.Most(context.Settings.Limits.MaxConnections);
    private readonly Queue<Accepted> _waiting = new();
    private readonly Queue<IActorRef> _spares = new();
    private readonly HashSet<IActorRef> _started = []; // all that have not ended
    private readonly HashSet<IActorRef> _starting = [];
    private readonly Dictionary<IActorRef, Accepted> _serving = []; // with what each was given
    private readonly SortedSet<int> _freeSlots = [];
    private int _slots;
    private int _names;
    private long _connections;
    private int _failures; // without one that became ready in between
    private bool _pausing;
    private bool _inBurst;
    private bool _draining;
    private IReactor _reactor = null!;

    private sealed class PauseOver : IDeadLetterSuppression
    {
        public static readonly PauseOver Instance = new();
    }

    private sealed class BurstOver : IDeadLetterSuppression
    {
        public static readonly BurstOver Instance = new();
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _reactor = IReactor.Current;
        StartSome();
        if (workforce.Spares == 0) started.TrySetResult();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        started.TrySetException(new InvalidOperationException("the processes were stopped before they were ready"));
        // What a process's actor has not handed over yet would be nobody's; of what it has, its socket is closed here already.
        foreach (var accepted in _waiting.Concat(_serving.Values)) accepted.Socket.Dispose();
    }

    /// <summary>Its processes end with it, and so do their connections, and those that wait for a process.</summary>
    /// <param name="reason">The failure.</param>
    /// <param name="message">What it failed on.</param>
    protected override void PreRestart(Exception reason, object? message)
    {
        for (var lost = _serving.Count + _waiting.Count; lost > 0; lost--)
        {
            worker.Released();
            context.Permits.Return();
        }

        for (var lost = _waiting.Count + _serving.Values.Count(accepted => !accepted.Socket.IsClosed); lost > 0; lost--) context.Info.Metrics.LostOnTheWay();
        base.PreRestart(reason, message);
    }

    /// <summary>Others are started; not in a server that stops.</summary>
    /// <param name="reason">The failure.</param>
    protected override void PostRestart(Exception reason)
    {
        if (context.Info.IsDraining) Context.Stop(Self);
        else base.PostRestart(reason);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Accepted accepted:
                _waiting.Enqueue(accepted);
                break;
            case ProcessActor.Up or ProcessActor.Down when !_started.Contains(Sender): // it ended with the instance before
                break;
            case ProcessActor.Up:
                _starting.Remove(Sender);
                _spares.Enqueue(Sender);
                _failures = 0;
                if (_spares.Count + _serving.Count >= workforce.Spares) started.TrySetResult();
                break;
            case ProcessActor.Down down:
                OnDown(down);
                break;
            case PauseOver:
                _pausing = false;
                break;
            case BurstOver:
                _inBurst = false;
                break;
            case ProcessesActor.Renew:
                Renew();
                break;
            case Drain:
                _draining = true;
                foreach (var process in _serving.Keys) process.Tell(message);
                break;
            case ServerActor.Cut:
                foreach (var process in Context.GetChildren()) process.Tell(message);
                break;
            default:
                Unhandled(message);
                return;
        }

        while (_waiting.Count > 0 && _spares.TryDequeue(out var spare)) Give(spare, _waiting.Dequeue());
        StartSome();
        if (_draining && _waiting.Count == 0) End();
    }

    private void StartSome()
    {
        var wanted = _waiting.Count + (_draining || _inBurst ? 0 : workforce.Spares);
        while (!_pausing && _starting.Count + _spares.Count < wanted && _starting.Count < StartsAtOnce && _slots - _freeSlots.Count < _most)
        {
            if (_freeSlots.Count == 0) _freeSlots.Add(_slots++);
            var slot = _freeSlots.Min;
            _freeSlots.Remove(slot);
            var props = Props.CreateBy(new Producer<ProcessActor>(() => new ProcessActor(context, plan, slot, listener: null)));
            var process = Context.ActorOf(props.WithDispatcher(Context.Dispatcher.Id), $"process-{++_names}");
            _started.Add(process);
            _starting.Add(process);
        }
    }

    private void Give(IActorRef process, Accepted accepted)
    {
        _serving.Add(process, accepted);
        process.Tell(new ProcessActor.Serve(accepted, ++_connections));
        if (_draining) process.Tell(Drain.Instance);
        if (_inBurst) return;
        _inBurst = true;
        _reactor.After(TimeSpan.FromMilliseconds(Workforce.PerConnection.BurstTime), Self, BurstOver.Instance);
    }

    private void OnDown(ProcessActor.Down down)
    {
        _started.Remove(Sender);
        _freeSlots.Add(down.Slot);
        if (_serving.Remove(Sender, out var accepted))
        {
            if (!down.HasTaken)
            {
                _waiting.Enqueue(accepted);
                return;
            }

            worker.Released();
            context.Permits.Return();
            if (!down.InOrder) _log.Warning("process {0}", down.Told);
            return;
        }

        if (_starting.Remove(Sender)) OnFailedStart(down);
        else RemoveSpare(Sender, down);
    }

    private void OnFailedStart(ProcessActor.Down down)
    {
        if (_draining && _waiting.Count == 0) return;
        _failures++;
        if (!started.Task.IsCompleted)
        {
            started.TrySetException(new WorkerProcessException($"worker process {down.Told}"));
            Context.Stop(Self);
        }
        else if (_failures > _settings.MaxRestarts)
        {
            _log.Error("process {0}; it is the {1}th in a row that did not get ready: no other is started", down.Told, _failures);
            Context.Stop(Self);
        }
        else
        {
            var delay = _settings.Backoff(_failures);
            _log.Warning("process {0}, before it was ready; another is started in {1} s", down.Told, delay.TotalSeconds);
            _pausing = true;
            _reactor.After(delay, Self, PauseOver.Instance);
        }
    }

    private void RemoveSpare(IActorRef process, ProcessActor.Down down)
    {
        for (var left = _spares.Count; left > 0; left--)
        {
            var spare = _spares.Dequeue();
            if (!spare.Equals(process)) _spares.Enqueue(spare);
            else if (!_draining) NoteReplaced(down);
        }
    }

    private void NoteReplaced(ProcessActor.Down down)
    {
        _log.Warning("process {0}, before it was used", down.Told);
        context.Info.Metrics.Replaced(down.Hung ? ReplaceReason.Hung : ReplaceReason.Ended);
    }

    /// <summary>Who serves goes with the connection; who does not serve yet is replaced.</summary>
    private void Renew()
    {
        while (_spares.TryDequeue(out var spare))
        {
            context.Info.Metrics.Replaced(ReplaceReason.Asked);
            spare.Tell(Drain.Instance);
        }
    }

    /// <summary>Nobody waits any more: those that were started ahead end unused.</summary>
    private void End()
    {
        foreach (var process in _spares.Concat(_starting)) process.Tell(Drain.Instance);
        if (!Context.GetChildren().Any()) Context.Stop(Self);
    }
}
