using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>
/// The process system calls: posix_spawn(3), pidfd_open(2), waitpid(2), kill(2), memfd_create(2), and of unix(7) socketpair(2), sendmsg(2) and
/// recvmsg(2).
/// </summary>
internal static unsafe partial class ProcessCalls
{
    private const string Libc = "libc";

    internal const int AF_UNIX = 1;
    internal const int SOCK_SEQPACKET = 5, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;
    internal const int SOL_SOCKET = 1, SCM_RIGHTS = 1;
    internal const int MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000, MSG_TRUNC = 0x20, MSG_CTRUNC = 8, MSG_DONTWAIT = 0x40;
    internal const int WNOHANG = 1, SIGKILL = 9;
    internal const uint MFD_CLOEXEC = 1;
    internal const int SEEK_END = 2;
    internal const int O_RDONLY = 0;
    internal const short POSIX_SPAWN_SETPGROUP = 2, POSIX_SPAWN_SETSIGDEF = 4, POSIX_SPAWN_SETSIGMASK = 8;

    /// <summary>Room for a posix_spawn_file_actions_t, a posix_spawnattr_t or a sigset_t of any C library.</summary>
    internal const int Opaque = 1024;

    [LibraryImport(Libc)]
    internal static partial int posix_spawn(int* pid, byte* path, byte* fileActions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Libc)]
    internal static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport(Libc)]
    internal static partial int posix_spawn_file_actions_adddup2(byte* actions, int descriptor, int newDescriptor);

    [LibraryImport(Libc)]
    internal static partial int posix_spawn_file_actions_addopen(byte* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport(Libc)]
    internal static partial int posix_spawn_file_actions_addclose(byte* actions, int descriptor);

    [LibraryImport(Libc)]
    private static partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int descriptor);

    [LibraryImport(Libc)]
    internal static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport(Libc)]
    internal static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport(Libc)]
    internal static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport(Libc)]
    internal static partial int posix_spawnattr_setpgroup(byte* attributes, int group);

    [LibraryImport(Libc)]
    internal static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport(Libc)]
    internal static partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport(Libc)]
    internal static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport(Libc)]
    internal static partial int sigfillset(byte* signals);

    [LibraryImport(Libc)]
    internal static partial int sigemptyset(byte* signals);

    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint pidfd_open(nint number, nint pid, nint flags);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int waitpid(int pid, int* status, int options);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int memfd_create(byte* name, uint flags);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int ftruncate(int fd, long length);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial long lseek(int fd, long offset, int whence);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial nint sendmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial nint recvmsg(int fd, MessageHeader* message, int flags);

    /// <summary>Two connected Unix sockets of a type, closed on exec.</summary>
    /// <exception cref="SystemCallException">The process is out of descriptors.</exception>
    internal static (int First, int Second) NewPair(int type)
    {
        var ends = stackalloc int[2];
        if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) < 0)
            throw new SystemCallException("socketpair", Marshal.GetLastPInvokeError(), "raise the limit of open files (ulimit -n)");
        return (ends[0], ends[1]);
    }

    /// <summary>
    /// The child closes what this process itself was given by whoever started it, or a library left open. 0, or an errno; a C library
    /// that cannot (glibc before 2.34, musl) leaves it open.
    /// </summary>
    internal static int AddCloseFrom(byte* actions, int descriptor)
    {
        try
        {
            return posix_spawn_file_actions_addclosefrom_np(actions, descriptor);
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>
    /// pidfd_open(2), which C libraries have no function for yet; its number is the same on every processor. A descriptor, or the negated
    /// errno.
    /// </summary>
    internal static int OpenProcess(int pid)
    {
        var descriptor = (int)pidfd_open(434, pid, 0);
        return descriptor >= 0 ? descriptor : -Marshal.GetLastPInvokeError();
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Vector
    {
        internal byte* Base;
        internal nuint Length;
    }

    /// <summary>struct msghdr of Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessageHeader
    {
        internal byte* Name;
        internal uint NameLength;
        internal Vector* Vectors;
        internal nuint VectorCount;
        internal RightsMessage* Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    /// <summary>struct cmsghdr of Linux with one descriptor behind it, padded as CMSG_SPACE asks (cmsg(3)).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct RightsMessage
    {
        /// <summary>CMSG_LEN(sizeof(int)).</summary>
        internal static readonly nuint LengthOfOne = (nuint)sizeof(nuint) + 3 * sizeof(int);

        internal nuint Length;
        internal int Level;
        internal int Type;
        internal int Descriptor;
    }
}
