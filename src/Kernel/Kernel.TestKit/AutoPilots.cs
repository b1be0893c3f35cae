using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Reacts to every message that a test actor gets, on the test actor, before the test sees the message.</summary>
public abstract class AutoPilot
{
    /// <summary>Ends the auto pilot.</summary>
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    /// <summary>Lets the same auto pilot go on.</summary>
    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <summary>Reacts to a message.</summary>
    /// <param name="sender">Who sent it; dead letters when nobody did.</param>
    /// <param name="message">The message.</param>
    /// <returns>The auto pilot for the next message: another one, <see cref="KeepRunning"/> or <see cref="NoAutoPilot"/>.</returns>
    public abstract AutoPilot Run(IActorRef sender, object message);
}

/// <summary>No auto pilot.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    /// <summary>The only instance.</summary>
    public static readonly NoAutoPilot Instance = new();

    private NoAutoPilot()
    {
    }

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>An answer of <see cref="AutoPilot.Run"/>: the same again.</summary>
public sealed class KeepRunning : AutoPilot
{
    /// <summary>The only instance.</summary>
    public static readonly KeepRunning Instance = new();

    private KeepRunning()
    {
    }

    /// <summary>Not to be called.</summary>
    /// <param name="sender">Who sent the message.</param>
    /// <param name="message">The message.</param>
    /// <returns>Never.</returns>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException($"{nameof(KeepRunning)} is an answer, not an auto pilot.");
}

/// <summary>An auto pilot made of a function.</summary>
/// <param name="func">Reacts to sender and message; returns the next auto pilot.</param>
public sealed class DelegateAutoPilot(Func<IActorRef, object, AutoPilot> func) : AutoPilot
{
    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => func(sender, message);
}
