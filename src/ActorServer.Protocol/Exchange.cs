namespace ActorServer.Protocol;

/// <summary>
/// A request and the reply to it, on their way between a protocol and a handler. One object per connection, reused for every request:
/// nothing of it may be kept after <see cref="IProtocol.Encode"/>.
/// </summary>
public abstract class Exchange
{
    /// <summary>A slot for the connection's owner: the protocol never reads it, and it survives from request to request.</summary>
    public object? Owner { get; set; }

    /// <summary>A slot for the handler: which of several it is that answers, say. The protocol never reads it, and it survives from request to request.</summary>
    public object? Match { get; set; }
}
