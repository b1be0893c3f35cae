using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorServer.IO.Native;

namespace ActorServer.IO.Completion;

/// <summary>A descriptor as <see cref="SocketAsync"/> knows it.</summary>
internal sealed class SocketEndpoint(int descriptor, Socket socket) : IDisposable
{
    public int Descriptor { get; } = descriptor;

    public Socket Socket { get; } = socket;

    /// <summary>Whether the socket owns the descriptor itself, and not a duplicate.</summary>
    public bool Accepted { get; init; }

    /// <summary>Whether it is a listening socket: it never sent or received.</summary>
    public bool OnlyAccepts => !Accepted && Reader is null && Sender is null;

    /// <summary>Accepts that are under way.</summary>
    public int Accepting { get; set; }

    /// <summary>Whether a receive is under way, with this user data.</summary>
    public bool Receiving { get; set; }

    public ulong UserData { get; set; }

    public bool Once { get; set; }

    /// <summary>Whether the runtime waits for bytes; it goes on when the receive that began it was cancelled.</summary>
    public bool Awaits { get; set; }

    public SocketOperation? Reader { get; set; }

    public SocketOperation? Sender { get; set; }

    /// <summary>
    /// A socket on a duplicate of somebody else's descriptor: a <see cref="System.Net.Sockets.Socket"/> takes its operations back only by
    /// closing what it owns.
    /// </summary>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="last">The highest number that a duplicate had: the runtime's epoll remembers a number for as long as any other descriptor
    /// of the same socket is open, and refuses it a second time (epoll(7)).</param>
    public static SocketEndpoint Duplicate(int descriptor, ref int last)
    {
        // Not closed on exec, for the runtime disconnects sockets that are when it closes them with operations pending.
        var duplicate = SocketCalls.fcntl(descriptor, SocketCalls.F_DUPFD, last + 1);
        if (duplicate < 0) throw new SystemCallException("fcntl(F_DUPFD)", Marshal.GetLastPInvokeError(), "raise the limit of open files (ulimit -n)");
        last = duplicate;
        return new SocketEndpoint(descriptor, Own(duplicate));
    }

    /// <summary>A socket that owns a descriptor.</summary>
    public static Socket Own(int descriptor) => new(new SafeSocketHandle(descriptor, ownsHandle: true));

    /// <summary>
    /// Closes the socket, in order: with operations pending the runtime would reset the connection, or make a listening socket's clients
    /// inherit that (SO_LINGER).
    /// </summary>
    public void Dispose()
    {
        if (!Accepted)
        {
            Socket.Dispose();
            _ = SocketCalls.SetLinger(Descriptor, on: false);
            return;
        }

        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Not connected any more: there is nobody to be reset.
        }

        Socket.Dispose();
    }
}

/// <summary>An operation of the runtime; no closure and no captured context for each.</summary>
internal sealed class SocketOperation(Action<SocketOperation> finished) : SocketAsyncEventArgs(true)
{
    public SocketEndpoint Endpoint { get; set; } = null!;

    public ulong UserData { get; set; }

    protected override void OnCompleted(SocketAsyncEventArgs e) => finished(this);
}
