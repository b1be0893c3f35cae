using Akka.Actor;
using Akka.Configuration;

namespace Akka.Routing;

/// <summary>Says how many routees a pool should have.</summary>
public abstract class Resizer
{
    /// <summary>Whether the pool is to ask for its size now. Several threads may ask at once.</summary>
    /// <param name="messageCounter">How many messages the pool has routed.</param>
    /// <returns>True when it is.</returns>
    public abstract bool IsTimeForResize(long messageCounter);

    /// <summary>How many more routees there should be. Only one thread asks at a time.</summary>
    /// <param name="currentRoutees">The routees.</param>
    /// <returns>How many more; negative for fewer.</returns>
    public abstract int Resize(IEnumerable<Routee> currentRoutees);

    /// <summary>The resizer that a deployment asks for; null when it is not enabled.</summary>
    /// <param name="parentConfig">The deployment's section.</param>
    /// <returns>The resizer, or null.</returns>
    public static Resizer? FromConfig(Config parentConfig) =>
        parentConfig.GetConfig("resizer") is var resizer && resizer.GetBoolean("enabled") ? DefaultResizer.Apply(resizer) : null;
}

/// <summary>Adds routees when all are busy, and removes some when few are.</summary>
public class DefaultResizer : Resizer, IEquatable<DefaultResizer>
{
    /// <summary>Creates a resizer.</summary>
    /// <param name="lower">The least number of routees.</param>
    /// <param name="upper">The greatest number of routees.</param>
    /// <param name="pressureThreshold">When a routee is busy: 0, when it handles a message; 1, when one more waits; more, when so many wait.</param>
    /// <param name="rampupRate">How many are added when all are busy, as a part of the present number.</param>
    /// <param name="backoffThreshold">Below which part of busy routees some are removed; 0 for never.</param>
    /// <param name="backoffRate">How many are removed, as a part of the present number.</param>
    /// <param name="messagesPerResize">After how many messages the number is looked at again.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public DefaultResizer(
        int lower,
        int upper,
        int pressureThreshold = 1,
        double rampupRate = 0.2,
        double backoffThreshold = 0.3,
        double backoffRate = 0.1,
        int messagesPerResize = 10)
    {
        Require(lower >= 0, "lowerBound must be >= 0", lower);
        Require(upper >= lower, "upperBound must be >= lowerBound", upper);
        Require(pressureThreshold >= 0, "pressureThreshold must be >= 0", pressureThreshold);
        Require(rampupRate >= 0, "rampupRate must be >= 0", rampupRate);
        Require(backoffThreshold is >= 0 and <= 1, "backoffThreshold must be within 0 and 1", backoffThreshold);
        Require(backoffRate is >= 0 and <= 1, "backoffRate must be within 0 and 1", backoffRate);
        Require(messagesPerResize > 0, "messagesPerResize must be > 0", messagesPerResize);
        LowerBound = lower;
        UpperBound = upper;
        PressureThreshold = pressureThreshold;
        RampupRate = rampupRate;
        BackoffThreshold = backoffThreshold;
        BackoffRate = backoffRate;
        MessagesPerResize = messagesPerResize;
    }

    /// <summary>The least number of routees.</summary>
    public int LowerBound { get; }

    /// <summary>The greatest number of routees.</summary>
    public int UpperBound { get; }

    /// <summary>When a routee is busy.</summary>
    public int PressureThreshold { get; }

    /// <summary>How many are added when all are busy, as a part of the present number.</summary>
    public double RampupRate { get; }

    /// <summary>Below which part of busy routees some are removed.</summary>
    public double BackoffThreshold { get; }

    /// <summary>How many are removed, as a part of the present number.</summary>
    public double BackoffRate { get; }

    /// <summary>After how many messages the number is looked at again.</summary>
    public int MessagesPerResize { get; }

    /// <summary>Creates a resizer from a section <c>resizer</c>.</summary>
    /// <param name="resizerConfig">The section.</param>
    /// <returns>The resizer.</returns>
    public static DefaultResizer Apply(Config resizerConfig) => new(
        resizerConfig.GetInt("lower-bound", 1),
        resizerConfig.GetInt("upper-bound", 10),
        resizerConfig.GetInt("pressure-threshold", 1),
        resizerConfig.GetDouble("rampup-rate", 0.2),
        resizerConfig.GetDouble("backoff-threshold", 0.3),
        resizerConfig.GetDouble("backoff-rate", 0.1),
        resizerConfig.GetInt("messages-per-resize", 10));

    /// <inheritdoc/>
    public override bool IsTimeForResize(long messageCounter) => messageCounter % MessagesPerResize == 0;

    /// <inheritdoc/>
    public override int Resize(IEnumerable<Routee> currentRoutees) => Capacity(currentRoutees);

    /// <summary>How many more routees there should be, within the bounds.</summary>
    /// <param name="currentRoutees">The routees.</param>
    /// <returns>How many more; negative for fewer.</returns>
    public int Capacity(IEnumerable<Routee> currentRoutees)
    {
        Routee[] routees = [.. currentRoutees];
        var wanted = routees.Length + Filter(Pressure(routees), routees.Length);
        return Math.Clamp(wanted, LowerBound, UpperBound) - routees.Length;
    }

    /// <summary>How many routees are busy.</summary>
    /// <param name="currentRoutees">The routees.</param>
    /// <returns>The number.</returns>
    public int Pressure(IEnumerable<Routee> currentRoutees) => currentRoutees.Count(
        routee => routee is ActorRefRoutee { Actor: LocalActorRef { Cell: var cell } } && IsBusy(cell));

    /// <summary>How many more routees there should be, bounds aside.</summary>
    /// <param name="pressure">How many routees are busy.</param>
    /// <param name="capacity">How many there are.</param>
    /// <returns>How many more; negative for fewer.</returns>
    public int Filter(int pressure, int capacity) => Rampup(pressure, capacity) + Backoff(pressure, capacity);

    /// <summary>How many to add.</summary>
    /// <param name="pressure">How many routees are busy.</param>
    /// <param name="capacity">How many there are.</param>
    /// <returns>A number that is not negative.</returns>
    public int Rampup(int pressure, int capacity) => pressure < capacity ? 0 : (int)Math.Ceiling(RampupRate * capacity);

    /// <summary>How many to remove.</summary>
    /// <param name="pressure">How many routees are busy.</param>
    /// <param name="capacity">How many there are.</param>
    /// <returns>A number that is not positive.</returns>
    public int Backoff(int pressure, int capacity) =>
        BackoffThreshold > 0 && BackoffRate > 0 && capacity > 0 && (double)pressure / capacity < BackoffThreshold
            ? (int)Math.Floor(-BackoffRate * capacity)
            : 0;

    /// <inheritdoc/>
    public bool Equals(DefaultResizer? other) => other is not null
        && (LowerBound, UpperBound, PressureThreshold, MessagesPerResize) == (other.LowerBound, other.UpperBound, other.PressureThreshold, other.MessagesPerResize)
        && RampupRate.Equals(other.RampupRate) && BackoffThreshold.Equals(other.BackoffThreshold) && BackoffRate.Equals(other.BackoffRate);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DefaultResizer);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(LowerBound, UpperBound, PressureThreshold, MessagesPerResize);

    private static void Require(bool condition, string what, double value)
    {
        if (!condition)
            throw new ArgumentException($"{what}, was: [{value}]");
    }

    private bool IsBusy(ActorCell cell) => PressureThreshold switch
    {
        0 => cell.CurrentMessage is not null,
        1 => cell.CurrentMessage is not null && cell.HasMessages,
        _ => cell.NumberOfMessages >= PressureThreshold,
    };
}
