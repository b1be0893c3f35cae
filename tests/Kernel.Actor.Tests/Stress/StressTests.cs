using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Kernel.Actor.Tests.Stress;

/// <summary>
/// Random tells, failures, ends, restarts, watches and stashes on every dispatcher: each message is handled once or is a dead letter,
/// each sender's messages arrive in order, no mailbox is lost or stuck, and each end is told once. KERNEL_STRESS_SEED repeats a run
/// as far as the threads' timing lets it; KERNEL_STRESS_SECONDS goes on, seed after seed, for so long over all dispatchers.
/// </summary>
public sealed class StressTests(ITestOutputHelper output) : TestSystem(
    """
    pool { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 3 }, throughput = 3 }
    pinned { type = PinnedDispatcher, shutdown-timeout = 10ms }
    tasks { type = TaskDispatcher, throughput = 1 }
    channels { type = Dispatcher, executor = channel-executor, channel-executor.priority = low }
    synchronized { type = SynchronizedDispatcher }
    calling-thread { type = "Akka.TestKit.CallingThreadDispatcherConfigurator, Akka.TestKit" }
    bounded { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 20, mailbox-push-timeout-time = 0 }
    """)
{
    private static readonly string[] s_dispatchers =
        ["akka.actor.default-dispatcher", "pool", "pinned", "tasks", "channels", "synchronized", "calling-thread"];

    public static TheoryData<string> Dispatchers { get; } = new(s_dispatchers);

    [Theory]
    [MemberData(nameof(Dispatchers))]
    public async Task Nothing_is_lost_reordered_or_told_twice(string dispatcher)
    {
        var seed = Setting("KERNEL_STRESS_SEED", Random.Shared.Next());
        var duration = TimeSpan.FromSeconds(Setting("KERNEL_STRESS_SECONDS", 0)) / s_dispatchers.Length;
        var clock = Stopwatch.StartNew();
        var rounds = 0;
        output.WriteLine($"{dispatcher}: KERNEL_STRESS_SEED={seed}");
        do
        {
            var run = new StressRun(Sys, seed + rounds++, dispatcher);
            var books = dispatcher == "synchronized" ? await OneThreadContext.Run(run.Go) : await run.Go();
            if (rounds == 1)
                output.WriteLine(books);
        }
        while (clock.Elapsed < duration);
        output.WriteLine($"{dispatcher}: {rounds} rounds in {clock.Elapsed.TotalSeconds:F1} s");
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
