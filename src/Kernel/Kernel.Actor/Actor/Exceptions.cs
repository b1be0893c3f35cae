namespace Akka.Actor;

/// <summary>A message that cannot be sent, such as null.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="cause">The exception behind it, if any.</param>
public sealed class InvalidMessageException(string? message, Exception? cause = null) : AkkaException(message, cause);

/// <summary>A name that is malformed, or that a sibling has already.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="innerException">The exception behind it, if any.</param>
public sealed class InvalidActorNameException(string? message, Exception? innerException = null) : AkkaException(message, innerException);

/// <summary>No actor answers at a path.</summary>
/// <param name="message">Which one.</param>
/// <param name="innerException">The exception behind it, if any.</param>
public sealed class ActorNotFoundException(string? message, Exception? innerException = null) : AkkaException(message, innerException);

/// <summary>The failure that <see cref="Kill"/> causes.</summary>
/// <param name="message">What happened.</param>
public class ActorKilledException(string? message) : AkkaException(message);

/// <summary>A constructor or <c>PreStart</c> threw. The default decider stops the actor.</summary>
public class ActorInitializationException : AkkaException
{
    /// <summary>Creates an exception.</summary>
    public ActorInitializationException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public ActorInitializationException(string? message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="actor">The actor that could not be made.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public ActorInitializationException(IActorRef? actor, string? message, Exception? cause = null)
        : base(actor is null ? message : $"{actor}: {message}", cause) => Actor = actor;

    /// <summary>The actor that could not be made, if known.</summary>
    public IActorRef? Actor { get; }
}

/// <summary><c>PreRestart</c> threw.</summary>
/// <param name="actor">The actor.</param>
/// <param name="restartException">What <c>PreRestart</c> threw.</param>
/// <param name="cause">Why the actor was being restarted.</param>
/// <param name="optionalMessage">The message that was being handled.</param>
public sealed class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage)
    : ActorInitializationException(
        actor,
        $"exception in preRestart({cause.GetType().Name}, {optionalMessage?.GetType().Name ?? "null"})",
        restartException)
{
    /// <summary>Why the actor was being restarted.</summary>
    public Exception OriginalCause { get; } = cause;

    /// <summary>The message that was being handled.</summary>
    public object? OptionalMessage { get; } = optionalMessage;
}

/// <summary>The constructor or <c>PostRestart</c> of a fresh instance threw.</summary>
/// <param name="actor">The actor.</param>
/// <param name="cause">What was thrown.</param>
/// <param name="originalCause">Why the actor was being restarted.</param>
public sealed class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"exception post restart ({originalCause.GetType().Name})", cause)
{
    /// <summary>Why the actor was being restarted.</summary>
    public Exception OriginalCause { get; } = originalCause;
}

/// <summary>A watched actor ended and the watcher did not handle <see cref="Terminated"/>.</summary>
/// <param name="deadActor">The actor that ended.</param>
public sealed class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    /// <summary>The actor that ended.</summary>
    public IActorRef DeadActor { get; } = deadActor;
}

/// <summary>No answer came in time.</summary>
/// <param name="message">How long was waited for whom.</param>
public sealed class AskTimeoutException(string? message) : AkkaException(message);

/// <summary>A stash has no room for another message.</summary>
/// <param name="message">Whose stash.</param>
/// <param name="cause">The exception behind it, if any.</param>
public class StashOverflowException(string? message, Exception? cause = null) : AkkaException(message, cause);

/// <summary>Something was asked of the kernel that it cannot do in its present state.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="cause">The exception behind it, if any.</param>
public class IllegalActorStateException(string? message, Exception? cause = null) : AkkaException(message, cause);

/// <summary>The scheduler was used after its end, or cannot be used as asked.</summary>
/// <param name="message">What is wrong.</param>
public sealed class SchedulerException(string message) : AkkaException(message);
