using Akka.Util;

namespace Akka.Actor;

/// <summary>What both strategies have in common: retries within a window, and a decider.</summary>
/// <param name="MaxRetries">How many restarts are allowed; -1 for any number.</param>
/// <param name="WithinMilliseconds">In which time; -1 or 0 for ever.</param>
internal readonly record struct RetryWindow(int MaxRetries, int WithinMilliseconds)
{
    public static RetryWindow From(int? maxRetries, TimeSpan? within) =>
        new(maxRetries ?? -1, within is { } time && time != Timeout.InfiniteTimeSpan ? (int)Math.Min(time.TotalMilliseconds, int.MaxValue) : -1);

    public bool Permits(ChildRestartStats stats) => stats.RequestRestartPermission(MaxRetries, WithinMilliseconds);
}

/// <summary>A child's failure concerns that child only.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    private readonly RetryWindow _retries;

    /// <summary>Creates a strategy.</summary>
    /// <param name="maxNrOfRetries">How many restarts a child is allowed; null or -1 for any number.</param>
    /// <param name="withinTimeRange">In which time; null for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Akka.Actor.Decider.From(localOnlyDecider))
    {
    }

    /// <summary>Creates a strategy.</summary>
    /// <param name="maxNrOfRetries">How many restarts a child is allowed; null or -1 for any number.</param>
    /// <param name="withinTimeRange">In which time; null for ever.</param>
    /// <param name="decider">Chooses the directive.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(RetryWindow.From(maxNrOfRetries, withinTimeRange), decider, loggingEnabled: true)
    {
    }

    /// <summary>Creates a strategy.</summary>
    /// <param name="maxNrOfRetries">How many restarts a child is allowed; -1 for any number.</param>
    /// <param name="withinTimeMilliseconds">In which time; -1 for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    /// <param name="loggingEnabled">Whether failures are logged.</param>
    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Akka.Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>Creates a strategy.</summary>
    /// <param name="maxNrOfRetries">How many restarts a child is allowed; -1 for any number.</param>
    /// <param name="withinTimeMilliseconds">In which time; -1 for ever.</param>
    /// <param name="decider">Chooses the directive.</param>
    /// <param name="loggingEnabled">Whether failures are logged.</param>
    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : this(new RetryWindow(maxNrOfRetries, withinTimeMilliseconds), decider, loggingEnabled)
    {
    }

    /// <summary>Creates a strategy without a limit.</summary>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(Akka.Actor.Decider.From(localOnlyDecider))
    {
    }

    /// <summary>Creates a strategy without a limit.</summary>
    /// <param name="decider">Chooses the directive.</param>
    public OneForOneStrategy(IDecider decider)
        : this(-1, -1, decider)
    {
    }

    private OneForOneStrategy(RetryWindow retries, IDecider decider, bool loggingEnabled)
    {
        _retries = retries;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    /// <inheritdoc/>
    public override IDecider Decider { get; }

    /// <summary>How many restarts a child is allowed; -1 for any number.</summary>
    public int MaxNumberOfRetries => _retries.MaxRetries;

    /// <summary>In which time, in milliseconds; -1 for ever.</summary>
    public int WithinTimeRangeMilliseconds => _retries.WithinMilliseconds;

    /// <inheritdoc/>
    public override void ProcessFailure(
        IActorContext context,
        bool restart,
        IActorRef child,
        Exception cause,
        ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children)
    {
        if (restart && _retries.Permits(stats))
            RestartChild(child, cause, suspendFirst: false);
        else
            context.Stop(child);
    }

    /// <inheritdoc/>
    public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
    {
        // The others are not concerned.
    }

    /// <inheritdoc/>
    public override ISurrogate ToSurrogate(ActorSystem system) => new Surrogate(this);

    /// <inheritdoc/>
    protected override Directive Handle(IActorRef child, Exception exception) => Decider.Decide(exception);

    private sealed record Surrogate(OneForOneStrategy Strategy) : ISurrogate
    {
        public ISurrogated FromSurrogate(ActorSystem system) => Strategy;
    }
}

/// <summary>A child's failure concerns all children: what is done to one is done to all.</summary>
public class AllForOneStrategy : SupervisorStrategy
{
    private readonly RetryWindow _retries;

    /// <summary>Creates a strategy.</summary>
    /// <param name="maxNrOfRetries">How many restarts the children are allowed; null or -1 for any number.</param>
    /// <param name="withinTimeRange">In which time; null for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Akka.Actor.Decider.From(localOnlyDecider))
    {
    }

    /// <summary>Creates a strategy.</summary>
    /// <param name="maxNrOfRetries">How many restarts the children are allowed; null or -1 for any number.</param>
    /// <param name="withinTimeRange">In which time; null for ever.</param>
    /// <param name="decider">Chooses the directive.</param>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(RetryWindow.From(maxNrOfRetries, withinTimeRange), decider, loggingEnabled: true)
    {
    }

    /// <summary>Creates a strategy.</summary>
    /// <param name="maxNrOfRetries">How many restarts the children are allowed; -1 for any number.</param>
    /// <param name="withinTimeMilliseconds">In which time; -1 for ever.</param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    /// <param name="loggingEnabled">Whether failures are logged.</param>
    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Akka.Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>Creates a strategy.</summary>
    /// <param name="maxNrOfRetries">How many restarts the children are allowed; -1 for any number.</param>
    /// <param name="withinTimeMilliseconds">In which time; -1 for ever.</param>
    /// <param name="decider">Chooses the directive.</param>
    /// <param name="loggingEnabled">Whether failures are logged.</param>
    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : this(new RetryWindow(maxNrOfRetries, withinTimeMilliseconds), decider, loggingEnabled)
    {
    }

    /// <summary>Creates a strategy without a limit.</summary>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(Akka.Actor.Decider.From(localOnlyDecider))
    {
    }

    /// <summary>Creates a strategy without a limit.</summary>
    /// <param name="decider">Chooses the directive.</param>
    public AllForOneStrategy(IDecider decider)
        : this(-1, -1, decider)
    {
    }

    private AllForOneStrategy(RetryWindow retries, IDecider decider, bool loggingEnabled)
    {
        _retries = retries;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    /// <inheritdoc/>
    public override IDecider Decider { get; }

    /// <summary>How many restarts the children are allowed; -1 for any number.</summary>
    public int MaxNumberOfRetries => _retries.MaxRetries;

    /// <summary>In which time, in milliseconds; -1 for ever.</summary>
    public int WithinTimeRangeMilliseconds => _retries.WithinMilliseconds;

    /// <inheritdoc/>
    public override void ProcessFailure(
        IActorContext context,
        bool restart,
        IActorRef child,
        Exception cause,
        ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children)
    {
        if (restart && children.All(each => _retries.Permits(each)))
        {
            foreach (var each in children)
                RestartChild(each.Child, cause, suspendFirst: !each.Child.Equals(child));
        }
        else
        {
            foreach (var each in children)
                context.Stop(each.Child);
        }
    }

    /// <inheritdoc/>
    public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
    {
        // An end that was no failure does not concern the others.
    }

    /// <inheritdoc/>
    public override ISurrogate ToSurrogate(ActorSystem system) => new Surrogate(this);

    /// <inheritdoc/>
    protected override Directive Handle(IActorRef child, Exception exception) => Decider.Decide(exception);

    private sealed record Surrogate(AllForOneStrategy Strategy) : ISurrogate
    {
        public ISurrogated FromSurrogate(ActorSystem system) => Strategy;
    }
}
