using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Akka.Dispatch;

namespace Kernel.Actor.Tests.Dispatch;

/// <summary>
/// An idle actor costs no CPU. Where a dispatcher has threads of its own they sleep and are not woken, as the kernel tells in /proc; so
/// does the scheduler's. Where it uses the .NET pool, whose threads others keep busy, the pool has nothing left to do for it.
/// </summary>
public sealed class IdleTests() : TestSystem(
    """
    pool { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 2 } }
    sized { type = Dispatcher, executor = fork-join-executor, fork-join-executor { parallelism-min = 3, parallelism-max = 3 } }
    pinned { type = PinnedDispatcher }
    tasks { type = TaskDispatcher }
    channels { type = Dispatcher, executor = channel-executor }
    """)
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(500);

    [LinuxTheory]
    [InlineData("akka.actor.default-fork-join-dispatcher")]
    [InlineData("pool")]
    [InlineData("sized")]
    [InlineData("pinned")]
    public async Task Idle_threads_sleep_and_are_not_woken(string dispatcher)
    {
        var threads = new ConcurrentDictionary<int, bool>();
        var actors = Enumerable.Range(0, 6).Select(_ => Echo(dispatcher, () => threads[OwnThread()] = true)).ToArray();
        for (var i = 0; i < 100; i++)
            await Task.WhenAll(actors.Select(actor => actor.Ask(i, Patience)));
        Assert.NotEmpty(threads);
        await BecomeQuiet(threads.Keys);
        // They were asleep, not gone.
        await Task.WhenAll(actors.Select(static actor => actor.Ask("again", Patience)));
    }

    [Theory]
    [InlineData("akka.actor.default-dispatcher")]
    [InlineData("akka.actor.internal-dispatcher")]
    [InlineData("akka.actor.default-blocking-io-dispatcher")]
    [InlineData("tasks")]
    [InlineData("channels")]
    public async Task An_idle_actor_leaves_the_pool_nothing_to_do(string dispatcher)
    {
        var actors = Enumerable.Range(0, 6).Select(_ => Echo(dispatcher, static () => { })).ToArray();
        for (var i = 0; i < 100; i++)
            await Task.WhenAll(actors.Select(actor => actor.Ask(i, Patience)));
        var mailboxes = actors.Select(static actor => ((LocalActorRef)actor).Cell.Mailbox).ToArray();
        var channels = new ChannelSchedulerExtension().Apply(Sys);
        // The last run may end a moment after its answer; after that nothing starts another one.
        Assert.True(SpinWait.SpinUntil(IsIdle, Patience));
        Assert.False(SpinWait.SpinUntil(() => !IsIdle(), s_quiet));

        bool IsIdle() => channels.IsIdle && !mailboxes.Any(static mailbox => mailbox.IsScheduled);
    }

    [LinuxFact]
    public async Task The_schedulers_thread_sleeps_while_no_timer_is_due()
    {
        var thread = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(1), () => thread.SetResult(OwnThread()));
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), ActorRefs.Nobody, "much later", ActorRefs.NoSender);
        await BecomeQuiet([await thread.Task.WaitAsync(Patience)]);
    }

    private IActorRef Echo(string dispatcher, Action first) => Sys.ActorOf(Lambda.Props((message, context) =>
    {
        first();
        context.Sender.Tell(message);
    }).WithDispatcher(dispatcher));

    /// <summary>Waits for a while in which none of the threads has run at all. One that polls or spins never has one.</summary>
    private static Task BecomeQuiet(ICollection<int> threads) => Task.Factory.StartNew(
        () =>
        {
            var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
            while (true)
            {
                var before = threads.Select(Activity).ToArray();
                Thread.Sleep(s_quiet);
                var after = threads.Select(Activity).ToArray();
                if (before.SequenceEqual(after, StringComparer.Ordinal))
                    return;
                Assert.True(Environment.TickCount64 < deadline, $"Threads that should be idle still run: {string.Join(", ", before.Zip(after))}");
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static int OwnThread() => int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>A thread's state, and how often it went to sleep and was put aside; the same text when it has not run.</summary>
    private static string Activity(int thread)
    {
        var lines = File.ReadLines($"/proc/self/task/{thread}/status").Where(static line =>
            line.StartsWith("Name:", StringComparison.Ordinal) || line.StartsWith("State:", StringComparison.Ordinal)
            || line.Contains("ctxt_switches:", StringComparison.Ordinal));
        var activity = string.Join(' ', lines);
        // A running thread is not idle, whatever it did before: no two looks at it are the same.
        return activity.Contains("S (sleeping)", StringComparison.Ordinal) ? activity : $"{activity} {Guid.NewGuid()}";
    }
}

/// <summary>A fact of Linux, which alone tells of its threads in /proc.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = LinuxTheoryAttribute.Reason;
}

/// <summary>A theory of Linux, which alone tells of its threads in /proc.</summary>
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public static readonly string? Reason = OperatingSystem.IsLinux() ? null : "needs /proc/self/task: Linux only";

    public LinuxTheoryAttribute() => Skip = Reason;
}
