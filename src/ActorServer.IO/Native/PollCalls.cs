using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>poll(2), any Unix.</summary>
internal static unsafe partial class PollCalls
{
    internal const short POLLIN = 0x1, POLLOUT = 0x4, POLLERR = 0x8, POLLHUP = 0x10, POLLNVAL = 0x20;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        internal int Fd;
        internal short Events;
        internal short Revents;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollFd* fds, nuint count, int milliseconds);
}
