using Akka.Event;

namespace Akka.TestKit;

/// <summary>Picks log events.</summary>
public interface IEventFilter
{
    /// <summary>Looks at an event; called on the logger.</summary>
    /// <param name="logEvent">The event.</param>
    /// <returns>True to take it: it is not logged then.</returns>
    bool Apply(LogEvent logEvent);
}

/// <summary>A mute that can be taken back.</summary>
public interface IUnmutableFilter : IDisposable
{
    /// <summary>Takes it back.</summary>
    void Unmute();
}
