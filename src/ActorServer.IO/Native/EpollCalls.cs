using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>epoll(7), Linux only.</summary>
internal static unsafe partial class EpollCalls
{
    internal const int EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3, EPOLL_CLOEXEC = 0x80000;

    internal const uint EPOLLIN = 0x1, EPOLLOUT = 0x4, EPOLLERR = 0x8, EPOLLHUP = 0x10, EPOLLRDHUP = 0x2000,
        EPOLLEXCLUSIVE = 1u << 28, EPOLLONESHOT = 1u << 30, EPOLLET = 1u << 31;

    // struct epoll_event is packed on x86-64 only: {u32 events; u64 data} is 12 bytes there and 16 elsewhere.
    internal static readonly int EventSize = RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 12 : 16;
    internal static readonly int DataOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 4 : 8;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int fd, byte* change);

    // Called for every batch: whoever finds that it has failed reads errno then, with Marshal.GetLastSystemError.
    [LibraryImport("libc")]
    internal static partial int epoll_wait(int epoll, byte* events, int capacity, int milliseconds);
}
