using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>
/// One wire between two stages of an island. Demand travels up, elements travel down, and each is one change of
/// <see cref="State"/>: idle → pulling → demanded → pushing → idle. Closing is said by flags beside it, so that an element
/// under way is delivered before the completion that follows it.
/// </summary>
internal abstract class Connection
{
    /// <summary>The consumer may pull.</summary>
    public const int Idle = 1;

    /// <summary>A pull is under way.</summary>
    public const int Pulling = 2;

    /// <summary>The producer may push.</summary>
    public const int Demanded = 4;

    /// <summary>An element is under way.</summary>
    public const int Pushing = 8;

    /// <summary>There is an element that nobody has grabbed.</summary>
    public const int Full = 16;

    /// <summary>The consumer takes no more.</summary>
    public const int InClosed = 32;

    /// <summary>The producer gives no more.</summary>
    public const int OutClosed = 64;

    /// <summary>The producer gives no more because of <see cref="Cause"/>.</summary>
    public const int Failed = 128;

    public int State = Idle;

    public GraphStageLogic Producer = null!;

    public GraphStageLogic Consumer = null!;

    /// <summary>The handler at the consumer, and the same one once more if it is a flow, which is quicker to call.</summary>
    public IInHandler InHandler = null!;

    public InAndOutGraphStageLogic? InFlow;

    /// <summary>The handler at the producer.</summary>
    public IOutHandler OutHandler = null!;

    /// <summary>Where the producer does nothing about demand but pull itself: what it pulls.</summary>
    public Connection? DemandGoesTo;

    /// <summary>Why the producer failed or the consumer cancelled.</summary>
    public Exception? Cause;
}

internal sealed class Connection<T> : Connection
{
    public T? Slot;
}
