namespace ActorServer.Protocol;

/// <summary>What the owner of a connection must do next: the whole vocabulary between a protocol and whoever does its I/O.</summary>
public enum Step
{
    /// <summary>Receive bytes into <see cref="IProtocol.Input"/>, then report them with <see cref="IProtocol.Received"/>.</summary>
    Read,

    /// <summary>Handle <see cref="IProtocol.Exchange"/>, then call <see cref="IProtocol.Encode"/> (or <see cref="IProtocol.Fail"/>).</summary>
    Handle,

    /// <summary>
    /// Nothing is left to do until the oldest of the requests that were taken out is answered
    /// (<see cref="Http1.HttpProtocol.TakeOut"/>; it is no step of those that take none out).
    /// </summary>
    Wait,

    /// <summary>Send <see cref="IProtocol.Output"/>, then report what went out with <see cref="IProtocol.Sent"/>.</summary>
    Write,

    /// <summary>Close the connection: nothing is left to send. <see cref="IProtocol.EndReason"/> says why.</summary>
    Close,

    /// <summary>
    /// The peer was told that the protocol switches (101) and everything has been sent: take what already arrived with
    /// <see cref="IProtocol.TakeBuffered"/> and carry on in the new protocol.
    /// </summary>
    Upgrade,
}

/// <summary>Where a connection stands; deadlines hang on it. It is as of the last call of <see cref="IProtocol.Next"/>.</summary>
public enum Phase
{
    /// <summary>Between requests: nothing of the next one has arrived (keep-alive deadline).</summary>
    Idle,

    /// <summary>A request has begun and its head is incomplete (header deadline).</summary>
    Head,

    /// <summary>The head is complete and the body is arriving (minimum request rate).</summary>
    Body,

    /// <summary>A request is with its handler.</summary>
    Handling,

    /// <summary>Output is waiting to be sent (minimum response rate).</summary>
    Writing,

    /// <summary>The connection was handed to another protocol.</summary>
    Upgraded,

    /// <summary>Nothing is left to do but to close.</summary>
    Closed,
}
