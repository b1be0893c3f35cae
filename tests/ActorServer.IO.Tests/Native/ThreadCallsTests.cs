using System.Globalization;
using System.Runtime.InteropServices;
using ActorServer.IO.Native;

namespace ActorServer.IO.Tests.Native;

public sealed partial class ThreadCallsTests
{
    private const int Batch = 3, Idle = 5; // sched(7)

    // Threads of their own: no other test is to run on one that was changed.
    [LinuxFact]
    public void A_thread_that_interrupts_nobody_is_scheduled_as_batch() => OwnThread.Run(() =>
    {
        ThreadCalls.InterruptNobody();
        Assert.Equal(Batch, Policy());
    });

    [LinuxFact]
    public void What_the_operator_chose_is_kept() => OwnThread.Run(() =>
    {
        Assert.Equal(0, sched_setscheduler(0, Idle, 0));
        ThreadCalls.InterruptNobody();
        Assert.Equal(Idle, Policy());
    });

    [LibraryImport("libc")]
    private static partial int sched_setscheduler(int thread, int policy, in int priority);

    /// <summary>The policy of the calling thread, which is the 41st field of its stat (proc(5)); the second may have spaces.</summary>
    private static int Policy() =>
        int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(") ")[^1].Split(' ')[41 - 3], CultureInfo.InvariantCulture);
}
