using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using ActorServer.IO.Native;

namespace ActorServer.IO.Sockets;

/// <summary>
/// A connected TCP socket on a raw descriptor. One owner reads, writes and closes it; <see cref="Abort"/> and <see cref="RemoteEndPoint"/>
/// may come from any thread.
/// </summary>
public sealed unsafe class ConnectionSocket : IDisposable
{
    private const int Open = 0, Visited = 1, Closed = 2;

    private readonly Action<int>? _close;
    private int _state;

    /// <summary>Takes ownership of a connected descriptor.</summary>
    /// <param name="descriptor">The descriptor; non-blocking, if <see cref="Receive"/> and <see cref="Send"/> are to be used.</param>
    /// <param name="close">Closes it in the owner's order, behind what an engine still does with it; null closes it at once.</param>
    public ConnectionSocket(int descriptor, Action<int>? close = null)
    {
        Descriptor = descriptor;
        _close = close;
        // Linux hands the listening socket's option on.
        if (!OperatingSystem.IsLinux()) _ = SocketCalls.SetOption(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_NODELAY, 1);
    }

    /// <summary>The descriptor. Its number may belong to somebody else once <see cref="IsClosed"/>.</summary>
    public int Descriptor { get; }

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    public bool IsClosed => Volatile.Read(ref _state) == Closed;

    /// <summary>
    /// The peer's address, asked of the kernel; null when it is gone already, or the socket closed, or the end of a <see cref="Pair"/>. Any thread.
    /// </summary>
    public IPEndPoint? RemoteEndPoint
    {
        get
        {
            if (!TryLeave(Visited)) return null;
            var peer = Name(Descriptor, peer: true);
            Volatile.Write(ref _state, Open);
            return peer;
        }
    }

    /// <summary>Bytes that have arrived and were not read (FIONREAD, tcp(7)).</summary>
    public int Unread
    {
        get
        {
            var count = 0;
            return SocketCalls.ioctl(Descriptor, SocketCalls.FIONREAD, &count) < 0 ? 0 : count;
        }
    }

    /// <summary>Whether the next <see cref="Receive"/> has something to tell: bytes, the end of the peer's stream or a failure.</summary>
    public bool HasNews => SocketCalls.Peek(Descriptor) != -Errno.EAGAIN;

    /// <summary>Two sockets that are connected with each other and with nobody else (unix(7), socketpair(2)); no call of theirs waits.</summary>
    /// <exception cref="SystemCallException">The process is out of descriptors.</exception>
    [SupportedOSPlatform("linux")]
    public static (ConnectionSocket Client, ConnectionSocket Server) Pair()
    {
        var (client, server) = ProcessCalls.NewPair(SocketCalls.SOCK_STREAM | ProcessCalls.SOCK_NONBLOCK);
        return (new ConnectionSocket(client), new ConnectionSocket(server));
    }

    /// <summary>
    /// From now on <see cref="Receive"/> and <see cref="Send"/> wait until they have something to return (O_NONBLOCK is cleared). What ends
    /// the wait besides the peer is <see cref="Abort"/>, or <see cref="ThreadSignal.Send"/>: then they return <c>-EINTR</c>.
    /// </summary>
    /// <exception cref="SystemCallException">The kernel refused.</exception>
    public void Block()
    {
        var result = SocketCalls.Block(Descriptor);
        if (result < 0) throw new SystemCallException("ioctl(FIONBIO)", -result);
    }

    /// <summary>recv(2), without waiting unless <see cref="Block"/> was called.</summary>
    /// <param name="buffer">Where to put the bytes; not empty.</param>
    /// <returns>
    /// How many bytes came; 0 at the end of the peer's stream; a negated <see cref="Errno"/> otherwise (<c>-EAGAIN</c>: none there yet).
    /// </returns>
    public int Receive(Span<byte> buffer) => SocketCalls.Receive(Descriptor, buffer);

    /// <summary>send(2), without waiting unless <see cref="Block"/> was called.</summary>
    /// <param name="bytes">What to send; not empty.</param>
    /// <returns>How many bytes the kernel took; a negated <see cref="Errno"/> otherwise (<c>-EAGAIN</c>: its buffer is full).</returns>
    public int Send(ReadOnlySpan<byte> bytes) => SocketCalls.Send(Descriptor, bytes);

    /// <summary>send(2) without waiting, whether <see cref="Block"/> was called or not.</summary>
    /// <param name="bytes">What to send; not empty.</param>
    /// <returns>As of <see cref="Send"/>.</returns>
    public int SendNow(ReadOnlySpan<byte> bytes) => SocketCalls.Send(Descriptor, bytes, wait: false);

    /// <summary>Ends our stream: the peer reads what is in flight, then the end (FIN). Reading goes on.</summary>
    public void ShutdownWrite() => _ = SocketCalls.shutdown(Descriptor, SocketCalls.SHUT_WR);

    /// <summary>
    /// Ends both streams, so that whoever reads or writes the socket finds it ended. Any thread, any time: a descriptor that was closed,
    /// and whose number may be another connection's by now, is left alone.
    /// </summary>
    public void Abort()
    {
        if (!TryLeave(Visited)) return;
        _ = SocketCalls.shutdown(Descriptor, SocketCalls.SHUT_RDWR);
        Volatile.Write(ref _state, Open);
    }

    /// <summary>Closes the descriptor, once. The kernel still delivers what was sent, unless unread bytes are left: then it resets.</summary>
    public void Dispose()
    {
        if (!TryLeave(Closed)) return;
        if (_close is not null) _close(Descriptor);
        else _ = SocketCalls.close(Descriptor);
    }

    /// <summary>Closes the descriptor and forgets what was not sent yet: the peer finds the connection reset.</summary>
    public void Reset()
    {
        _ = SocketCalls.SetLinger(Descriptor, on: true);
        Dispose();
    }

    /// <summary>Leaves the open state for another; false when the socket is closed.</summary>
    private bool TryLeave(int state)
    {
        for (var spin = new SpinWait(); ; spin.SpinOnce()) // a visitor is inside its one system call
        {
            var seen = Interlocked.CompareExchange(ref _state, state, Open);
            if (seen != Visited) return seen == Open;
        }
    }

    internal static IPEndPoint? Name(int descriptor, bool peer)
    {
        Span<byte> buffer = stackalloc byte[128];
        var length = buffer.Length;
        fixed (byte* pointer = buffer)
        {
            var result = peer ? SocketCalls.getpeername(descriptor, pointer, &length) : SocketCalls.getsockname(descriptor, pointer, &length);
            if (result < 0) return null;
        }

        // sockaddr_in is 16 bytes and sockaddr_in6 28 on every platform; an end of a pair has neither.
        if (length is not (16 or 28)) return null;
        var family = length > 16 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var address = new SocketAddress(family, length);
        buffer[..length].CopyTo(address.Buffer.Span);
        return (IPEndPoint)new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0).Create(address);
    }
}
