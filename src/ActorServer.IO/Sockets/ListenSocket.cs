using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorServer.IO.Native;

namespace ActorServer.IO.Sockets;

/// <summary>A listening TCP socket on a raw descriptor: socket(2), bind(2), listen(2), accept4(2).</summary>
public sealed unsafe class ListenSocket : IDisposable
{
    // Bytes that the kernel holds beyond what is on its way to the client (tcp(7), TCP_NOTSENT_LOWAT); accepted sockets inherit it.
    private const int Unsent = 128 * 1024;

    private readonly Lock _gate = new(); // of the descriptor's end
    private readonly Queue<int> _kept = new();
    private volatile bool _refuses;
    private bool _disposed;
    private int _shares;

    private ListenSocket(int descriptor, IPEndPoint endPoint)
    {
        Descriptor = descriptor;
        EndPoint = endPoint;
    }

    /// <summary>The descriptor; non-blocking.</summary>
    public int Descriptor { get; }

    /// <summary>The address that the kernel bound: with port 0, the port it picked.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Binds and listens.</summary>
    /// <param name="endPoint">An address of this machine; port 0 picks a free one.</param>
    /// <param name="backlog">How many connections may wait to be accepted; the kernel caps it at <c>net.core.somaxconn</c>.</param>
    /// <param name="reusePort">Lets several sockets share the port, among which the kernel spreads connections (SO_REUSEPORT).</param>
    /// <exception cref="SystemCallException">The call that failed, its errno and what the operator can do.</exception>
    public static ListenSocket Bind(IPEndPoint endPoint, int backlog, bool reusePort = false) => Open(endPoint, reusePort, backlog);

    /// <summary>
    /// Binds without listening: the port is taken, and sockets with SO_REUSEPORT can listen there, which get all connections. Not to be
    /// accepted from.
    /// </summary>
    /// <param name="endPoint">An address of this machine; port 0 picks a free one.</param>
    /// <exception cref="SystemCallException">The call that failed, its errno and what the operator can do.</exception>
    public static ListenSocket Reserve(IPEndPoint endPoint) => Open(endPoint, reusePort: true, backlog: null);

    /// <summary>Takes a listening socket over that another process has made.</summary>
    /// <param name="descriptor">The socket; owned from here on.</param>
    /// <exception cref="SystemCallException">It is no bound socket.</exception>
    public static ListenSocket Inherit(int descriptor) =>
        new(descriptor, ConnectionSocket.Name(descriptor, peer: false) ?? throw new SystemCallException($"getsockname({descriptor})", Marshal.GetLastPInvokeError()));

    private static ListenSocket Open(IPEndPoint endPoint, bool reusePort, int? backlog)
    {
        var address = endPoint.Serialize();
        var descriptor = SocketCalls.Socket(endPoint.AddressFamily == AddressFamily.InterNetwork ? SocketCalls.AF_INET : SocketCalls.AF_INET6);
        if (descriptor < 0) throw new SystemCallException("socket", -descriptor, "raise the limit of open files (ulimit -n)");
        try
        {
            // A restarted server must not wait for its predecessor's connections in TIME_WAIT (socket(7)).
            Option(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEADDR, "SO_REUSEADDR");
            if (reusePort) Option(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEPORT, "SO_REUSEPORT");
            // Replies leave in one write; Nagle's delay would only hold back the last segment. Linux hands this on to accepted sockets.
            Option(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_NODELAY, "TCP_NODELAY");
            // Without a bound the kernel takes megabytes that no client has read: a slow reader would cost that much, and look fast.
            if (OperatingSystem.IsLinux()) _ = SocketCalls.SetOption(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_NOTSENT_LOWAT, Unsent);
            fixed (byte* pointer = address.Buffer.Span)
            {
                if (SocketCalls.bind(descriptor, pointer, address.Size) < 0) throw Failed("bind", Marshal.GetLastPInvokeError(), endPoint);
            }

            if (backlog is { } most && SocketCalls.listen(descriptor, most) < 0) throw Failed("listen", Marshal.GetLastPInvokeError(), endPoint);
            return new ListenSocket(descriptor, ConnectionSocket.Name(descriptor, peer: false) ?? endPoint);
        }
        catch
        {
            _ = SocketCalls.close(descriptor);
            throw;
        }
    }

    /// <summary>Takes the next pending connection without waiting.</summary>
    /// <param name="connection">The connection, owned by the caller; null unless the outcome is <see cref="AcceptOutcome.Accepted"/>.</param>
    /// <exception cref="SystemCallException">The listening socket itself is broken.</exception>
    public AcceptOutcome Accept(out ConnectionSocket? connection)
    {
        connection = null;
        var result = SocketCalls.Accept(Descriptor);
        var descriptor = result >= 0 ? result : TakeKept();
        if (descriptor >= 0)
        {
            connection = new ConnectionSocket(descriptor);
            return AcceptOutcome.Accepted;
        }

        var errno = -result;
        if (errno == Errno.EAGAIN || (errno == Errno.EINVAL && _refuses)) return AcceptOutcome.NonePending;
        if (errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM || errno == Errno.ENOBUFS) return AcceptOutcome.OutOfResources;
        // accept(2): errors of the new connection, already pending, are passed on; treat them like a connection that is gone.
        if (errno is Errno.EBADF or Errno.EINVAL) throw new SystemCallException($"accept({EndPoint})", errno);
        return AcceptOutcome.ConnectionGone;
    }

