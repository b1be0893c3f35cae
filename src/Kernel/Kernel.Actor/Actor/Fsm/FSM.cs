using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// An actor that is a finite state machine. Its constructor says with <see cref="When"/> what happens in each state and with
/// <see cref="StartWith"/> where it begins, and ends with <see cref="Initialize"/>.
/// </summary>
/// <typeparam name="TState">The class of states.</typeparam>
/// <typeparam name="TData">The class of the data.</typeparam>
public abstract class FSM<TState, TData> : FSMBase
    where TState : notnull
{
    private readonly Dictionary<TState, StateFunction> _functions = [];
    private readonly Dictionary<TState, TimeSpan?> _timeouts = [];
    private readonly Dictionary<string, Timer> _timers = new(StringComparer.Ordinal);
    private readonly List<TransitionHandler> _transitionHandlers = [];
    private readonly HashSet<IActorRef> _listeners = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private StateFunction _unhandled;
    private Action<StopEvent<TState, TData>>? _terminated;
    private State<TState, TData>? _current;
    private State<TState, TData>? _next;
    private Timer? _stateTimer;

    /// <summary>Creates the machine.</summary>
    protected FSM() => _unhandled = IgnoreUnhandled;

    /// <summary>What happens with a message in a state.</summary>
    /// <param name="fsmEvent">The message and the data.</param>
    /// <returns>The next state; null when the message is not handled.</returns>
    public delegate State<TState, TData>? StateFunction(Event<TData> fsmEvent);

    /// <summary>What happens on the way from a state to the next.</summary>
    /// <param name="initialState">The state that is left.</param>
    /// <param name="nextState">The state that is entered.</param>
    public delegate void TransitionHandler(TState initialState, TState nextState);

    /// <summary>The present state.</summary>
    public TState StateName => Current.StateName;

    /// <summary>The present data.</summary>
    public TData StateData => Current.StateData;

    /// <summary>The data of the state that is entered; only for a <see cref="TransitionHandler"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no transition.</exception>
    public TData NextStateData => _next is { } next
        ? next.StateData
        : throw new InvalidOperationException("NextStateData is only available during OnTransition");

    /// <summary>Whether the timeout of the present state is running.</summary>
    public bool IsStateTimerActive => _stateTimer is not null;

    /// <summary>Whether messages and transitions are logged at DEBUG; begins as akka.actor.debug.fsm says.</summary>
    internal bool LogsEvents { get; set; } = Context.System.Settings.FsmDebugEvent;

    private State<TState, TData> Current => _current
        ?? throw new IllegalActorStateException("You must call StartWith before you use StateName, StateData, Stay or Stop");

    /// <summary>Says what happens in a state; what was said before goes first.</summary>
    /// <param name="stateName">The state.</param>
    /// <param name="func">What happens.</param>
    /// <param name="timeout">How long the state may last before the machine gets a <see cref="FSMBase.StateTimeout"/>.</param>
    public void When(TState stateName, StateFunction func, TimeSpan? timeout = null)
    {
        _functions[stateName] = _functions.TryGetValue(stateName, out var first) ? e => first(e) ?? func(e) : func;
        _timeouts[stateName] = timeout ?? _timeouts.GetValueOrDefault(stateName);
    }

    /// <summary>Says what happens with a message that a state does not handle.</summary>
    /// <param name="stateFunction">What happens.</param>
    public void WhenUnhandled(StateFunction stateFunction)
    {
        var otherwise = _unhandled;
        _unhandled = e => stateFunction(e) ?? otherwise(e);
    }

    /// <summary>Says where the machine begins.</summary>
    /// <param name="stateName">The state.</param>
    /// <param name="stateData">The data.</param>
    /// <param name="timeout">How long the first state may last.</param>
    public void StartWith(TState stateName, TData stateData, TimeSpan? timeout = null) =>
        _current = new State<TState, TData>(stateName, stateData, timeout);

    /// <summary>Begins: starts the timeout of the first state. The last call of the constructor.</summary>
    public void Initialize()
    {
        var start = _current ?? throw new IllegalActorStateException("You must call StartWith before calling Initialize");
        MakeTransition(start.WithNotification(false));
    }

    /// <summary>To another state, or to the same one anew.</summary>
    /// <param name="nextStateName">The state.</param>
    /// <returns>What a state function returns.</returns>
    public State<TState, TData> GoTo(TState nextStateName) => new(nextStateName, Current.StateData);

    /// <summary>To another state, or to the same one anew, with other data.</summary>
    /// <param name="nextStateName">The state.</param>
    /// <param name="stateData">The data.</param>
    /// <returns>What a state function returns.</returns>
    public State<TState, TData> GoTo(TState nextStateName, TData stateData) => new(nextStateName, stateData);

    /// <summary>To where the machine is: no transition.</summary>
    /// <returns>What a state function returns.</returns>
    public State<TState, TData> Stay() => GoTo(Current.StateName).WithNotification(false);

    /// <summary>To the end.</summary>
    /// <returns>What a state function returns.</returns>
    public State<TState, TData> Stop() => Stop(Normal.Instance);

    /// <summary>To the end.</summary>
    /// <param name="reason">Why.</param>
    /// <returns>What a state function returns.</returns>
    public State<TState, TData> Stop(Reason reason) => Stop(reason, Current.StateData);

    /// <summary>To the end, with other data.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="stateData">The data.</param>
    /// <returns>What a state function returns.</returns>
    public State<TState, TData> Stop(Reason reason, TData stateData) => Stay().Using(stateData).WithStopReason(reason);

    /// <summary>Begins a state function whose outcome is changed before it counts.</summary>
    /// <param name="func">The state function.</param>
    /// <returns>What is completed by <see cref="TransformHelper.Using"/>.</returns>
    public TransformHelper Transform(StateFunction func) => new(func);

    /// <summary>Starts a timer; replaces one of the same name. It ends with the machine.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="msg">What the machine gets.</param>
    /// <param name="timeout">When, or how often.</param>
    /// <param name="repeat">Whether it goes on.</param>
    public void SetTimer(string name, object msg, TimeSpan timeout, bool repeat = false)
    {
        CancelTimer(name);
        _timers.Add(name, StartTimer(name, msg, timeout, repeat));
    }

    /// <summary>Starts a timer that sends one message; replaces one of the same name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="msg">What the machine gets.</param>
    /// <param name="delay">When.</param>
    public void StartSingleTimer(string name, object msg, TimeSpan delay) => SetTimer(name, msg, delay);

    /// <summary>Starts a timer that sends a message again and again; replaces one of the same name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="msg">What the machine gets.</param>
    /// <param name="delay">How often.</param>
    public void StartTimerWithFixedDelay(string name, object msg, TimeSpan delay) => SetTimer(name, msg, delay, repeat: true);

    /// <summary>Ends a timer, if it is running. Its message does not come any more, even if it was under way.</summary>
    /// <param name="name">Its name.</param>
    public void CancelTimer(string name)
    {
        if (_timers.Remove(name, out var timer))
            timer.Cancelable.Cancel();
    }

    /// <summary>Whether a timer is running.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>True when it is.</returns>
    public bool IsTimerActive(string name) => _timers.ContainsKey(name);

    /// <summary>Changes the timeout of a state from its next time on.</summary>
    /// <param name="state">The state.</param>
    /// <param name="timeout">How long it may last; null for any time.</param>
    public void SetStateTimeout(TState state, TimeSpan? timeout) => _timeouts[state] = timeout;

    /// <summary>Says what happens on the way from a state to the next, beside what was said before.</summary>
    /// <param name="transitionHandler">What happens.</param>
    public void OnTransition(TransitionHandler transitionHandler) => _transitionHandlers.Add(transitionHandler);

    /// <summary>Says what happens at the end.</summary>
    /// <param name="terminationHandler">What happens.</param>
    public void OnTermination(Action<StopEvent<TState, TData>> terminationHandler) => _terminated = terminationHandler;

    /// <summary>Logs the end that is a failure.</summary>
    /// <param name="reason">Why the machine ends.</param>
    protected virtual void LogTermination(Reason reason)
    {
        if (reason is Failure { Cause: Exception cause })
            _log.Error(cause, "Terminating due to failure");
        else if (reason is Failure failure)
            _log.Error("Terminating due to failure: {0}", failure.Cause);
    }

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Timer timer:
                Expire(timer);
                return true;
            case SubscribeTransitionCallBack subscribe:
                _listeners.Add(subscribe.ActorRef);
                subscribe.ActorRef.Tell(new CurrentState<TState>(Self, Current.StateName));
                return true;
            case UnsubscribeTransitionCallBack unsubscribe:
                _listeners.Remove(unsubscribe.ActorRef);
                return true;
            default:
                StopStateTimer();
                Process(message);
                return true;
        }
    }

    /// <summary>Tells <see cref="OnTermination"/> about an end from outside. Overrides call it.</summary>
    protected override void PostStop()
    {
        if (_current is not null)
            Terminate(Stay().WithStopReason(Shutdown.Instance));
        base.PostStop();
    }

    /// <summary>Goes where a test wants the machine, as if a state function had said so.</summary>
    internal void ApplyState(State<TState, TData> next)
    {
        StopStateTimer();
        Apply(next);
    }

    private void Expire(Timer timer)
    {
        if (ReferenceEquals(timer, _stateTimer))
        {
            StopStateTimer();
            Process(timer.Message);
        }
        else if (_timers.TryGetValue(timer.Name, out var known) && ReferenceEquals(timer, known))
        {
            StopStateTimer();
            if (!timer.Repeats)
                _timers.Remove(timer.Name);
            Process(timer.Message);
        }
    }

    private void Process(object message)
    {
        var happening = new Event<TData>(message, Current.StateData);
        if (LogsEvents)
            _log.Debug("processing {0} in state {1}", happening, Current.StateName);
        Apply(_functions.GetValueOrDefault(Current.StateName)?.Invoke(happening) ?? _unhandled(happening) ?? Stay());
    }

    private void Apply(State<TState, TData> next)
    {
        if (next.StopReason is null)
        {
            MakeTransition(next);
            return;
        }

        Reply(next);
        Terminate(next);
        Context.Stop(Self);
    }

    private void MakeTransition(State<TState, TData> next)
    {
        if (!_functions.ContainsKey(next.StateName))
        {
            Terminate(Stay().WithStopReason(new Failure($"Next state {next.StateName} does not exist")));
            Context.Stop(Self);
            return;
        }

        Reply(next);
        var last = Current;
        if (next.Notifies || !EqualityComparer<TState>.Default.Equals(last.StateName, next.StateName))
        {
            if (LogsEvents)
                _log.Debug("transition {0} -> {1}", last.StateName, next.StateName);
            _next = next;
            foreach (var handler in _transitionHandlers)
                handler(last.StateName, next.StateName);
            foreach (var listener in _listeners)
                listener.Tell(new Transition<TState>(Self, last.StateName, next.StateName));
            _next = null;
        }

        _current = next;
        if ((next.Timeout ?? _timeouts.GetValueOrDefault(next.StateName)) is { } timeout && timeout >= TimeSpan.Zero && timeout != TimeSpan.MaxValue)
            _stateTimer = StartTimer("state timeout", StateTimeout.Instance, timeout, repeats: false);
    }

    private void Reply(State<TState, TData> next)
    {
        for (var i = next.Replies.Count - 1; i >= 0; i--)
            Sender.Tell(next.Replies[i]);
    }

    private void Terminate(State<TState, TData> next)
    {
        if (Current.StopReason is not null)
            return;
        LogTermination(next.StopReason!);
        foreach (var timer in _timers.Values)
            timer.Cancelable.Cancel();
        _timers.Clear();
        StopStateTimer();
        _current = next;
        _terminated?.Invoke(new StopEvent<TState, TData>(next.StopReason!, next.StateName, next.StateData));
    }

    private State<TState, TData> IgnoreUnhandled(Event<TData> happening)
    {
        _log.Warning("unhandled event {0} in state {1}", happening.FsmEvent, Current.StateName);
        return Stay();
    }

    private Timer StartTimer(string name, object message, TimeSpan delay, bool repeats)
    {
        var scheduler = Context.System.Scheduler;
        var timer = new Timer(name, message, repeats, new Cancelable(scheduler));
        if (repeats)
            scheduler.ScheduleTellRepeatedly(delay, delay, Self, timer, Self, timer.Cancelable);
        else
            scheduler.ScheduleTellOnce(delay, Self, timer, Self, timer.Cancelable);
        return timer;
    }

    private void StopStateTimer()
    {
        _stateTimer?.Cancelable.Cancel();
        _stateTimer = null;
    }

    /// <summary>A state function whose outcome is changed before it counts.</summary>
    public sealed class TransformHelper
    {
        private readonly StateFunction _function;

        internal TransformHelper(StateFunction function) => _function = function;

        /// <summary>Says how the outcome is changed.</summary>
        /// <param name="andThen">Makes the state that counts.</param>
        /// <returns>A state function.</returns>
        public StateFunction Using(Func<State<TState, TData>, State<TState, TData>> andThen) =>
            e => _function(e) is { } outcome ? andThen(outcome) : null;
    }
}
