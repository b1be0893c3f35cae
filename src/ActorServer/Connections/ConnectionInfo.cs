using System.Net;
using ActorServer.IO.Sockets;
using ActorServer.Protocol;
using ActorServer.Server;
using Akka.Actor;

namespace ActorServer.Connections;

/// <summary>What is known of the connection that a request came on: <c>GET /whoami</c> shows it.</summary>
public sealed class ConnectionInfo
{
    private readonly ConnectionSocket _socket;
    private readonly Outbox? _outbox;

    internal ConnectionInfo(ServerInfo server, long id, ConnectionSocket socket, int acceptedThread, Outbox? outbox) =>
        (Server, Id, _socket, AcceptedThread, _outbox) = (server, id, socket, acceptedThread, outbox);

    /// <summary>The server that accepted it.</summary>
    public ServerInfo Server { get; }

    /// <summary>Counted from 1 per server.</summary>
    public long Id { get; }

    /// <summary>The actor that serves it. To be told when the connection has ended, watch it.</summary>
    public IActorRef Actor { get; internal set; } = ActorRefs.Nobody;

    /// <summary>The path of the actor that serves it, or of the one that owns the process which does.</summary>
    public string ActorPath
    {
        get => field ?? Actor.Path.ToString();
        internal set;
    }

    /// <summary>The id of the dispatcher that runs the actor.</summary>
    public string Dispatcher { get; internal set; } = "";

    /// <summary>The kernel's id of the thread that accepted the connection.</summary>
    public int AcceptedThread { get; }

    /// <summary>The kernel's id of the thread that read the last bytes.</summary>
    public int ReadThread { get; internal set; }

    /// <summary>The kernel's id of the thread that handles the current request.</summary>
    public int HandleThread { get; internal set; }

    /// <summary>The kernel's id of the thread that wrote the previous reply; 0 before the first.</summary>
    public int WriteThread { get; internal set; }

    /// <summary>
    /// The clock to wait with: <c>Task.Delay(time, connection.Time)</c>. Where the topology keeps asynchronous handlers on an event loop, its
    /// timers are the loop's own; elsewhere it is the system's.
    /// </summary>
    public TimeProvider Time { get; internal set; } = TimeProvider.System;

    /// <summary>
    /// Sends the client a line of the <c>line</c> protocol that answers none of its own: when the connection has time for it, after what was
    /// sent to it before. Any thread, at any time; never waits. It goes on counting as in use for <c>keep-alive-timeout</c>.
    /// </summary>
    /// <param name="line">The line, without its end; not to be changed from here on, and good for many clients.</param>
    /// <returns>
    /// False when the connection is over, or more than 64 KiB would wait for a client that does not read. True does not mean that it arrives.
    /// </returns>
    /// <exception cref="InvalidOperationException">The protocol has no such lines.</exception>
    public bool TrySend(ReadOnlyMemory<byte> line) =>
        _outbox?.Add(line) ?? throw new InvalidOperationException("only clients of the line protocol can be sent what they have not asked for");

    /// <summary>One for a request that is handled beside others of the connection.</summary>
    internal ConnectionInfo Copy() => (ConnectionInfo)MemberwiseClone();

    /// <summary>The peer, asked of the kernel; null when it is gone already. Any thread.</summary>
    public IPEndPoint? RemoteEndPoint => _socket.RemoteEndPoint;
}

/// <summary>Gives handlers the way from an exchange to its connection.</summary>
public static class ExchangeExtensions
{
    extension(Exchange exchange)
    {
        /// <summary>The connection that the request came on.</summary>
        /// <exception cref="InvalidOperationException">The exchange was not made by a server (a test of the handler alone).</exception>
        public ConnectionInfo Connection =>
            exchange.Owner as ConnectionInfo ?? throw new InvalidOperationException("this exchange belongs to no connection");
    }
}
