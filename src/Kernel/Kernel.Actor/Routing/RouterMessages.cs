using Akka.Event;

namespace Akka.Routing;

/// <summary>A message to a router itself; it is not routed.</summary>
public abstract class RouterManagementMessage
{
    private protected RouterManagementMessage()
    {
    }
}

/// <summary>Asks a router for its routees; it answers with <see cref="Routees"/>.</summary>
public sealed class GetRoutees : RouterManagementMessage
{
    /// <summary>An instance.</summary>
    public static readonly GetRoutees Instance = new();
}

/// <summary>The answer to <see cref="GetRoutees"/>.</summary>
/// <param name="routees">The routees.</param>
public sealed class Routees(IEnumerable<Routee> routees)
{
    /// <summary>The routees.</summary>
    public IEnumerable<Routee> Members { get; } = [.. routees];
}

/// <summary>Gives a router one more routee.</summary>
/// <param name="routee">The routee.</param>
public sealed class AddRoutee(Routee routee) : RouterManagementMessage
{
    /// <summary>The routee.</summary>
    public Routee Routee { get; } = routee;
}

/// <summary>Takes a routee from a router. A routee of a pool is stopped, a little later.</summary>
/// <param name="routee">The routee.</param>
public sealed class RemoveRoutee(Routee routee) : RouterManagementMessage
{
    /// <summary>The routee.</summary>
    public Routee Routee { get; } = routee;
}

/// <summary>Gives a pool more or fewer routees.</summary>
/// <param name="change">How many more; negative for fewer.</param>
public sealed class AdjustPoolSize(int change) : RouterManagementMessage
{
    /// <summary>How many more; negative for fewer.</summary>
    public int Change { get; } = change;
}

/// <summary>A message around another, which is unpacked for the routee.</summary>
/// <param name="message">The message that the routee gets.</param>
public abstract class RouterEnvelope(object message)
{
    /// <summary>The message that the routee gets.</summary>
    public object Message { get; } = message;
}

/// <summary>Sends a message to all routees of any router.</summary>
/// <param name="message">The message.</param>
public sealed class Broadcast(object message) : RouterEnvelope(message);

/// <summary>Tells a pool that its resizer is to be asked.</summary>
internal sealed class Resize : RouterManagementMessage, IDeadLetterSuppression
{
    public static readonly Resize Instance = new();
}
