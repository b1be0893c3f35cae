using Akka.Event;

namespace Akka.Actor;

/// <summary>What all finite state machines have in common: their messages.</summary>
public abstract class FSMBase : ActorBase
{
    /// <summary>What a machine says to who subscribes to its transitions: where it is.</summary>
    /// <typeparam name="TS">The class of states.</typeparam>
    /// <param name="fsmRef">The machine.</param>
    /// <param name="state">Its state.</param>
    public sealed class CurrentState<TS>(IActorRef fsmRef, TS state)
    {
        /// <summary>The machine.</summary>
        public IActorRef FsmRef { get; } = fsmRef;

        /// <summary>Its state.</summary>
        public TS State { get; } = state;

        /// <inheritdoc/>
        public override bool Equals(object? obj) =>
            obj is CurrentState<TS> other && FsmRef.Equals(other.FsmRef) && EqualityComparer<TS>.Default.Equals(State, other.State);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(FsmRef, State);

        /// <inheritdoc/>
        public override string ToString() => $"CurrentState <{State}>";
    }

    /// <summary>What a machine says to who subscribes to its transitions: where it goes.</summary>
    /// <typeparam name="TS">The class of states.</typeparam>
    /// <param name="fsmRef">The machine.</param>
    /// <param name="from">The state that it leaves.</param>
    /// <param name="to">The state that it enters.</param>
    public sealed class Transition<TS>(IActorRef fsmRef, TS from, TS to)
    {
        /// <summary>The machine.</summary>
        public IActorRef FsmRef { get; } = fsmRef;

        /// <summary>The state that it leaves.</summary>
        public TS From { get; } = from;

        /// <summary>The state that it enters.</summary>
        public TS To { get; } = to;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Transition<TS> other && FsmRef.Equals(other.FsmRef)
            && EqualityComparer<TS>.Default.Equals(From, other.From) && EqualityComparer<TS>.Default.Equals(To, other.To);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(FsmRef, From, To);

        /// <inheritdoc/>
        public override string ToString() => $"Transition({From}, {To})";
    }

    /// <summary>Asks a machine for its state, and for each transition from then on.</summary>
    /// <param name="actorRef">Who is to be told.</param>
    public sealed class SubscribeTransitionCallBack(IActorRef actorRef)
    {
        /// <summary>Who is to be told.</summary>
        public IActorRef ActorRef { get; } = actorRef;
    }

    /// <summary>Ends a subscription.</summary>
    /// <param name="actorRef">Who was told.</param>
    public sealed class UnsubscribeTransitionCallBack(IActorRef actorRef)
    {
        /// <summary>Who was told.</summary>
        public IActorRef ActorRef { get; } = actorRef;
    }

    /// <summary>Why a machine ends.</summary>
    public abstract class Reason
    {
    }

    /// <summary>It has stopped itself.</summary>
    public sealed class Normal : Reason
    {
        private Normal()
        {
        }

        /// <summary>The only instance.</summary>
        public static Normal Instance { get; } = new();
    }

    /// <summary>It was stopped from outside.</summary>
    public sealed class Shutdown : Reason
    {
        private Shutdown()
        {
        }

        /// <summary>The only instance.</summary>
        public static Shutdown Instance { get; } = new();
    }

    /// <summary>Something went wrong.</summary>
    /// <param name="cause">What: an exception or a message.</param>
    public sealed class Failure(object cause) : Reason
    {
        /// <summary>What went wrong: an exception or a message.</summary>
        public object Cause { get; } = cause;

        /// <inheritdoc/>
        public override string ToString() => $"Failure({Cause})";
    }

    /// <summary>The event of a state that has lasted for its timeout.</summary>
    public sealed class StateTimeout
    {
        private StateTimeout()
        {
        }

        /// <summary>The only instance.</summary>
        public static StateTimeout Instance { get; } = new();
    }

    /// <summary>A message with the machine's data.</summary>
    /// <typeparam name="TD">The class of the data.</typeparam>
    /// <param name="fsmEvent">The message.</param>
    /// <param name="stateData">The data.</param>
    public sealed class Event<TD>(object fsmEvent, TD stateData)
    {
        /// <summary>The message.</summary>
        public object FsmEvent { get; } = fsmEvent;

        /// <summary>The data.</summary>
        public TD StateData { get; } = stateData;

