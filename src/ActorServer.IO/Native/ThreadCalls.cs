using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>What only the kernel knows of the running thread, and what it can be asked for.</summary>
public static partial class ThreadCalls
{
    private const int Other = 0, Batch = 3; // SCHED_OTHER, SCHED_BATCH of linux/sched.h

    [ThreadStatic]
    private static int cached;

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, out TimeSpec time);

    [LibraryImport("libc")]
    private static partial int sched_getscheduler(int thread);

    [LibraryImport("libc")]
    private static partial int sched_setscheduler(int thread, int policy, in int priority);

    [LibraryImport("libc")]
    private static partial int pthread_threadid_np(nint thread, out ulong id);

    /// <summary>
    /// The kernel's id of the calling thread (gettid(2)), as <c>/proc/PID/task</c> and <c>top -H</c> show it; asked for once per thread.
    /// </summary>
    public static int CurrentThreadId => cached != 0 ? cached : cached = Ask();

    /// <summary>
    /// The time for which a processor has run the calling thread (clock_gettime(2), CLOCK_THREAD_CPUTIME_ID): it stands still while the thread
    /// waits for one.
    /// </summary>
    /// <exception cref="SystemCallException">The kernel does not count it.</exception>
    public static TimeSpan ProcessorTime
    {
        get
        {
            var clock = OperatingSystem.IsMacOS() ? 16 : OperatingSystem.IsFreeBSD() ? 14 : 3;
            if (clock_gettime(clock, out var time) < 0) throw new SystemCallException("clock_gettime", Marshal.GetLastPInvokeError(), "this system does not count the processor time of a thread");
            return TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick));
        }
    }

    /// <summary>
    /// Asks the kernel not to interrupt whoever runs when the calling thread is woken (sched(7), SCHED_BATCH): it gets its share of the processor as
    /// before, but begins when another thread waits, or has had its turn. What feeds the thread then has more for it to do at once than the
    /// first piece, and the two processors are not switched back and forth for each. Threads and processes that it starts inherit this.
    /// </summary>
    /// <remarks>
    /// A hint: nothing changes where the system has no such policy, where a sandbox forbids it, or where the operator chose another (chrt(1)).
    /// </remarks>
    public static void InterruptNobody()
    {
        if (OperatingSystem.IsLinux() && sched_getscheduler(0) == Other) _ = sched_setscheduler(0, Batch, 0);
    }

    private static int Ask()
    {
        if (OperatingSystem.IsLinux()) return gettid();
        return OperatingSystem.IsMacOS() && pthread_threadid_np(0, out var id) == 0 ? (int)id : Environment.CurrentManagedThreadId;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        internal nint Seconds, Nanoseconds;
    }
}
