using Akka.Actor;

namespace Akka.Pattern;

/// <summary>Begins the options of a <see cref="BackoffSupervisor"/>.</summary>
public static class Backoff
{
    /// <summary>The child is made anew after a failure that restarts it. If it stops, so does the supervisor.</summary>
    /// <param name="childProps">What the child is made from.</param>
    /// <param name="childName">Its name.</param>
    /// <param name="minBackoff">The time before it is made anew for the first time; it doubles each time.</param>
    /// <param name="maxBackoff">The longest such time.</param>
    /// <param name="randomFactor">By how much a time may be longer, so that not all come back at once: 0.2 for 20 %.</param>
    /// <param name="maxNrOfRetries">How often the child is made anew; -1 for any number.</param>
    /// <returns>The options.</returns>
    public static BackoffOptions OnFailure(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        double randomFactor,
        int maxNrOfRetries = -1) => new(afterStop: false, childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries);

    /// <summary>The child is made anew after it has stopped.</summary>
    /// <param name="childProps">What the child is made from.</param>
    /// <param name="childName">Its name.</param>
    /// <param name="minBackoff">The time before it is made anew for the first time; it doubles each time.</param>
    /// <param name="maxBackoff">The longest such time.</param>
    /// <param name="randomFactor">By how much a time may be longer, so that not all come back at once: 0.2 for 20 %.</param>
    /// <param name="maxNrOfRetries">How often the child is made anew; -1 for any number.</param>
    /// <returns>The options.</returns>
    public static BackoffOptions OnStop(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        double randomFactor,
        int maxNrOfRetries = -1) => new(afterStop: true, childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries);
}

/// <summary>How a <see cref="BackoffSupervisor"/> supervises. Immutable.</summary>
public sealed class BackoffOptions
{
    internal BackoffOptions(
        bool afterStop,
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        double randomFactor,
        int maxNrOfRetries)
    {
        if (minBackoff <= TimeSpan.Zero)
            throw new ArgumentException("MinBackoff must be greater than 0", nameof(minBackoff));
        if (maxBackoff < minBackoff)
            throw new ArgumentException("MaxBackoff must be greater than MinBackoff", nameof(maxBackoff));
        if (randomFactor is < 0 or > 1)
            throw new ArgumentException("RandomFactor must be between 0.0 and 1.0", nameof(randomFactor));
        AfterStop = afterStop;
        ChildProps = childProps;
        ChildName = childName;
        MinBackoff = minBackoff;
        MaxBackoff = maxBackoff;
        RandomFactor = randomFactor;
        ResetAfter = minBackoff;
        Strategy = new OneForOneStrategy(maxNrOfRetries, -1, SupervisorStrategy.DefaultDecider);
    }

    /// <summary>Props of the supervisor.</summary>
    public Props Props => BackoffSupervisor.Props(this);

    internal bool AfterStop { get; }

    internal Props ChildProps { get; }

    internal string ChildName { get; }

    internal TimeSpan MinBackoff { get; }

    internal TimeSpan MaxBackoff { get; }

    internal double RandomFactor { get; }

    /// <summary>How long the child must live for the times to be short again; null: until it says so.</summary>
    internal TimeSpan? ResetAfter { get; private set; }

    internal OneForOneStrategy Strategy { get; private set; }

    internal object? ReplyWhileStopped { get; private set; }

    internal Func<object, bool>? IsFinalStop { get; private set; }

    /// <summary>The times are short again once the child has lived for a while; the default, with the least time.</summary>
    /// <param name="resetBackoff">The while.</param>
    /// <returns>A copy.</returns>
    public BackoffOptions WithAutoReset(TimeSpan resetBackoff) => With(copy => copy.ResetAfter = resetBackoff);

    /// <summary>The times are short again when the child sends a <see cref="BackoffSupervisor.Reset"/> to its parent.</summary>
    /// <returns>A copy.</returns>
    public BackoffOptions WithManualReset() => With(static copy => copy.ResetAfter = null);

    /// <summary>With a supervision of the child, which also says how often it is made anew.</summary>
    /// <param name="supervisorStrategy">How the child is supervised.</param>
    /// <returns>A copy.</returns>
    public BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) => With(copy => copy.Strategy = supervisorStrategy);

    /// <summary>Every failure stops the child.</summary>
    /// <returns>A copy.</returns>
    public BackoffOptions WithDefaultStoppingStrategy() => With(static copy => copy.Strategy =
        new OneForOneStrategy(copy.Strategy.MaxNumberOfRetries, copy.Strategy.WithinTimeRangeMilliseconds, SupervisorStrategy.StoppingStrategy.Decider));

    /// <summary>With a limit.</summary>
    /// <param name="maxNrOfRetries">How often the child is made anew; -1 for any number.</param>
    /// <returns>A copy.</returns>
    public BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) => With(copy => copy.Strategy =
        new OneForOneStrategy(maxNrOfRetries, copy.Strategy.WithinTimeRangeMilliseconds, copy.Strategy.Decider));

    /// <summary>With a reply to messages that come while there is no child; otherwise they are dead letters.</summary>
    /// <param name="replyWhileStopped">The reply.</param>
    /// <returns>A copy.</returns>
    public BackoffOptions WithReplyWhileStopped(object replyWhileStopped) => With(copy => copy.ReplyWhileStopped = replyWhileStopped);

    /// <summary>With messages after which a child that stops is not made anew: the supervisor stops. Only after a stop.</summary>
    /// <param name="isFinalStopMessage">Says whether a message is one.</param>
    /// <returns>A copy.</returns>
    public BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage) => AfterStop
        ? With(copy => copy.IsFinalStop = isFinalStopMessage)
        : throw new InvalidOperationException("WithFinalStopMessage only makes sense with Backoff.OnStop");

    private BackoffOptions With(Action<BackoffOptions> change)
    {
        var copy = (BackoffOptions)MemberwiseClone();
        change(copy);
        return copy;
    }
}