        /// <inheritdoc/>
        public override string ToString() => $"Event: <{FsmEvent}>, StateData: <{StateData}>";
    }

    /// <summary>A machine's end.</summary>
    /// <typeparam name="TS">The class of states.</typeparam>
    /// <typeparam name="TD">The class of the data.</typeparam>
    /// <param name="reason">Why it ended.</param>
    /// <param name="terminatedState">Its last state.</param>
    /// <param name="stateData">Its last data.</param>
    public sealed class StopEvent<TS, TD>(Reason reason, TS terminatedState, TD stateData)
    {
        /// <summary>Why it ended.</summary>
        public Reason Reason { get; } = reason;

        /// <summary>Its last state.</summary>
        public TS TerminatedState { get; } = terminatedState;

        /// <summary>Its last data.</summary>
        public TD StateData { get; } = stateData;

        /// <inheritdoc/>
        public override string ToString() => $"StopEvent: Reason: <{Reason}>, TerminatedState: <{TerminatedState}>, StateData: <{StateData}>";
    }

    /// <summary>Where a machine is, or goes: a state, its data, and what is to be done on the way. Immutable.</summary>
    /// <typeparam name="TS">The class of states.</typeparam>
    /// <typeparam name="TD">The class of the data.</typeparam>
    public sealed class State<TS, TD>
    {
        /// <summary>Creates a state.</summary>
        /// <param name="stateName">Its name.</param>
        /// <param name="stateData">The data.</param>
        /// <param name="timeout">
        /// How long it may last before the machine gets a <see cref="StateTimeout"/>; infinite cancels the state's own timeout.
        /// </param>
        /// <param name="stopReason">Why the machine ends here, if it does.</param>
        /// <param name="replies">Replies to the sender of the message, the last one first.</param>
        /// <param name="notifies">Whether this is a transition even when the name stays the same.</param>
        public State(
            TS stateName,
            TD stateData,
            TimeSpan? timeout = null,
            Reason? stopReason = null,
            IReadOnlyList<object>? replies = null,
            bool notifies = true)
        {
            StateName = stateName;
            StateData = stateData;
            Timeout = timeout;
            StopReason = stopReason;
            Replies = replies ?? [];
            Notifies = notifies;
        }

        /// <summary>Its name.</summary>
        public TS StateName { get; }

        /// <summary>The data.</summary>
        public TD StateData { get; }

        /// <summary>How long it may last.</summary>
        public TimeSpan? Timeout { get; }

        /// <summary>Why the machine ends here, if it does.</summary>
        public Reason? StopReason { get; }

        /// <summary>Replies to the sender of the message, the last one first.</summary>
        public IReadOnlyList<object> Replies { get; }

        internal bool Notifies { get; }

        /// <summary>With a timeout for this one stay in the state.</summary>
        /// <param name="timeout">How long it may last; infinite cancels the state's own timeout.</param>
        /// <returns>A copy.</returns>
        public State<TS, TD> ForMax(TimeSpan timeout) => new(StateName, StateData, timeout, StopReason, Replies, Notifies);

        /// <summary>With one more reply to the sender of the message.</summary>
        /// <param name="replyValue">The reply.</param>
        /// <returns>A copy.</returns>
        public State<TS, TD> Replying(object replyValue) =>
            new(StateName, StateData, Timeout, StopReason, [replyValue, .. Replies], Notifies);

        /// <summary>With other data.</summary>
        /// <param name="nextStateData">The data.</param>
        /// <returns>A copy.</returns>
        public State<TS, TD> Using(TD nextStateData) => new(StateName, nextStateData, Timeout, StopReason, Replies, Notifies);

        /// <inheritdoc/>
        public override string ToString() => $"StateName: <{StateName}>, StateData: <{StateData}>, Timeout: <{Timeout}>, StopReason: <{StopReason}>";

        internal State<TS, TD> WithStopReason(Reason reason) => new(StateName, StateData, Timeout, reason, Replies, Notifies);

        internal State<TS, TD> WithNotification(bool notifies) => new(StateName, StateData, Timeout, StopReason, Replies, notifies);
    }

    /// <summary>A timer's message to its own machine; stale when the machine has another timer of that name by now.</summary>
    private protected sealed record Timer(string Name, object Message, bool Repeats, ICancelable Cancelable) : IDeadLetterSuppression;
}