    /// <summary>
    /// Whether a connection can be accepted only when its first bytes are there, or a second after it was made (tcp(7), TCP_DEFER_ACCEPT).
    /// Linux only; elsewhere it makes no difference.
    /// </summary>
    /// <param name="defer">What holds for connections from now on.</param>
    /// <exception cref="SystemCallException">The kernel refused.</exception>
    public void DeferAccept(bool defer)
    {
        if (OperatingSystem.IsLinux()) Option(Descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT", defer ? 1 : 0);
    }

    /// <summary>Lets further sockets share the port from now on, as if it had been bound so.</summary>
    /// <exception cref="SystemCallException">The kernel refused.</exception>
    public void AllowOthers()
    {
        Option(Descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_REUSEPORT, "SO_REUSEPORT");
        if (OperatingSystem.IsLinux()) _ = SocketCalls.SteerToAll(Descriptor); // ENOENT: nothing steers
    }

    /// <summary>
    /// Of the sockets that share the port this one, which was there first, gets all new connections: others can accept what they have and
    /// be closed without a loss. Linux only; elsewhere clients that connect in the moment before such a close are reset.
    /// </summary>
    /// <exception cref="SystemCallException">The kernel refused.</exception>
    public void TakeAll()
    {
        if (!OperatingSystem.IsLinux()) return;
        var result = SocketCalls.SteerToFirst(Descriptor);
        if (result < 0) throw new SystemCallException("setsockopt(SO_ATTACH_REUSEPORT_CBPF)", -result);
    }

    /// <summary>Whether <see cref="Refuse"/> was called: an accept may say that the socket does not listen (EINVAL).</summary>
    public bool Refuses => _refuses;

    /// <summary>
    /// From now on nobody can connect, though whoever accepts from the socket cannot close it yet. Those who wait in the kernel's queue are
    /// kept for them: <see cref="Accept"/> brings them. Any thread, any time: a socket that was closed is left alone. Not for one that
    /// other processes accept from. Linux only (shutdown(2) of a socket that listens); elsewhere the kernel goes on to queue clients.
    /// </summary>
    /// <param name="most">How many may wait: more are not looked for, and are reset.</param>
    public void Refuse(int most)
    {
        if (!OperatingSystem.IsLinux()) return;
        lock (_gate)
        {
            if (_disposed || _refuses) return;
            _refuses = true; // first: who finds nobody waits for what is kept here
            for (; most > 0 && SocketCalls.Accept(Descriptor) is var client && (client >= 0 || client == -Errno.ECONNABORTED); most--)
            {
                if (client >= 0) _kept.Enqueue(client);
            }

            _ = SocketCalls.shutdown(Descriptor, SocketCalls.SHUT_RDWR);
        }
    }

    /// <summary>The next client that <see cref="Refuse"/> has kept; for those who accept in another way than by <see cref="Accept"/>.</summary>
    /// <returns>Its descriptor, owned by the caller; -1 if there is none.</returns>
    public int TakeKept()
    {
        if (!_refuses) return -1;
        lock (_gate) return _kept.TryDequeue(out var descriptor) ? descriptor : -1;
    }

    /// <summary>One more acceptor takes connections from the socket.</summary>
    public void Share() => Interlocked.Increment(ref _shares);

    /// <summary>
    /// One acceptor takes no more; the last closes the socket. At once, for every client that connects after the last accept is reset.
    /// </summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _shares) == 0) Dispose();
    }

    /// <summary>Closes the socket; connections that were not accepted yet are reset by the kernel.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _ = SocketCalls.close(Descriptor);
            while (_kept.TryDequeue(out var client)) _ = SocketCalls.close(client);
        }
    }

    private static void Option(int descriptor, int level, int name, string what, int value = 1)
    {
        var result = SocketCalls.SetOption(descriptor, level, name, value);
        if (result < 0) throw new SystemCallException($"setsockopt({what})", -result);
    }

    private static SystemCallException Failed(string call, int errno, IPEndPoint endPoint) => new($"{call}({endPoint})", errno, errno switch
    {
        Errno.EACCES => $"port {endPoint.Port} is privileged: choose one from 1024 up, or grant CAP_NET_BIND_SERVICE",
        _ when errno == Errno.EADDRINUSE => $"another process listens on port {endPoint.Port} (ss -ltnp shows it); stop it or choose another port",
        _ when errno == Errno.EADDRNOTAVAIL => $"{endPoint.Address} is not an address of this machine",
        _ => null,
    });
}

/// <summary>How an accept ended.</summary>
public enum AcceptOutcome
{
    /// <summary>A connection was taken.</summary>
    Accepted,

    /// <summary>No connection waits.</summary>
    NonePending,

    /// <summary>The connection was gone before it was taken; the next may be well.</summary>
    ConnectionGone,

    /// <summary>No descriptor or memory left (EMFILE, ENFILE, ENOBUFS, ENOMEM); the connection still waits.</summary>
    OutOfResources,
}
