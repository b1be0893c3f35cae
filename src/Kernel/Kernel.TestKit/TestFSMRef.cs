using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The reference of a state machine whose state the test can look at and change.</summary>
/// <typeparam name="TActor">The machine's class.</typeparam>
/// <typeparam name="TState">The class of states.</typeparam>
/// <typeparam name="TData">The class of the data.</typeparam>
public class TestFSMRef<TActor, TState, TData> : TestActorRefBase<TActor>
    where TActor : FSM<TState, TData>
    where TState : notnull
{
    /// <summary>Makes the machine.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="props">What to make.</param>
    /// <param name="supervisor">Whose child it is; null for the system's guardian of such actors.</param>
    /// <param name="name">Its name, or null for any.</param>
    /// <param name="activateLogging">Whether it logs messages and transitions at DEBUG, whatever <c>akka.actor.debug.fsm</c> says.</param>
    public TestFSMRef(ActorSystem system, Props props, IActorRef? supervisor = null, string? name = null, bool activateLogging = false)
        : base(system, props, supervisor, name)
    {
        if (activateLogging)
            UnderlyingActor.LogsEvents = true;
    }

    /// <summary>The present state.</summary>
    public TState StateName => UnderlyingActor.StateName;

    /// <summary>The present data.</summary>
    public TData StateData => UnderlyingActor.StateData;

    /// <summary>Changes the data, as a transition to the same state would.</summary>
    /// <param name="stateData">The data.</param>
    /// <param name="timeout">How long the state may last; null for what the machine says.</param>
    public void SetStateData(TData stateData, TimeSpan? timeout = null) => SetState(StateName, stateData, timeout);

    /// <summary>Changes how long the present state may last from now.</summary>
    /// <param name="timeout">How long.</param>
    public void SetStateTimeout(TimeSpan timeout) => SetState(StateName, StateData, timeout);

    /// <summary>Goes to a state.</summary>
    /// <param name="stateName">The state.</param>
    /// <param name="timeout">How long it may last; null for what the machine says.</param>
    public void SetState(TState stateName, TimeSpan? timeout = null) => SetState(stateName, StateData, timeout);

    /// <summary>Goes to a state with other data, or to the end.</summary>
    /// <param name="stateName">The state.</param>
    /// <param name="stateData">The data.</param>
    /// <param name="timeout">How long it may last; null for what the machine says.</param>
    /// <param name="stopReason">Why the machine ends; null when it does not.</param>
    public void SetState(TState stateName, TData stateData, TimeSpan? timeout = null, FSMBase.Reason? stopReason = null) =>
        Cell.UseThreadContext(() => UnderlyingActor.ApplyState(new FSMBase.State<TState, TData>(stateName, stateData, timeout, stopReason)));

    /// <inheritdoc cref="FSM{TState, TData}.SetTimer"/>
    public void SetTimer(string name, object msg, TimeSpan timeout, bool repeat = false) =>
        Cell.UseThreadContext(() => UnderlyingActor.SetTimer(name, msg, timeout, repeat));

    /// <inheritdoc cref="FSM{TState, TData}.CancelTimer"/>
    public void CancelTimer(string name) => UnderlyingActor.CancelTimer(name);

    /// <inheritdoc cref="FSM{TState, TData}.IsTimerActive"/>
    public bool IsTimerActive(string name) => UnderlyingActor.IsTimerActive(name);

    /// <summary>Whether the timeout of the present state is running.</summary>
    /// <returns>True when it is.</returns>
    public bool IsStateTimerActive() => UnderlyingActor.IsStateTimerActive;
}
