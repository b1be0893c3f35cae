namespace Akka.Actor;

/// <summary>Scheduling with what calls it off as the result, and with milliseconds.</summary>
public static class SchedulerExtensions
{
    /// <summary>Sends a message once.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="delay">The time before it.</param>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    /// <returns>Calls it off.</returns>
    public static ICancelable ScheduleTellOnceCancelable(this IScheduler scheduler, TimeSpan delay, ICanTell receiver, object message, IActorRef? sender)
    {
        var cancelable = new Cancelable(scheduler.Advanced);
        scheduler.ScheduleTellOnce(delay, receiver, message, sender, cancelable);
        return cancelable;
    }

    /// <inheritdoc cref="ScheduleTellOnceCancelable(IScheduler, TimeSpan, ICanTell, object, IActorRef)"/>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="millisecondsDelay">The time before it, in milliseconds.</param>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    public static ICancelable ScheduleTellOnceCancelable(this IScheduler scheduler, int millisecondsDelay, ICanTell receiver, object message, IActorRef? sender) =>
        scheduler.ScheduleTellOnceCancelable(TimeSpan.FromMilliseconds(millisecondsDelay), receiver, message, sender);

    /// <summary>Sends a message again and again.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="initialDelay">The time before the first one.</param>
    /// <param name="interval">The time before each further one.</param>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    /// <returns>Calls it off.</returns>
    public static ICancelable ScheduleTellRepeatedlyCancelable(
        this IScheduler scheduler,
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef? sender)
    {
        var cancelable = new Cancelable(scheduler.Advanced);
        scheduler.ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);
        return cancelable;
    }

    /// <inheritdoc cref="ScheduleTellRepeatedlyCancelable(IScheduler, TimeSpan, TimeSpan, ICanTell, object, IActorRef)"/>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="initialMillisecondsDelay">The time before the first one, in milliseconds.</param>
    /// <param name="millisecondsInterval">The time before each further one, in milliseconds.</param>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">In whose name.</param>
    public static ICancelable ScheduleTellRepeatedlyCancelable(
        this IScheduler scheduler,
        int initialMillisecondsDelay,
        int millisecondsInterval,
        ICanTell receiver,
        object message,
        IActorRef? sender) => scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.FromMilliseconds(initialMillisecondsDelay),
            TimeSpan.FromMilliseconds(millisecondsInterval),
            receiver,
            message,
            sender);

    /// <summary>Runs an action once.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="delay">The time before it.</param>
    /// <param name="action">The action.</param>
    /// <returns>Calls it off.</returns>
    public static ICancelable ScheduleOnceCancelable(this IActionScheduler scheduler, TimeSpan delay, Action action)
    {
        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleOnce(delay, action, cancelable);
        return cancelable;
    }

    /// <inheritdoc cref="ScheduleOnceCancelable(IActionScheduler, TimeSpan, Action)"/>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="millisecondsDelay">The time before it, in milliseconds.</param>
    /// <param name="action">The action.</param>
    public static ICancelable ScheduleOnceCancelable(this IActionScheduler scheduler, int millisecondsDelay, Action action) =>
        scheduler.ScheduleOnceCancelable(TimeSpan.FromMilliseconds(millisecondsDelay), action);

    /// <summary>Runs an action again and again.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="initialDelay">The time before the first run.</param>
    /// <param name="interval">The time before each further one.</param>
    /// <param name="action">The action.</param>
    /// <returns>Calls it off.</returns>
    public static ICancelable ScheduleRepeatedlyCancelable(this IActionScheduler scheduler, TimeSpan initialDelay, TimeSpan interval, Action action)
    {
        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleRepeatedly(initialDelay, interval, action, cancelable);
        return cancelable;
    }

    /// <inheritdoc cref="ScheduleRepeatedlyCancelable(IActionScheduler, TimeSpan, TimeSpan, Action)"/>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="initialMillisecondsDelay">The time before the first run, in milliseconds.</param>
    /// <param name="millisecondsInterval">The time before each further one, in milliseconds.</param>
    /// <param name="action">The action.</param>
    public static ICancelable ScheduleRepeatedlyCancelable(this IActionScheduler scheduler, int initialMillisecondsDelay, int millisecondsInterval, Action action) =>
        scheduler.ScheduleRepeatedlyCancelable(
            TimeSpan.FromMilliseconds(initialMillisecondsDelay),
            TimeSpan.FromMilliseconds(millisecondsInterval),
            action);
}
