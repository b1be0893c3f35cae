using ActorServer.IO.Sockets;

namespace ActorServer.Bench.Load;

/// <summary>What a load loop knows of one of its connections.</summary>
internal sealed class LoadConnection
{
    public ConnectionSocket? Socket;

    /// <summary>What is asked, or null while nothing is.</summary>
    public byte[]? Request;

    /// <summary>How much of the request the kernel has taken.</summary>
    public int Sent;

    /// <summary>When the request was meant to be sent.</summary>
    public long Intended;

    /// <summary>Whether the poller reports when it can be written.</summary>
    public bool WatchesWrite;

    /// <summary>Whether any request of this connection was ever answered.</summary>
    public bool Answered;

    public readonly ReplyParser Parser = new();
}
