namespace Akka.Streams;

/// <summary>How a stream is started again.</summary>
public sealed record RestartSettings
{
    private RestartSettings(TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        MinBackoff = minBackoff;
        MaxBackoff = maxBackoff;
        RandomFactor = randomFactor;
        MaxRestartsWithin = minBackoff;
    }

    /// <summary>Gets the time before the first restart; it doubles with each further one.</summary>
    public TimeSpan MinBackoff { get; init; }

    /// <summary>Gets the longest time before a restart.</summary>
    public TimeSpan MaxBackoff { get; init; }

    /// <summary>Gets the part of that time by which chance may lengthen it.</summary>
    public double RandomFactor { get; init; }

    /// <summary>Gets how often to restart.</summary>
    public int MaxRestarts { get; init; } = int.MaxValue;

    /// <summary>Gets the time without an end after which restarts are counted anew.</summary>
    public TimeSpan MaxRestartsWithin { get; init; }

    /// <summary>Makes settings.</summary>
    /// <param name="minBackoff">The time before the first restart.</param>
    /// <param name="maxBackoff">The longest time before a restart.</param>
    /// <param name="randomFactor">The part of that time by which chance may lengthen it.</param>
    /// <returns>The settings.</returns>
    public static RestartSettings Create(TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) => new(minBackoff, maxBackoff, randomFactor);

    /// <summary>Bounds the number of restarts.</summary>
    /// <param name="count">How often to restart.</param>
    /// <param name="within">The time without an end after which restarts are counted anew.</param>
    /// <returns>The settings.</returns>
    public RestartSettings WithMaxRestarts(int count, TimeSpan within) => this with { MaxRestarts = count, MaxRestartsWithin = within };

    internal TimeSpan Backoff(int restarts)
    {
        var ticks = Math.Min(MaxBackoff.Ticks, MinBackoff.Ticks * Math.Pow(2, Math.Min(restarts, 30)));
        return TimeSpan.FromTicks((long)(ticks * (1 + (Random.Shared.NextDouble() * RandomFactor))));
    }
}
