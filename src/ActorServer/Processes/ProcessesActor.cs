using ActorServer.Dispatch;
using ActorServer.IO.Sockets;
using ActorServer.Server;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Processes;

/// <summary>
/// Supervises a pool of worker processes: as many as there are seats, each with an actor of its own. One that ends is started again, at once or
/// after a while that grows if it ends again and again; one that is to be replaced serves until its successor does.
/// </summary>
/// <param name="context">What the server's actors share.</param>
/// <param name="plan">What processes are started with.</param>
/// <param name="listeners">
/// For each seat, the socket that the first process there has bound: its successors inherit it, and who waits in its queue. They outlive an
/// instance that failed.
/// </param>
/// <param name="started">Completed when all are ready for the first time.</param>
internal sealed class ProcessesActor(ServerContext context, ProcessPlan plan, ListenSocket?[] listeners, TaskCompletionSource started) : UntypedActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ProcessSettings _settings = context.Settings.Processes;
    private readonly Seat[] _seats = [.. Enumerable.Range(1, listeners.Length).Select(number => new Seat(number, listeners))];
    private readonly SortedSet<int> _slots = [.. Enumerable.Range(0, Workforce.Pool.Most(listeners.Length))];
    private readonly Dictionary<IActorRef, Seat> _processes = [];
    private readonly Queue<(Seat Seat, ReplaceReason Reason)> _replacements = new();
    private Seat? _replacing;
    private bool _draining;
    private bool _restarts;
    private IReactor _reactor = null!;

    /// <summary>Tells the pool to replace all of its processes, one after the other.</summary>
    public sealed class Renew
    {
        /// <summary>The message.</summary>
        public static readonly Renew Instance = new();
    }

    private sealed record Start(Seat Seat) : IDeadLetterSuppression;

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _reactor = IReactor.Current;
        foreach (var seat in _seats) StartProcess(seat);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        started.TrySetException(new InvalidOperationException("the processes were stopped before they were ready"));
        if (_restarts) return; // who comes meanwhile waits in their queues
        foreach (var seat in _seats) seat.Listener?.Dispose();
    }

    /// <summary>The processes end with the actor that failed; their sockets are their successors'.</summary>
    /// <param name="reason">The failure.</param>
    /// <param name="message">What it failed on.</param>
    protected override void PreRestart(Exception reason, object? message)
    {
        _restarts = true;
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
            case ProcessActor.Up up when !_processes.ContainsKey(Sender): // it ended with the instance before
                up.Listener?.Dispose();
                break;
            case ProcessActor.Up up:
                OnUp(_processes[Sender], up);
                break;
            case ProcessActor.Down or ProcessActor.WornOut when !_processes.ContainsKey(Sender):
                break;
            case ProcessActor.Down down:
                _slots.Add(down.Slot);
                _processes.Remove(Sender, out var left);
                OnDown(left!, down);
                break;
            case ProcessActor.WornOut worn:
                if (_processes[Sender] is var seat && Sender.Equals(seat.Serving) && seat != _replacing) Replace(seat, worn.Reason);
                break;
            case Start start when !_draining && start.Seat.Serving is null && start.Seat.Coming is null:
                StartProcess(start.Seat);
                break;
            case Start:
                break;
            case Renew:
                foreach (var each in _seats) Replace(each, ReplaceReason.Asked);
                break;
            case Drain:
                _draining = true;
                foreach (var each in _seats) each.Listener?.Dispose();
                foreach (var process in _processes.Keys) process.Tell(message);
                StopWhenEmpty();
                break;
            case ServerActor.Cut:
                foreach (var process in _processes.Keys) process.Tell(message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void StartProcess(Seat seat)
    {
        var slot = _slots.Min;
        _slots.Remove(slot);
        var listener = plan.Listener ?? seat.Listener;
        var props = Props.CreateBy(new Producer<ProcessActor>(() => new ProcessActor(context, plan, slot, listener)));
        seat.Coming = Context.ActorOf(props.WithDispatcher(Context.Dispatcher.Id), seat.NextName());
        _processes.Add(seat.Coming, seat);
    }

    private void OnUp(Seat seat, ProcessActor.Up up)
    {
        if (seat.Listener is null) seat.Listener = up.Listener;
        else up.Listener?.Dispose();
        var before = seat.Serving;
        (seat.Serving, seat.Coming, seat.Since) = (Sender, null, Environment.TickCount64);
        if (_draining) seat.Listener?.Dispose(); // it was told to drain while it came
        else before?.Tell(Drain.Instance);
        foreach (var other in _seats.Where(other => other.StaysAway && other.Serving is null && other.Coming is null)) other.Leave();
        if (_seats.All(each => each.Serving is not null)) started.TrySetResult();
        NextReplacement(seat); // its predecessor may have ended before
    }

    private void OnDown(Seat seat, ProcessActor.Down down)
    {
        var (coming, serving) = (Sender.Equals(seat.Coming), Sender.Equals(seat.Serving));
        if (coming) seat.Coming = null;
        if (serving) seat.Serving = null;
        if (_draining)
        {
            StopWhenEmpty();
        }
        else if (coming && !started.Task.IsCompleted)
        {
            started.TrySetException(new WorkerProcessException($"worker process {down.Told}"));
            Context.Stop(Self);
        }
        else if (coming && seat.Serving is not null)
        {
            _log.Error("process {0}, before it could replace another, which stays", down.Told);
            NextReplacement(seat);
        }
        else if (coming || serving)
        {
            context.Info.Metrics.Replaced(down.Hung ? ReplaceReason.Hung : ReplaceReason.Ended);
            StartAgain(seat, down, hasServed: serving);
            NextReplacement(seat);
        }
        else
        {
            NextReplacement(seat); // the successor serves
        }
    }

    private void StartAgain(Seat seat, ProcessActor.Down down, bool hasServed)
    {
        if (seat.Coming is not null) return;
        var now = Environment.TickCount64;
        var window = (long)_settings.RestartWindow.TotalMilliseconds;
        if (seat.Since is { } since && now - since > window) seat.Ends.Clear();
        while (seat.Ends.TryPeek(out var first) && now - first > window) seat.Ends.Dequeue();
        seat.Ends.Enqueue(now);
        seat.Since = null;
        if (seat.Ends.Count > _settings.MaxRestarts)
        {
            _log.Error("process {0}; it is the {1}th end within {2} s: no other is started in its place", down.Told, seat.Ends.Count, _settings.RestartWindow.TotalSeconds);
            seat.Leave();
            seat.IsGivenUp = true;
            if (_seats.All(each => each.IsGivenUp)) Context.Stop(Self);
            return;
        }

        // Who waits in the queue has waited for one successor in vain: not for a second one, while others serve. A reset tells it to come again.
        if (!hasServed && _seats.Any(other => other.Serving is not null)) seat.Leave();

        var delay = seat.Delay = _settings.Backoff(hasServed ? seat.Ends.Count - 1 : seat.Ends.Count);
        _log.Warning("process {0}; another is started {1}", down.Told, delay == TimeSpan.Zero ? "at once" : $"in {delay.TotalSeconds} s");
        if (delay == TimeSpan.Zero)
        {
            StartProcess(seat);
            return;
        }

        if (seat.StaysAway && _seats.Any(other => other.Serving is not null)) seat.Leave();
        _reactor.After(delay, Self, new Start(seat));
    }

    private void Replace(Seat seat, ReplaceReason reason)
    {
        if (_draining || _replacements.Any(pair => pair.Seat == seat)) return;
        _replacements.Enqueue((seat, reason));
        if (_replacing is null) BeginReplacement();
    }

    private void BeginReplacement()
    {
        while (_replacements.TryDequeue(out var next))
        {
            if (next.Seat.Serving is null || next.Seat.Coming is not null) continue; // another one is on its way anyhow
            _replacing = next.Seat;
            context.Info.Metrics.Replaced(next.Reason);
            StartProcess(next.Seat);
            return;
        }
    }

    /// <summary>One at a time: the next when the successor serves and the predecessor has ended.</summary>
    private void NextReplacement(Seat seat)
    {
        if (_replacing != seat || seat.Coming is not null) return;
        if (_processes.Any(pair => pair.Value == seat && !pair.Key.Equals(seat.Serving))) return; // a predecessor is still at its end
        _replacing = null;
        BeginReplacement();
    }

    private void StopWhenEmpty()
    {
        if (_processes.Count == 0) Context.Stop(Self);
    }

    /// <summary>The place of a process in the pool.</summary>
    private sealed class Seat(int number, ListenSocket?[] listeners)
    {
        private int _generation;

        /// <summary>Who serves; null while nobody does.</summary>
        public IActorRef? Serving { get; set; }

        /// <summary>Who is being started; null if nobody is.</summary>
        public IActorRef? Coming { get; set; }

        /// <summary>See <see cref="ProcessesActor"/>; null before one is bound, and when it was left.</summary>
        public ListenSocket? Listener
        {
            get => listeners[number - 1];
            set => listeners[number - 1] = value;
        }

        /// <summary>When the serving process was ready.</summary>
        public long? Since { get; set; }

        /// <summary>When processes ended that nobody had told to.</summary>
        public Queue<long> Ends { get; } = new();

        public bool IsGivenUp { get; set; }

        /// <summary>From the last end until the next start.</summary>
        public TimeSpan Delay { get; set; }

        /// <summary>
        /// Whether that is long. While others serve, it is better then that who waits in its queue comes again, and that the kernel sends nobody
        /// there. Where nobody serves, waiting is better than being refused.
        /// </summary>
        public bool StaysAway => Delay >= TimeSpan.FromSeconds(1);

        /// <summary>Nobody listens here until the next process does.</summary>
        public void Leave()
        {
            Listener?.Dispose();
            Listener = null;
        }

        public string NextName() => ++_generation == 1 ? $"process-{number}" : $"process-{number}.{_generation}";
    }
}

/// <summary>A server could not start its processes.</summary>
/// <param name="message">Which, and what it died of.</param>
public sealed class WorkerProcessException(string message) : Exception(message);
