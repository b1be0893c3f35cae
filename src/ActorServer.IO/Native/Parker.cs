using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>
/// Where one thread parks until another wakes it. On Linux each of the two is one system call (futex(2)); a monitor makes up to six, and has the
/// woken thread wait for a lock that its waker still holds.
/// </summary>
public sealed unsafe partial class Parker
{
    private const int FUTEX_WAIT_PRIVATE = 128, FUTEX_WAKE_PRIVATE = 129;

    private static readonly nint Number = !OperatingSystem.IsLinux() ? 0 : RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 or Architecture.LoongArch64 or Architecture.RiscV64 => 98,
        _ => 0,
    };

    private readonly object? _gate; // where there is no futex
    private int _woken;

    /// <summary>Nobody is parked, and nobody was woken.</summary>
    public Parker() : this(onMonitor: Number == 0)
    {
    }

    internal Parker(bool onMonitor) => _gate = onMonitor ? new object() : null;

    /// <summary>Lets the thread that is parked go on, or the one that parks next. Any thread; it does not count how often.</summary>
    /// <exception cref="SystemCallException">The kernel refused.</exception>
    public void Wake()
    {
        if (_gate is { } gate)
        {
            lock (gate)
            {
                _woken = 1;
                Monitor.Pulse(gate);
            }
        }
        else if (Interlocked.Exchange(ref _woken, 1) == 0)
        {
            fixed (int* word = &_woken) Call(word, FUTEX_WAKE_PRIVATE, 1, null);
        }
    }

    /// <summary>Waits until somebody wakes the calling thread. One thread at a time.</summary>
    /// <param name="patience">How long, at most; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <returns>Whether it was woken; what came with the end of its patience counts.</returns>
    /// <exception cref="SystemCallException">The kernel refused.</exception>
    public bool Park(TimeSpan patience)
    {
        if (_gate is { } gate) return ParkOn(gate, patience);
        var endless = patience == Timeout.InfiniteTimeSpan;
        var since = endless ? 0 : Stopwatch.GetTimestamp();
        var time = stackalloc nint[2]; // struct timespec
        fixed (int* word = &_woken)
        {
            while (Interlocked.Exchange(ref _woken, 0) == 0)
            {
                var left = endless ? TimeSpan.Zero : patience - Stopwatch.GetElapsedTime(since);
                if (left < TimeSpan.Zero) return false;
                (time[0], time[1]) = ((nint)(left.Ticks / TimeSpan.TicksPerSecond), (nint)(left.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
                Call(word, FUTEX_WAIT_PRIVATE, 0, endless ? null : time);
            }
        }

        return true;
    }

    private static void Call(int* word, int operation, int value, nint* time)
    {
        if (syscall(Number, (nint)word, operation, value, (nint)time, 0, 0) >= 0) return;
        var errno = Marshal.GetLastPInvokeError();
        // Woken in between; interrupted; or it was time. The caller looks.
        if (errno != Errno.EAGAIN && errno != Errno.EINTR && errno != Errno.ETIMEDOUT) throw new SystemCallException("futex", errno);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    private bool ParkOn(object gate, TimeSpan patience)
    {
        lock (gate)
        {
            if (_woken == 0) Monitor.Wait(gate, patience);
            var woken = _woken != 0;
            _woken = 0;
            return woken;
        }
    }
}
