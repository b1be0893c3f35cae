using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ActorServer.IO.Native;

namespace ActorServer.IO.Polling;

/// <summary>
/// A descriptor that becomes readable at a time (timerfd_create(2)): pollers wait by the millisecond, this wakes them to within some
/// microseconds. One thread; another one may be in <see cref="Wait"/>.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed unsafe partial class Alarm : IDisposable
{
    private const int CLOCK_MONOTONIC = 1, TFD_NONBLOCK = 0x800, TFD_CLOEXEC = 0x80000;

    private bool _disposed;

    /// <summary>Creates it; it is not set.</summary>
    /// <exception cref="SystemCallException">The process or the system is out of descriptors.</exception>
    public Alarm()
    {
        Descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
        if (Descriptor < 0) throw new SystemCallException("timerfd_create", Marshal.GetLastPInvokeError(), "raise the limit of open files (ulimit -n)");
    }

    /// <summary>To be watched for reading.</summary>
    public int Descriptor { get; }

    /// <summary>Sets it, instead of what it was set to; it is not readable until then.</summary>
    /// <param name="nanoseconds">From now; 0 or less is at once.</param>
    public void Set(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(Math.Max(1, nanoseconds), 1_000_000_000);
        var setting = stackalloc nint[4] { 0, 0, (nint)seconds, (nint)rest }; // struct itimerspec: no interval, then the first expiration
        if (timerfd_settime(Descriptor, 0, setting, null) < 0) throw new SystemCallException("timerfd_settime", Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits until it is due, to be set by another thread.</summary>
    public void Wait()
    {
        while (!PollCalls.Await(Descriptor, -1)) { }
    }

    /// <summary>Takes note that it was due: not readable any more, until it is set again.</summary>
    public void Clear()
    {
        // Setting a timer anew forgets its expirations; no time at all disarms it.
        var setting = stackalloc nint[4] { 0, 0, 0, 0 };
        if (timerfd_settime(Descriptor, 0, setting, null) < 0) throw new SystemCallException("timerfd_settime", Marshal.GetLastPInvokeError());
    }

    /// <summary>Closes the descriptor, once.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _ = SocketCalls.close(Descriptor);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int timerfd_create(int clock, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int timerfd_settime(int timer, int flags, nint* setting, nint* former);
}
