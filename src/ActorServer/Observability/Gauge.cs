namespace ActorServer.Observability;

/// <summary>Numbers that a topology shows of itself: one for each value of a label, looked up when somebody asks.</summary>
/// <param name="Name">As OpenTelemetry has it: <c>actorserver.coroutines</c>. Prometheus' text has underscores for the dots.</param>
/// <param name="Unit">What is counted, as OpenTelemetry has it: <c>{coroutine}</c>.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Label">What distinguishes the numbers: <c>state</c>.</param>
/// <param name="Read">The numbers, with their values of the label. Called on any thread.</param>
public sealed record Gauge(string Name, string Unit, string Help, string Label, Func<IEnumerable<(string Value, long Count)>> Read)
{
    /// <summary>Whether the numbers only grow.</summary>
    public bool Sums { get; init; }
}
