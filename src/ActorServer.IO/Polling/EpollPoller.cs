using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.EpollCalls;

namespace ActorServer.IO.Polling;

/// <summary>epoll(7): the kernel keeps the set of descriptors, and a wait costs by what is ready rather than by what is watched.</summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class EpollPoller : IPoller
{
    private readonly int _epoll;
    private readonly byte[] _events;
    private bool _disposed;

    /// <summary>Creates the epoll instance.</summary>
    /// <param name="batch">How many events one wait reports at most.</param>
    /// <exception cref="SystemCallException">The process or the system is out of descriptors.</exception>
    public EpollPoller(int batch = 256)
    {
        // Pinned for good: epoll_wait fills it on every turn of a loop.
        _events = GC.AllocateUninitializedArray<byte>(batch * EventSize, pinned: true);
        _epoll = epoll_create1(EPOLL_CLOEXEC);
        if (_epoll < 0) throw new SystemCallException("epoll_create1", Marshal.GetLastPInvokeError(), "raise the limit of open files (ulimit -n)");
    }

    /// <inheritdoc/>
    public string Name => "epoll";

    /// <inheritdoc/>
    public PollerFeatures Features => PollerFeatures.EdgeTriggered | PollerFeatures.OneShot | PollerFeatures.Exclusive;

    /// <inheritdoc/>
    public int MaxDescriptor => int.MaxValue;

    /// <inheritdoc/>
    public void Add(int descriptor, Interest interest) => Control("EPOLL_CTL_ADD", EPOLL_CTL_ADD, descriptor, interest);

    /// <inheritdoc/>
    public void Change(int descriptor, Interest interest) => Control("EPOLL_CTL_MOD", EPOLL_CTL_MOD, descriptor, interest);

    /// <inheritdoc/>
    public void Remove(int descriptor) => Control("EPOLL_CTL_DEL", EPOLL_CTL_DEL, descriptor, Interest.None);

    /// <summary>Nothing to do: a descriptor leaves the set when it is closed (epoll(7), "Questions and answers"), which saves a call.</summary>
    /// <param name="descriptor">A descriptor that was added.</param>
    public void Forget(int descriptor)
    {
    }

    /// <inheritdoc/>
    public int Wait(Span<ReadyDescriptor> ready, int milliseconds)
    {
        var capacity = Math.Min(ready.Length, _events.Length / EventSize);
        fixed (byte* events = _events)
        {
            var count = epoll_wait(_epoll, events, capacity, milliseconds);
            if (count < 0)
            {
                var errno = Marshal.GetLastSystemError();
                return errno == Errno.EINTR ? 0 : throw new SystemCallException("epoll_wait", errno);
            }

            for (var i = 0; i < count; i++)
            {
                var entry = events + i * EventSize;
                ready[i] = new ReadyDescriptor(*(int*)(entry + DataOffset), Translate(*(uint*)entry));
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _ = SocketCalls.close(_epoll);
    }

    private static Readiness Translate(uint events)
    {
        var readiness = (events & EPOLLIN) != 0 ? Readiness.Read : Readiness.None;
        if ((events & EPOLLOUT) != 0) readiness |= Readiness.Write;
        // Whoever waits to read or to write learns of the failure from that very call.
        if ((events & (EPOLLERR | EPOLLHUP)) != 0) readiness |= Readiness.Hangup | Readiness.Read | Readiness.Write;
        return readiness;
    }

    private void Control(string name, int operation, int descriptor, Interest interest)
    {
        var change = stackalloc byte[16];
        *(uint*)change = ((interest & Interest.Read) != 0 ? EPOLLIN : 0)
            | ((interest & Interest.Write) != 0 ? EPOLLOUT : 0)
            | ((interest & Interest.EdgeTriggered) != 0 ? EPOLLET : 0)
            | ((interest & Interest.OneShot) != 0 ? EPOLLONESHOT : 0)
            | ((interest & Interest.Exclusive) != 0 ? EPOLLEXCLUSIVE : 0);
        *(long*)(change + DataOffset) = descriptor;
        if (epoll_ctl(_epoll, operation, descriptor, change) >= 0) return;
        // The errno first: composing the message may make calls of its own.
        var errno = Marshal.GetLastPInvokeError();
        throw new SystemCallException($"epoll_ctl({name}, {descriptor})", errno);
    }
}
