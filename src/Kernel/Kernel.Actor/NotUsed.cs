namespace Akka;

/// <summary>The materialized value of a graph that has none.</summary>
public sealed class NotUsed : IEquatable<NotUsed>
{
    /// <summary>The one instance.</summary>
    public static readonly NotUsed Instance = new();

    private NotUsed()
    {
    }

    /// <inheritdoc/>
    public bool Equals(NotUsed? other) => other is not null;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NotUsed;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <inheritdoc/>
    public override string ToString() => "NotUsed";
}
