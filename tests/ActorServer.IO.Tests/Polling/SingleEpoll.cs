using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorServer.IO.Native;

namespace ActorServer.IO.Tests.Polling;

/// <summary>An epoll instance over one descriptor, itself a descriptor that can be polled.</summary>
internal sealed unsafe class SingleEpoll : IDisposable
{
    private readonly int _watched;
    private readonly uint _events;

    public SingleEpoll(int watched, bool read, bool edge)
    {
        _watched = watched;
        _events = (read ? EpollCalls.EPOLLIN | EpollCalls.EPOLLRDHUP : EpollCalls.EPOLLOUT) | (edge ? EpollCalls.EPOLLET : 0);
        Descriptor = EpollCalls.epoll_create1(EpollCalls.EPOLL_CLOEXEC);
        if (Control(EpollCalls.EPOLL_CTL_ADD)) return;
        Errno = Marshal.GetLastPInvokeError();
        Dispose();
    }

    public int Descriptor { get; }

    /// <summary>Why the descriptor cannot be watched, or 0.</summary>
    public int Errno { get; }

    /// <summary>Reports again what is so already; false when the descriptor was closed.</summary>
    public bool Rearm() => Control(EpollCalls.EPOLL_CTL_MOD);

    /// <summary>The events that are there, without waiting; 0 for none.</summary>
    public uint Look()
    {
        Span<byte> entry = stackalloc byte[16];
        fixed (byte* pointer = entry)
        {
            return EpollCalls.epoll_wait(Descriptor, pointer, 1, 0) > 0 ? BinaryPrimitives.ReadUInt32LittleEndian(entry) : 0;
        }
    }

    public void Dispose() => _ = SocketCalls.close(Descriptor);

    private bool Control(int operation)
    {
        var change = stackalloc byte[16];
        *(uint*)change = _events;
        return EpollCalls.epoll_ctl(Descriptor, operation, _watched, change) >= 0;
    }
}
