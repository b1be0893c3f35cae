using Akka.Event;

namespace Akka.Actor;

/// <summary>Supervises; has no behaviour of its own.</summary>
internal sealed class GuardianActor : ActorBase
{
    public static Props Props(SupervisorStrategy strategy) =>
        Actor.Props.From(static () => new GuardianActor()).WithSupervisorStrategy(strategy);

    protected override bool Receive(object message)
    {
        // Nobody has a reason to write to a guardian.
        Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
        return true;
    }
}

/// <summary>
/// Supervises the kernel's own actors. They end after the user's, which may need them until the last; the loggers, which write what
/// they still have, end before the rest.
/// </summary>
internal sealed class SystemGuardianActor : ActorBase
{
    private readonly HashSet<IActorRef> _loggers = [];
    private IActorRef? _user;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Begin begin:
                _user = Context.Watch(begin.UserGuardian);
                return true;
            case Terminated { ActorRef: var ended } when ended.Equals(_user):
                StopLoggers();
                return true;
            case Terminated { ActorRef: var ended }:
                if (_loggers.Remove(ended) && _loggers.Count == 0)
                    StopRoot();
                return true;
            case GiveUp:
                StopRoot();
                return true;
            default:
                Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                return true;
        }
    }

    private void StopLoggers()
    {
        var settings = Context.System.Settings;
        foreach (var logger in Context.System.EventStream.RetireLoggers(settings))
        {
            _loggers.Add(Context.Watch(logger));
            logger.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        }

        if (_loggers.Count == 0)
            StopRoot();
        else
            Context.System.Scheduler.ScheduleTellOnce(settings.LoggerStartTimeout, Self, GiveUp.Instance, Self);
    }

    /// <summary>The root takes this guardian with it.</summary>
    private void StopRoot() => Context.Stop(Context.Parent);

    /// <summary>From now on the end of the user's guardian ends the system.</summary>
    public sealed record Begin(IActorRef UserGuardian);

    /// <summary>A logger does not end: it is waited for no longer.</summary>
    private sealed class GiveUp : IDeadLetterSuppression
    {
        public static readonly GiveUp Instance = new();
    }
}
