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

/// <summary>Says that something is over, and nothing else.</summary>
public sealed class Done : IEquatable<Done>
{
    /// <summary>The one instance.</summary>
    public static readonly Done Instance = new();

    private Done()
    {
    }

    /// <inheritdoc/>
    public bool Equals(Done? other) => other is not null;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Done;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <inheritdoc/>
    public override string ToString() => "Done";
}
