using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>eventfd(2) on Linux, pipe(2) elsewhere: a descriptor that another thread can make readable.</summary>
internal static unsafe partial class WakeupCalls
{
    internal const int EFD_NONBLOCK = 0x800, EFD_CLOEXEC = 0x80000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int pipe(int* ends);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command, nint argument);
}
