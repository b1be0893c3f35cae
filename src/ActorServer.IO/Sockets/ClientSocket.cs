using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorServer.IO.Native;

namespace ActorServer.IO.Sockets;

/// <summary>The client's end of a connection: socket(2), connect(2).</summary>
public static unsafe class ClientSocket
{
    /// <summary>
    /// Begins to connect, without waiting: the socket is writable when that is done, and its next receive or send tells whether it worked
    /// (connect(2), EINPROGRESS).
    /// </summary>
    /// <param name="endPoint">The server.</param>
    /// <exception cref="SystemCallException">The call that failed at once, its errno and what the operator can do.</exception>
    public static ConnectionSocket Connect(IPEndPoint endPoint)
    {
        var address = endPoint.Serialize();
        var descriptor = SocketCalls.Socket(endPoint.AddressFamily == AddressFamily.InterNetwork ? SocketCalls.AF_INET : SocketCalls.AF_INET6);
        if (descriptor < 0) throw new SystemCallException("socket", -descriptor, "raise the limit of open files (ulimit -n)");
        // A request leaves in one write: nothing is gained by holding back its last segment.
        _ = SocketCalls.SetOption(descriptor, SocketCalls.IPPROTO_TCP, SocketCalls.TCP_NODELAY, 1);
        fixed (byte* pointer = address.Buffer.Span)
        {
            if (SocketCalls.connect(descriptor, pointer, address.Size) >= 0) return new ConnectionSocket(descriptor);
        }

        var errno = Marshal.GetLastPInvokeError();
        if (errno is Errno.EINTR || errno == Errno.EINPROGRESS) return new ConnectionSocket(descriptor);
        _ = SocketCalls.close(descriptor);
        throw new SystemCallException($"connect({endPoint})", errno, errno == Errno.EADDRNOTAVAIL ? "no local port is left: wait until some are out of TIME_WAIT" : null);
    }
}
