namespace Akka.TestKit.TestEvent;

/// <summary>Published on the event stream, tells <see cref="TestEventListener"/> to use some filters.</summary>
/// <param name="filters">The filters.</param>
public sealed class Mute(params IEventFilter[] filters)
{
    /// <summary>The filters.</summary>
    public IReadOnlyCollection<IEventFilter> Filters { get; } = filters;
}

/// <summary>Published on the event stream, takes a <see cref="Mute"/> back.</summary>
/// <param name="filters">The same filters.</param>
public sealed class Unmute(params IEventFilter[] filters)
{
    /// <summary>The filters.</summary>
    public IReadOnlyCollection<IEventFilter> Filters { get; } = filters;
}

/// <summary>Published on the event stream, is completed by the listener once it has seen everything that was published before.</summary>
internal sealed record Flush(TaskCompletionSource Done);
