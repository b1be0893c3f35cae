using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>A clock.</summary>
public interface ITimeProvider
{
    /// <summary>The time of day.</summary>
    DateTimeOffset Now { get; }

    /// <summary>A time that only goes forward.</summary>
    TimeSpan MonotonicClock { get; }

    /// <summary>A time that only goes forward, at the highest resolution there is.</summary>
    TimeSpan HighResMonotonicClock { get; }
}

/// <summary>A clock that tells the time of day as <see cref="DateTimeOffset"/>.</summary>
public interface IDateTimeOffsetNowTimeProvider : ITimeProvider;

/// <summary>Sends messages later.</summary>
public interface ITellScheduler
{
    /// <summary>Sends a message once.</summary>
    /// <param name="delay">The time before it.</param>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender);

    /// <inheritdoc cref="ScheduleTellOnce(TimeSpan, ICanTell, object, IActorRef)"/>
    /// <param name="delay">The time before it.</param>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable);

    /// <summary>Sends a message again and again.</summary>
    /// <param name="initialDelay">The time before the first one.</param>
    /// <param name="interval">The time before each further one.</param>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender);

    /// <inheritdoc cref="ScheduleTellRepeatedly(TimeSpan, TimeSpan, ICanTell, object, IActorRef)"/>
    /// <param name="initialDelay">The time before the first one.</param>
    /// <param name="interval">The time before each further one.</param>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef? sender,
        ICancelable? cancelable);
}

/// <summary>Runs actions later, on the scheduler's own thread: they must be short, and must not touch an actor's state.</summary>
public interface IActionScheduler
{
    /// <summary>Runs an action once.</summary>
    /// <param name="delay">The time before it.</param>
    /// <param name="action">The action.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable);

    /// <inheritdoc cref="ScheduleOnce(TimeSpan, Action, ICancelable)"/>
    /// <param name="delay">The time before it.</param>
    /// <param name="action">The action.</param>
    void ScheduleOnce(TimeSpan delay, Action action);

    /// <summary>Runs an action again and again.</summary>
    /// <param name="initialDelay">The time before the first run.</param>
    /// <param name="interval">The time before each further one.</param>
    /// <param name="action">The action.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable);

    /// <inheritdoc cref="ScheduleRepeatedly(TimeSpan, TimeSpan, Action, ICancelable)"/>
    /// <param name="initialDelay">The time before the first run.</param>
    /// <param name="interval">The time before each further one.</param>
    /// <param name="action">The action.</param>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action);
}

/// <summary>As <see cref="IActionScheduler"/>, with work that is an object.</summary>
public interface IRunnableScheduler
{
    /// <summary>Does work once.</summary>
    /// <param name="delay">The time before it.</param>
    /// <param name="action">The work.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable);

    /// <inheritdoc cref="ScheduleOnce(TimeSpan, IRunnable, ICancelable)"/>
    /// <param name="delay">The time before it.</param>
    /// <param name="action">The work.</param>
    void ScheduleOnce(TimeSpan delay, IRunnable action);

    /// <summary>Does work again and again.</summary>
    /// <param name="initialDelay">The time before the first run.</param>
    /// <param name="interval">The time before each further one.</param>
    /// <param name="action">The work.</param>
    /// <param name="cancelable">Calls it off.</param>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable);

    /// <inheritdoc cref="ScheduleRepeatedly(TimeSpan, TimeSpan, IRunnable, ICancelable)"/>
    /// <param name="initialDelay">The time before the first run.</param>
    /// <param name="interval">The time before each further one.</param>
    /// <param name="action">The work.</param>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action);
}

/// <summary>Runs actions and work later.</summary>
public interface IAdvancedScheduler : IActionScheduler, IRunnableScheduler;

/// <summary>Does things later. Nothing is ever done early.</summary>
public interface IScheduler : ITellScheduler, ITimeProvider
{
    /// <summary>Runs actions rather than sending messages.</summary>
    IAdvancedScheduler Advanced { get; }
}
