using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>The process's table of open files: how large it may grow (getrlimit(2), RLIMIT_NOFILE), and how full it is.</summary>
public static unsafe partial class DescriptorTable
{
    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, ulong* limits);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup(int fd);

    /// <summary>How many descriptors the process may have open; <see cref="int.MaxValue"/> when nothing limits them.</summary>
    /// <exception cref="SystemCallException">The system does not tell.</exception>
    public static int Capacity
    {
        get
        {
            var limits = stackalloc ulong[2]; // struct rlimit { rlim_cur, rlim_max }: 64 bits each on every 64-bit platform
            if (getrlimit(OperatingSystem.IsLinux() ? 7 : 8, limits) < 0) throw new SystemCallException("getrlimit(RLIMIT_NOFILE)", Marshal.GetLastPInvokeError());
            return (int)Math.Min(limits[0], int.MaxValue);
        }
    }

    /// <summary>
    /// The number that the next descriptor would get: the kernel gives the lowest that is free. <see cref="int.MaxValue"/> when none is.
    /// </summary>
    /// <param name="descriptor">Any open descriptor; it is duplicated (dup(2)) and the duplicate closed.</param>
    public static int NextFree(int descriptor)
    {
        var next = dup(descriptor);
        if (next < 0) return int.MaxValue;
        _ = SocketCalls.close(next);
        return next;
    }
}
