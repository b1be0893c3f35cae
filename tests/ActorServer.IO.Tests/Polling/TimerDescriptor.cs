using System.Runtime.InteropServices;
using ActorServer.IO.Native;

namespace ActorServer.IO.Tests.Polling;

/// <summary>timerfd_create(2): a descriptor that becomes readable once, after a while.</summary>
internal sealed unsafe partial class TimerDescriptor : IDisposable
{
    private const int CLOCK_MONOTONIC = 1, TFD_CLOEXEC = 0x80000;

    public TimerDescriptor(TimeSpan delay)
    {
        Descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
        var (seconds, rest) = Math.DivRem(delay.Ticks, TimeSpan.TicksPerSecond);
        var setting = stackalloc nint[4]; // struct itimerspec: no interval, then the first expiration
        (setting[0], setting[1], setting[2], setting[3]) = (0, 0, (nint)seconds, (nint)rest * 100);
        Assert.Equal(0, timerfd_settime(Descriptor, 0, setting, null));
    }

    public int Descriptor { get; }

    public void Dispose() => _ = SocketCalls.close(Descriptor);

    [LibraryImport("libc")]
    private static partial int timerfd_create(int clock, int flags);

    [LibraryImport("libc")]
    private static partial int timerfd_settime(int timer, int flags, nint* setting, nint* former);
}
