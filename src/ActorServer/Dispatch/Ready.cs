using ActorServer.IO.Polling;
using Akka.Event;

namespace ActorServer.Dispatch;

/// <summary>
/// A registered descriptor is ready. The instances are shared: telling an actor of readiness allocates nothing. One that arrives late,
/// when the actor is gone already, is no dead letter.
/// </summary>
public sealed class Ready : IDeadLetterSuppression
{
    private static readonly Ready[] All = [.. Enumerable.Range(0, 8).Select(bits => new Ready((Readiness)bits))];

    private Ready(Readiness readiness) => Readiness = readiness;

    /// <summary>What the descriptor is ready for.</summary>
    public Readiness Readiness { get; }

    /// <summary>The instance for a readiness.</summary>
    /// <param name="readiness">Any combination.</param>
    public static Ready For(Readiness readiness) => All[(int)readiness];

    /// <inheritdoc/>
    public override string ToString() => $"Ready({Readiness})";
}
