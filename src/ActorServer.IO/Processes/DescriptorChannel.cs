using System.Runtime.InteropServices;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.ProcessCalls;

namespace ActorServer.IO.Processes;

/// <summary>
/// One end of a pair of connected Unix sockets between two processes: messages that arrive whole and in order, each with a descriptor if
/// wanted, which the kernel opens in the receiving process (unix(7), SOCK_SEQPACKET and SCM_RIGHTS). The end of the other process is the
/// end of the channel, however it died. Linux only.
/// </summary>
public sealed unsafe class DescriptorChannel : IDisposable
{
    private int _disposed;

    /// <summary>Takes ownership of one end.</summary>
    /// <param name="descriptor">A connected Unix socket of type SOCK_SEQPACKET.</param>
    public DescriptorChannel(int descriptor) => Descriptor = descriptor;

    /// <summary>Why this machine has no such channels, or null when it has.</summary>
    public static string? Unavailable => OperatingSystem.IsLinux() ? null : "handing descriptors to another process is implemented for Linux alone";

    /// <summary>The descriptor; a poller can watch it. Non-blocking or not as it was made.</summary>
    public int Descriptor { get; }

    /// <summary>Makes both ends, closed on exec: the child's is given to it when it is started.</summary>
    /// <returns>The parent's end, which does not block, and the child's, which does.</returns>
    /// <exception cref="SystemCallException">The process is out of descriptors.</exception>
    public static (DescriptorChannel Parent, DescriptorChannel Child) Pair()
    {
        var (parent, child) = NewPair(SOCK_SEQPACKET);
        return (new DescriptorChannel(parent), new DescriptorChannel(child));
    }

    /// <summary>Sends a message without waiting. Any thread.</summary>
    /// <param name="bytes">The message; not empty.</param>
    /// <param name="descriptor">What the receiver gets a descriptor of its own for, or -1. The sender's own stays open.</param>
    /// <returns>
    /// Whether it was sent; false when the other end has not read what was sent before (<c>EAGAIN</c>).
    /// </returns>
    /// <exception cref="SystemCallException">The other end is gone (<c>EPIPE</c>, <c>ECONNRESET</c>), or the message is too long.</exception>
    public bool TrySend(ReadOnlySpan<byte> bytes, int descriptor = -1)
    {
        var rights = new RightsMessage { Length = RightsMessage.LengthOfOne, Level = SOL_SOCKET, Type = SCM_RIGHTS, Descriptor = descriptor };
        fixed (byte* pointer = bytes)
        {
            var vector = new Vector { Base = pointer, Length = (nuint)bytes.Length };
            var message = new MessageHeader { Vectors = &vector, VectorCount = 1 };
            if (descriptor >= 0)
            {
                message.Control = &rights;
                message.ControlLength = (nuint)sizeof(RightsMessage);
            }

            while (sendmsg(Descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN) return false;
                if (errno != Errno.EINTR) throw new SystemCallException("sendmsg(control channel)", errno);
            }
        }

        return true;
    }

    /// <summary>Receives a message. One thread at a time.</summary>
    /// <param name="buffer">Where to put it; a longer message is an error.</param>
    /// <param name="descriptor">The descriptor that came with it, closed on exec and owned by the caller; -1 when none did.</param>
    /// <param name="wait">Whether to wait for one.</param>
    /// <returns>Its length; 0 when the other end is gone; <c>-EAGAIN</c> when none is there and the caller did not want to wait.</returns>
    /// <exception cref="SystemCallException">The message, or its descriptor, did not fit: this process is out of descriptors.</exception>
    public int Receive(Span<byte> buffer, out int descriptor, bool wait = true)
    {
        descriptor = -1;
        RightsMessage rights = default;
        fixed (byte* pointer = buffer)
        {
            var vector = new Vector { Base = pointer, Length = (nuint)buffer.Length };
            while (true)
            {
                var message = new MessageHeader
                {
                    Vectors = &vector, VectorCount = 1, Control = &rights, ControlLength = (nuint)sizeof(RightsMessage),
                };
                var count = recvmsg(Descriptor, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
                if (count >= 0)
                {
                    if (message.ControlLength > 0 && rights.Level == SOL_SOCKET && rights.Type == SCM_RIGHTS && rights.Length >= RightsMessage.LengthOfOne)
                        descriptor = rights.Descriptor;
                    if ((message.Flags & (MSG_TRUNC | MSG_CTRUNC)) == 0) return (int)count;
                    if (descriptor >= 0) _ = SocketCalls.close(descriptor);
                    throw new SystemCallException("recvmsg(control channel)", (message.Flags & MSG_CTRUNC) != 0 ? Errno.EMFILE : Errno.EINVAL,
                        (message.Flags & MSG_CTRUNC) != 0 ? "raise the limit of open files (ulimit -n)" : "the message is longer than this version's");
                }

                var errno = Marshal.GetLastPInvokeError();
                // The other process died with messages unread: nothing more will come.
                if (errno == Errno.ECONNRESET) return 0;
                if (errno == Errno.EAGAIN) return -errno;
                if (errno != Errno.EINTR) throw new SystemCallException("recvmsg(control channel)", errno);
            }
        }
    }

    /// <summary>Waits until there is a message, or the end of the channel.</summary>
    /// <param name="time">For how long.</param>
    /// <returns>Whether <see cref="Receive"/> has something to tell.</returns>
    /// <exception cref="SystemCallException">The kernel is out of memory.</exception>
    public bool Await(TimeSpan time) => PollCalls.Await(Descriptor, (int)time.TotalMilliseconds);

    /// <summary>Ends the channel: the other end finds its end, and a thread of this process that waits in <see cref="Receive"/> too.</summary>
    public void Shutdown() => _ = SocketCalls.shutdown(Descriptor, SocketCalls.SHUT_RDWR);

    /// <summary>Closes this end, once. No other thread may be in a call of it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _ = SocketCalls.close(Descriptor);
    }
}
