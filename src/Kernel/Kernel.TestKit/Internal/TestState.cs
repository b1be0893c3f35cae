using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>What a test kit has once its actor system runs.</summary>
internal sealed record TestState(
    ActorSystem System,
    TestKitSettings Settings,
    ILoggingAdapter Log,
    TestQueue Queue,
    IActorRef TestActor,
    EventFilterFactory EventFilter)
{
    /// <summary>The last message that the test has received.</summary>
    public MessageEnvelope Last { get; set; } = NullMessageEnvelope.Instance;

    /// <summary>The end of the innermost <c>Within</c>, if any.</summary>
    public TimeSpan? End { get; set; }

    /// <summary>Whether the test has just waited for nothing to come; then a <c>Within</c> may last a bit too long.</summary>
    public bool LastWasNoMsg { get; set; }
}
