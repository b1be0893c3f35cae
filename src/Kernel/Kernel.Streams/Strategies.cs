namespace Akka.Streams;

/// <summary>What a full buffer does with an element that comes.</summary>
public enum OverflowStrategy
{
    /// <summary>Drops the oldest element of the buffer.</summary>
    DropHead = 2,

    /// <summary>Drops the youngest element of the buffer.</summary>
    DropTail = 3,

    /// <summary>Drops the whole buffer.</summary>
    DropBuffer = 4,

    /// <summary>Drops the element that comes.</summary>
    DropNew = 5,

    /// <summary>Asks for no element until there is room.</summary>
    Backpressure = 6,

    /// <summary>Fails the stream.</summary>
    Fail = 7,
}

/// <summary>What a throttle does when elements come too fast.</summary>
public enum ThrottleMode
{
    /// <summary>Lets them wait.</summary>
    Shaping,

    /// <summary>Fails the stream.</summary>
    Enforcing,
}

/// <summary>What has become of an element that was offered to a queue.</summary>
public interface IQueueOfferResult;

/// <summary>The results of an offer.</summary>
public static class QueueOfferResult
{
    /// <summary>The element was taken.</summary>
    public sealed class Enqueued : IQueueOfferResult
    {
        /// <summary>The one instance.</summary>
        public static readonly Enqueued Instance = new();

        private Enqueued()
        {
        }
    }

    /// <summary>The element was dropped.</summary>
    public sealed class Dropped : IQueueOfferResult
    {
        /// <summary>The one instance.</summary>
        public static readonly Dropped Instance = new();

        private Dropped()
        {
        }
    }

    /// <summary>The stream is over.</summary>
    public sealed class QueueClosed : IQueueOfferResult
    {
        /// <summary>The one instance.</summary>
        public static readonly QueueClosed Instance = new();

        private QueueClosed()
        {
        }
    }

    /// <summary>The stream has failed.</summary>
    /// <param name="cause">Why.</param>
    public sealed class Failure(Exception cause) : IQueueOfferResult
    {
        /// <summary>Gets why.</summary>
        public Exception Cause { get; } = cause;
    }
}
