namespace ActorServer.Connections;

/// <summary>How an event loop reports readiness (epoll(7), "Level-triggered and edge-triggered").</summary>
public enum Trigger
{
    /// <summary>A state, for as long as it lasts.</summary>
    Level,

    /// <summary>A change, once.</summary>
    Edge,
}
