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

    /// <summary>Waits until a descriptor is readable, or at its end.</summary>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="milliseconds">For how long; -1 for as long as it takes.</param>
    /// <returns>Whether it is; not when the time was over, or a signal came.</returns>
    internal static bool Await(int descriptor, int milliseconds)
    {
        var set = new PollFd { Fd = descriptor, Events = POLLIN };
        var ready = poll(&set, 1, milliseconds);
        if (ready >= 0) return ready > 0;
        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.EINTR ? false : throw new SystemCallException($"poll({descriptor})", errno);
    }
}
