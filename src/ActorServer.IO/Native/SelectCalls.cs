using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>select(2), any Unix.</summary>
internal static unsafe partial class SelectCalls
{
    /// <summary>How many descriptors an <c>fd_set</c> holds: a constant of the C library, whatever the limit of open files is.</summary>
    internal const int FD_SETSIZE = 1024;

    internal const int F_GETFD = 1;

    /// <summary>struct timeval. Where its microseconds are 32 bits wide (macOS), the rest is padding of a little-endian machine.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeValue
    {
        internal nint Seconds;
        internal nint Microseconds;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int select(int count, ulong* read, ulong* write, ulong* except, TimeValue* timeout);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command, nint argument);
}
