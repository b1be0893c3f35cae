using Akka.Actor;

namespace Akka.Streams;

/// <summary>A stream ended because its actor or materializer did.</summary>
/// <param name="message">What happened.</param>
/// <param name="cause">Why.</param>
public class AbruptTerminationException(string message, Exception? cause = null) : AkkaException(message, cause);

/// <summary>A stage ended because its actor or materializer did.</summary>
/// <param name="stage">The stage.</param>
public sealed class AbruptStageTerminationException(object stage) : AbruptTerminationException(
    $"GraphStage {stage} terminated abruptly, caused by for example materializer or actor system termination.");

/// <summary>A buffer with <see cref="OverflowStrategy.Fail"/> has overflown.</summary>
/// <param name="message">What happened.</param>
public sealed class BufferOverflowException(string message) : AkkaException(message);

/// <summary>A stream was used when it was over.</summary>
/// <param name="message">What happened.</param>
/// <param name="cause">Why.</param>
public sealed class StreamDetachedException(string message = "Stream is terminated. Materialized value is detached.", Exception? cause = null)
    : AkkaException(message, cause);

/// <summary>An actor that a stream depends on has ended.</summary>
/// <param name="message">What happened.</param>
public sealed class WatchedActorTerminatedException(string message) : AkkaException(message);

/// <summary>Nobody ran a substream in time.</summary>
/// <param name="message">What happened.</param>
public sealed class SubscriptionTimeoutException(string message) : AkkaException(message);

/// <summary>A stream whose first element was wanted had none.</summary>
/// <param name="message">What happened.</param>
public sealed class NoSuchElementException(string message) : AkkaException(message);

/// <summary>More elements came than were allowed.</summary>
/// <param name="max">How many were allowed.</param>
public sealed class StreamLimitReachedException(long max) : AkkaException($"Limit of {max} reached");

/// <summary>Why a subscription was cancelled.</summary>
public static class SubscriptionWithCancelException
{
    /// <summary>A cancellation that is no failure.</summary>
    public abstract class NonFailureCancellation : AkkaException
    {
        private protected NonFailureCancellation(string message)
            : base(message)
        {
        }
    }

    /// <summary>The stage downstream has enough.</summary>
    public sealed class NoMoreElementsNeeded : NonFailureCancellation
    {
        /// <summary>The one instance.</summary>
        public static readonly NoMoreElementsNeeded Instance = new();

        private NoMoreElementsNeeded()
            : base("No more elements needed")
        {
        }
    }

    /// <summary>The stage downstream is over.</summary>
    public sealed class StageWasCompleted : NonFailureCancellation
    {
        /// <summary>The one instance.</summary>
        public static readonly StageWasCompleted Instance = new();

        private StageWasCompleted()
            : base("Stage was completed")
        {
        }
    }
}
