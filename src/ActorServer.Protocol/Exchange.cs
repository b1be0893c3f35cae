namespace ActorServer.Protocol;

/// <summary>
/// A request and the reply to it, on their way between a protocol and a handler. The object is reused, for other connections too: nothing
/// of it may be kept after <see cref="IProtocol.Encode"/>.
/// </summary>
public abstract class Exchange
{
    /// <summary>A slot for the connection's owner, filled before each request is handled: the protocol never reads it.</summary>
    public object? Owner { get; set; }

    /// <summary>
    /// A slot for the handler, while it handles: which of several it is that answers, say. The protocol never reads it.
    /// </summary>
    public object? Match { get; set; }
}
