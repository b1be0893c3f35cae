using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>What a supervisor does about a child's failure.</summary>
public enum Directive
{
    /// <summary>The child goes on with its next message, its state unchanged.</summary>
    Resume = 0,

    /// <summary>A fresh instance takes the child's place and goes on with its next message.</summary>
    Restart = 1,

    /// <summary>The supervisor fails itself.</summary>
    Escalate = 2,

    /// <summary>The child is stopped.</summary>
    Stop = 3,
}

/// <summary>Chooses a directive for a failure.</summary>
public interface IDecider
{
    /// <summary>Chooses.</summary>
    /// <param name="cause">What the child threw.</param>
    /// <returns>The directive.</returns>
    Directive Decide(Exception cause);
}

/// <summary>A decider that is a function.</summary>
/// <param name="decider">The function.</param>
public class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    /// <inheritdoc/>
    public Directive Decide(Exception cause) => decider(cause);
}

/// <summary>Makes deciders.</summary>
public static class Decider
{
    /// <summary>A decider that is a function.</summary>
    /// <param name="localOnlyDecider">The function.</param>
    /// <returns>The decider.</returns>
    public static IDecider From(Func<Exception, Directive> localOnlyDecider) => new LocalOnlyDecider(localOnlyDecider);

    /// <summary>A decider that is a table; the first class that the failure is of decides.</summary>
    /// <param name="defaultDirective">For failures that are not in the table.</param>
    /// <param name="pairs">The table.</param>
    /// <returns>The decider.</returns>
    public static IDecider From(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) => From(cause =>
    {
        foreach (var (type, directive) in pairs)
        {
            if (type.IsInstanceOfType(cause))
                return directive;
        }

        return defaultDirective;
    });
}

/// <summary>How an actor supervises its children. Holds no state of its own: one instance may serve many actors.</summary>
public abstract class SupervisorStrategy : ISurrogated
{
    /// <summary>Stops a child that cannot be made or was killed, restarts it after any other failure.</summary>
    public static readonly IDecider DefaultDecider = Akka.Actor.Decider.From(static cause => cause is ActorInitializationException or ActorKilledException
        ? Directive.Stop
        : Directive.Restart);

    /// <summary>One child at a time, by <see cref="DefaultDecider"/>, without a limit.</summary>
    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    /// <summary>Stops the child, whatever happened.</summary>
    public static readonly OneForOneStrategy StoppingStrategy = new(static _ => Directive.Stop);

    /// <summary>Chooses the directive.</summary>
    public abstract IDecider Decider { get; }

    /// <summary>Whether failures are logged.</summary>
    protected bool LoggingEnabled { get; init; } = true;

    /// <summary>Does what the directive asks for.</summary>
    /// <param name="actorCell">The supervisor.</param>
    /// <param name="child">The child that failed.</param>
    /// <param name="cause">What it threw.</param>
    /// <param name="failedChildStats">What is remembered of its failures.</param>
    /// <param name="allChildren">The same of all children.</param>
    /// <returns>False when the supervisor must fail itself.</returns>
    public bool HandleFailure(
        ActorCell actorCell,
        IActorRef child,
        Exception cause,
        ChildRestartStats failedChildStats,
        IReadOnlyCollection<ChildRestartStats> allChildren)
    {
        var directive = Handle(child, cause);
        LogFailure(actorCell, child, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                ResumeChild(child, cause);
                return true;
            case Directive.Restart:
                ProcessFailure(actorCell, restart: true, child, cause, failedChildStats, allChildren);
                return true;
            case Directive.Stop:
                ProcessFailure(actorCell, restart: false, child, cause, failedChildStats, allChildren);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Restarts or stops the child, and others with it if the strategy says so.</summary>
    /// <param name="context">The supervisor.</param>
    /// <param name="restart">Whether to restart rather than stop, if retries are left.</param>
    /// <param name="child">The child that failed.</param>
    /// <param name="cause">What it threw.</param>
    /// <param name="stats">What is remembered of its failures.</param>
    /// <param name="children">The same of all children.</param>
    public abstract void ProcessFailure(
        IActorContext context,
        bool restart,
        IActorRef child,
        Exception cause,
        ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children);

    /// <summary>Called when a child has ended.</summary>
    /// <param name="actorContext">The supervisor.</param>
    /// <param name="child">The child.</param>
    /// <param name="children">The children that are left.</param>
    public abstract void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children);

    /// <inheritdoc/>
    public abstract ISurrogate ToSurrogate(ActorSystem system);

    /// <summary>Chooses the directive.</summary>
    /// <param name="child">The child that failed.</param>
    /// <param name="exception">What it threw.</param>
    /// <returns>The directive.</returns>
    protected abstract Directive Handle(IActorRef child, Exception exception);

    /// <summary>Restarts a child.</summary>
    /// <param name="child">The child.</param>
    /// <param name="cause">Why.</param>
    /// <param name="suspendFirst">True for a child that has not failed and so is not suspended yet.</param>
    protected void RestartChild(IActorRef child, Exception cause, bool suspendFirst)
    {
        var target = (IInternalActorRef)child;
        if (suspendFirst)
            target.Suspend();
        target.Restart(cause);
    }

    /// <summary>Lets a child go on.</summary>
    /// <param name="child">The child.</param>
    /// <param name="exception">The failure after which it goes on.</param>
    protected void ResumeChild(IActorRef child, Exception exception) => ((IInternalActorRef)child).Resume(exception);

    /// <summary>Logs a failure: what is resumed as a warning, what is escalated for debugging only, the rest as an error.</summary>
    /// <param name="context">The supervisor.</param>
    /// <param name="child">The child that failed.</param>
    /// <param name="cause">What it threw.</param>
    /// <param name="directive">What is done about it.</param>
    protected virtual void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        if (!LoggingEnabled)
            return;
        var message = cause is ActorInitializationException { InnerException: { } inner } ? inner.Message : cause.Message;
        var source = child.Path.ToString();
        LogEvent logEvent = directive switch
        {
            Directive.Resume => new Warning(cause, source, GetType(), message),
            Directive.Escalate => new Debug(cause, source, GetType(), message),
            _ => new Error(cause, source, GetType(), message),
        };
        if (logEvent.LogLevel() >= context.System.EventStream.LogLevel)
            context.System.EventStream.Publish(logEvent);
    }
}

/// <summary>Makes the strategy of the <c>/user</c> guardian: <c>akka.actor.guardian-supervisor-strategy</c>.</summary>
public abstract class SupervisorStrategyConfigurator
{
    /// <summary>Makes the strategy.</summary>
    /// <returns>The strategy.</returns>
    public abstract SupervisorStrategy Create();
}

/// <summary>The configurator of <see cref="SupervisorStrategy.DefaultStrategy"/>.</summary>
public sealed class DefaultSupervisorStrategy : SupervisorStrategyConfigurator
{
    /// <inheritdoc/>
    public override SupervisorStrategy Create() => SupervisorStrategy.DefaultStrategy;
}

/// <summary>The configurator of <see cref="SupervisorStrategy.StoppingStrategy"/>.</summary>
public sealed class StoppingSupervisorStrategy : SupervisorStrategyConfigurator
{
    /// <inheritdoc/>
    public override SupervisorStrategy Create() => SupervisorStrategy.StoppingStrategy;
}
