using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>The socket system calls: socket(2), bind(2), listen(2), accept4(2), recv(2), send(2), shutdown(2), close(2) and their options.</summary>
internal static unsafe partial class SocketCalls
{
    private const string Libc = "libc";

    private static readonly bool Linux = OperatingSystem.IsLinux();

    private const int MSG_PEEK = 2;

    internal const int SHUT_RD = 0, SHUT_WR = 1, SHUT_RDWR = 2;
    internal const int SOCK_STREAM = 1, AF_INET = 2;
    internal const int IPPROTO_TCP = 6, TCP_NODELAY = 1, TCP_DEFER_ACCEPT = 9, TCP_NOTSENT_LOWAT = 25;
    internal const int F_DUPFD = 0, F_SETFD = 2, F_GETFL = 3, F_SETFL = 4, FD_CLOEXEC = 1;

    // accept4 and socket flags: Linux only; elsewhere fcntl does the same in two more calls.
    private const int SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;

    internal static readonly int AF_INET6 = Linux ? 10 : 30;
    internal static readonly int O_NONBLOCK = Linux ? 0x800 : 4;
    internal static readonly int SOL_SOCKET = Linux ? 1 : 0xffff;
    internal static readonly int SO_REUSEADDR = Linux ? 2 : 4;
    internal static readonly int SO_LINGER = Linux ? 13 : 0x80;
    internal static readonly int SO_REUSEPORT = Linux ? 15 : 0x200;
    internal static readonly nuint FIONBIO = Linux ? 0x5421u : 0x8004667Eu;
    internal static readonly nuint FIONREAD = Linux ? 0x541Bu : 0x4004667Fu;

    // Linux only: which socket of a group gets a new connection (socket(7)).
    private const int SO_ATTACH_REUSEPORT_CBPF = 51, SO_DETACH_REUSEPORT_BPF = 68;

    // MSG_NOSIGNAL: a peer that is gone is an EPIPE of that call, not a signal to the process. (The runtime ignores SIGPIPE anyway.)
    private static readonly int MSG_NOSIGNAL = Linux ? 0x4000 : 0;
    private static readonly int MSG_DONTWAIT = Linux ? 0x40 : 0x80;

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int bind(int fd, byte* address, int length);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int connect(int fd, byte* address, int length);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int listen(int fd, int backlog);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int getsockname(int fd, byte* address, int* length);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int getpeername(int fd, byte* address, int* length);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int setsockopt(int fd, int level, int name, void* value, int length);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int accept4(int fd, byte* address, int* length, int flags);

    [LibraryImport(Libc, SetLastError = true)]
    private static partial int accept(int fd, byte* address, int* length);

    // These two are called for every request: errno is read, right after, only if they have failed.
    [LibraryImport(Libc)]
    private static partial nint recv(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport(Libc)]
    private static partial nint send(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int shutdown(int fd, int how);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int ioctl(int fd, nuint request, int* value);

    /// <summary>A TCP socket, non-blocking and closed on exec. A descriptor, or the negated errno.</summary>
    internal static int Socket(int domain)
    {
        var fd = socket(domain, Linux ? SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC : SOCK_STREAM, IPPROTO_TCP);
        return fd < 0 ? -Marshal.GetLastPInvokeError() : Linux ? fd : Prepare(fd);
    }

    /// <summary>The next pending connection, non-blocking and closed on exec. A descriptor, or the negated errno.</summary>
    internal static int Accept(int fd)
    {
        while (true)
        {
            var connection = Linux ? accept4(fd, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC) : accept(fd, null, null);
            if (connection >= 0) return Linux ? connection : Prepare(connection);
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR) return -errno;
        }
    }

    /// <summary>Bytes received, 0 at the end of the peer's stream, or the negated errno.</summary>
    internal static int Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            var count = recv(fd, pointer, (nuint)buffer.Length, 0);
            return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
        }
    }

    /// <summary>1 if a byte has arrived, which stays where it is; 0 at the end of the peer's stream; or the negated errno.</summary>
    internal static int Peek(int fd)
    {
        byte first;
        var count = recv(fd, &first, 1, MSG_PEEK);
        return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
    }

    /// <summary>Bytes that the kernel took, or the negated errno.</summary>
    internal static int Send(int fd, ReadOnlySpan<byte> buffer, bool wait = true)
    {
        fixed (byte* pointer = buffer)
        {
            var count = send(fd, pointer, (nuint)buffer.Length, wait ? MSG_NOSIGNAL : MSG_NOSIGNAL | MSG_DONTWAIT);
            return count >= 0 ? (int)count : -Marshal.GetLastSystemError();
        }
    }

    /// <summary>From now on the descriptor's calls wait. 0, or the negated errno.</summary>
    internal static int Block(int fd)
    {
        var off = 0;
        return ioctl(fd, FIONBIO, &off) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>Sets an integer socket option. 0, or the negated errno.</summary>
    internal static int SetOption(int fd, int level, int name, int value) =>
        setsockopt(fd, level, name, &value, sizeof(int)) < 0 ? -Marshal.GetLastPInvokeError() : 0;

    /// <summary>Whether closing forgets what was not sent yet and resets the connection (socket(7), SO_LINGER). 0, or the negated errno.</summary>
    internal static int SetLinger(int fd, bool on)
    {
        var linger = stackalloc int[2] { on ? 1 : 0, 0 }; // struct linger { l_onoff, l_linger }
        return setsockopt(fd, SOL_SOCKET, SO_LINGER, linger, 2 * sizeof(int)) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>
    /// The first socket of a SO_REUSEPORT group gets all new connections: a classic BPF program that returns 0. 0, or the negated errno.
    /// </summary>
    internal static int SteerToFirst(int fd)
    {
        var instruction = stackalloc byte[8]; // struct sock_filter { u16 code, u8 jt, u8 jf, u32 k }
        *(ulong*)instruction = 0;
        *(ushort*)instruction = 0x06; // BPF_RET | BPF_K, of the constant k
        var program = stackalloc nint[2] { 1, (nint)instruction }; // struct sock_fprog { u16 len, sock_filter *filter }
        return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program, 2 * sizeof(nint)) < 0 ? -Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>The kernel spreads new connections over the group again. 0, or the negated errno.</summary>
    internal static int SteerToAll(int fd) => SetOption(fd, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0);

    private static int Prepare(int fd)
    {
        if (fcntl(fd, F_SETFD, FD_CLOEXEC) >= 0 && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK) >= 0) return fd;
        var errno = Marshal.GetLastPInvokeError();
        _ = close(fd);
        return -errno;
    }
}
