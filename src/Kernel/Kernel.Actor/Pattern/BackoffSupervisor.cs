using Akka.Actor;
using Akka.Event;

namespace Akka.Pattern;

/// <summary>
/// Supervises one child and makes it anew after it has failed or stopped, each time after a longer while, so that what it needs gets
/// time to recover. Messages go on to the child.
/// </summary>
public sealed class BackoffSupervisor : UntypedActor
{
    private readonly BackoffOptions _options;
    private IActorRef? _child;
    private ChildRestartStats? _stats;
    private int _restarts;
    private bool _failed;
    private bool _finalStop;

    internal BackoffSupervisor(BackoffOptions options) => _options = options;

    /// <summary>Props of a supervisor.</summary>
    /// <param name="options">How it supervises; from <see cref="Backoff"/>.</param>
    /// <returns>The props.</returns>
    public static Props Props(BackoffOptions options) => Actor.Props.From(() => new BackoffSupervisor(options));

    /// <summary>Props of a supervisor that makes its child anew after a stop.</summary>
    /// <param name="childProps">What the child is made from.</param>
    /// <param name="childName">Its name.</param>
    /// <param name="minBackoff">The time before it is made anew for the first time; it doubles each time.</param>
    /// <param name="maxBackoff">The longest such time.</param>
    /// <param name="randomFactor">By how much a time may be longer.</param>
    /// <returns>The props.</returns>
    public static Props Props(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor));

    /// <summary>Props of a supervisor that makes its child anew after a stop.</summary>
    /// <param name="childProps">What the child is made from.</param>
    /// <param name="childName">Its name.</param>
    /// <param name="minBackoff">The time before it is made anew for the first time; it doubles each time.</param>
    /// <param name="maxBackoff">The longest such time.</param>
    /// <param name="randomFactor">By how much a time may be longer.</param>
    /// <param name="strategy">How the child is supervised.</param>
    /// <returns>The props.</returns>
    public static Props PropsWithSupervisorStrategy(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        double randomFactor,
        OneForOneStrategy strategy) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor).WithSupervisorStrategy(strategy));

    /// <summary>How long to wait before the child is made anew.</summary>
    internal static TimeSpan CalculateDelay(int restarts, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        var stretch = 1 + (Random.Shared.NextDouble() * randomFactor);
        // Further doubling would overflow; the longest time is reached long before.
        var wait = Math.Min(minBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(restarts, 30)), maxBackoff.TotalMilliseconds) * stretch;
        return TimeSpan.FromMilliseconds(Math.Min(wait, int.MaxValue));
    }

    /// <inheritdoc/>
    protected override void PreStart() => StartChild();

    /// <summary>After a failure, what would restart the child stops it: it is made anew later.</summary>
    /// <returns>The strategy.</returns>
    protected override SupervisorStrategy SupervisorStrategy() => _options.AfterStop ? _options.Strategy : new OneForOneStrategy(cause =>
    {
        var directive = _options.Strategy.Decider.Decide(cause);
        if (directive != Directive.Restart)
            return directive;
        _failed = true;
        return Directive.Stop;
    });

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StartChildAgain:
                StartChild();
                break;
            case ResetRestartCount reset:
                if (reset.Restarts == _restarts)
                    _restarts = 0;
                break;
            case Reset when _options.ResetAfter is null:
                _restarts = 0;
                break;
            case Reset:
                Unhandled(message);
                break;
            case GetRestartCount:
                Sender.Tell(new RestartCount(_restarts));
                break;
            case GetCurrentChild:
                Sender.Tell(new CurrentChild(_child));
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_child):
                ChildStopped();
                break;
            default:
                Pass(message);
                break;
        }
    }

    private void StartChild()
    {
        if (_child is not null)
            return;
        _child = Context.Watch(Context.ActorOf(_options.ChildProps, _options.ChildName));
        if (_options.ResetAfter is { } lived)
            Context.System.Scheduler.ScheduleTellOnce(lived, Self, new ResetRestartCount(_restarts), Self);
    }

    private void ChildStopped()
    {
        var again = (_options.AfterStop ? !_finalStop : _failed) && MayStartAgain((IInternalActorRef)_child!);
        _child = null;
        _failed = false;
        if (!again)
        {
            Context.Stop(Self);
            return;
        }

        var delay = CalculateDelay(_restarts, _options.MinBackoff, _options.MaxBackoff, _options.RandomFactor);
        Context.System.Scheduler.ScheduleTellOnce(delay, Self, StartChildAgain.Instance, Self);
        _restarts++;
    }

    /// <summary>Whether the child has not come back too often: within the strategy's time, or since it was last well.</summary>
    private bool MayStartAgain(IInternalActorRef child)
    {
        var (limit, within) = (_options.Strategy.MaxNumberOfRetries, _options.Strategy.WithinTimeRangeMilliseconds);
        if (limit < 0)
            return true;
        return within > 0
            ? (_stats ??= new ChildRestartStats(child)).RequestRestartPermission(limit, within, Context.System.Scheduler.MonotonicClock)
            : _restarts < limit;
    }

    private void Pass(object message)
    {
        if (_child is not null && _child.Equals(Sender))
        {
            // The child's words to its parent are meant for the one above.
            Context.Parent.Forward(message);
            return;
        }

        var final = _options.IsFinalStop?.Invoke(message) == true;
        _finalStop |= final;
        if (_child is not null)
            _child.Forward(message);
        else if (final)
            Context.Stop(Self);
        else if (_options.ReplyWhileStopped is { } reply)
            Sender.Tell(reply);
        else
            Context.System.DeadLetters.Forward(message);
    }

    /// <summary>Asks a supervisor for its child; it answers with <see cref="CurrentChild"/>.</summary>
    public sealed class GetCurrentChild
    {
        private GetCurrentChild()
        {
        }

        /// <summary>The only instance.</summary>
        public static GetCurrentChild Instance { get; } = new();
    }

    /// <summary>A supervisor's child.</summary>
    /// <param name="ref">The child; null while there is none.</param>
    public sealed class CurrentChild(IActorRef? @ref)
    {
        /// <summary>The child; null while there is none.</summary>
        public IActorRef? Ref { get; } = @ref;
    }

    /// <summary>The child to its parent: it is well, the times may be short again.</summary>
    public sealed class Reset
    {
        private Reset()
        {
        }

        /// <summary>The only instance.</summary>
        public static Reset Instance { get; } = new();
    }

    /// <summary>Asks a supervisor how often it has made its child anew; it answers with <see cref="RestartCount"/>.</summary>
    public sealed class GetRestartCount
    {
        private GetRestartCount()
        {
        }

        /// <summary>The only instance.</summary>
        public static GetRestartCount Instance { get; } = new();
    }

    /// <summary>How often the child was made anew since it was last well.</summary>
    /// <param name="count">The number.</param>
    public sealed class RestartCount(int count)
    {
        /// <summary>The number.</summary>
        public int Count { get; } = count;
    }

    private sealed class StartChildAgain : IDeadLetterSuppression
    {
        public static readonly StartChildAgain Instance = new();
    }

    private sealed record ResetRestartCount(int Restarts) : IDeadLetterSuppression;
}
