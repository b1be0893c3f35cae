using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>
/// The <c>errno</c> values that the server tells apart (errno(3)). Linux and the BSD family number some of them differently.
/// </summary>
public static class Errno
{
    private static readonly bool Linux = OperatingSystem.IsLinux() || OperatingSystem.IsAndroid();

    /// <summary>Operation not permitted.</summary>
    public const int EPERM = 1;

    /// <summary>No such file or directory.</summary>
    public const int ENOENT = 2;

    /// <summary>Interrupted by a signal: call again.</summary>
    public const int EINTR = 4;

    /// <summary>Bad file descriptor.</summary>
    public const int EBADF = 9;

    /// <summary>Permission denied.</summary>
    public const int EACCES = 13;

    /// <summary>Busy (completions wait that have no room in their queue).</summary>
    public const int EBUSY = 16;

    /// <summary>File exists (a descriptor registered twice).</summary>
    public const int EEXIST = 17;

    /// <summary>Invalid argument.</summary>
    public const int EINVAL = 22;

    /// <summary>The system's table of open files is full.</summary>
    public const int ENFILE = 23;

    /// <summary>This process has no descriptor left.</summary>
    public const int EMFILE = 24;

    /// <summary>The peer does not read any more.</summary>
    public const int EPIPE = 32;

    /// <summary>Out of memory.</summary>
    public const int ENOMEM = 12;

    /// <summary>The call would block: try again when the descriptor is ready. Equal to <c>EWOULDBLOCK</c> on all our platforms.</summary>
    public static readonly int EAGAIN = Linux ? 11 : 35;

    /// <summary>The address is taken.</summary>
    public static readonly int EADDRINUSE = Linux ? 98 : 48;

    /// <summary>The address is not one of this machine's.</summary>
    public static readonly int EADDRNOTAVAIL = Linux ? 99 : 49;

    /// <summary>A connection is being made and will be told of.</summary>
    public static readonly int EINPROGRESS = Linux ? 115 : 36;

    /// <summary>A connection was given up before it was accepted.</summary>
    public static readonly int ECONNABORTED = Linux ? 103 : 53;

    /// <summary>The peer reset the connection.</summary>
    public static readonly int ECONNRESET = Linux ? 104 : 54;

    /// <summary>No buffer space in the kernel.</summary>
    public static readonly int ENOBUFS = Linux ? 105 : 55;

    /// <summary>The socket is not connected.</summary>
    public static readonly int ENOTCONN = Linux ? 107 : 57;

    /// <summary>The kernel gave up on the peer (keep-alive or retransmission).</summary>
    public static readonly int ETIMEDOUT = Linux ? 110 : 60;

    /// <summary>Nobody listens there.</summary>
    public static readonly int ECONNREFUSED = Linux ? 111 : 61;

    /// <summary>No route to the peer.</summary>
    public static readonly int EHOSTUNREACH = Linux ? 113 : 65;

    /// <summary>The operation was cancelled.</summary>
    public static readonly int ECANCELED = Linux ? 125 : OperatingSystem.IsMacOS() ? 89 : 85;

    /// <summary>The time of a wait is over.</summary>
    public static readonly int ETIME = Linux ? 62 : 101;

    /// <summary>The kernel has no such call.</summary>
    public static readonly int ENOSYS = Linux ? 38 : 78;

    /// <summary>The symbolic name of <paramref name="errno"/> (<c>EADDRINUSE</c>), or <c>errno N</c> for one that is not listed here.</summary>
    public static string Name(int errno) => errno switch
    {
        EPERM => nameof(EPERM),
        ENOENT => nameof(ENOENT),
        EINTR => nameof(EINTR),
        EBADF => nameof(EBADF),
        ENOMEM => nameof(ENOMEM),
        EACCES => nameof(EACCES),
        EBUSY => nameof(EBUSY),
        EEXIST => nameof(EEXIST),
        EINVAL => nameof(EINVAL),
        ENFILE => nameof(ENFILE),
        EMFILE => nameof(EMFILE),
        EPIPE => nameof(EPIPE),
        _ when errno == EAGAIN => nameof(EAGAIN),
        _ when errno == EADDRINUSE => nameof(EADDRINUSE),
        _ when errno == EADDRNOTAVAIL => nameof(EADDRNOTAVAIL),
        _ when errno == EINPROGRESS => nameof(EINPROGRESS),
        _ when errno == ECONNABORTED => nameof(ECONNABORTED),
        _ when errno == ECONNRESET => nameof(ECONNRESET),
        _ when errno == ENOBUFS => nameof(ENOBUFS),
        _ when errno == ENOTCONN => nameof(ENOTCONN),
        _ when errno == ETIMEDOUT => nameof(ETIMEDOUT),
        _ when errno == ECONNREFUSED => nameof(ECONNREFUSED),
        _ when errno == EHOSTUNREACH => nameof(EHOSTUNREACH),
        _ when errno == ECANCELED => nameof(ECANCELED),
        _ when errno == ETIME => nameof(ETIME),
        _ when errno == ENOSYS => nameof(ENOSYS),
        _ => $"errno {errno}",
    };

    /// <summary>What the C library says of <paramref name="errno"/> (strerror(3)).</summary>
    public static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
