using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Kernel.Actor.Tests.Dispatch;

public sealed class ChannelSchedulerTests() : TestSystem(
    """
    urgent { type = Dispatcher, executor = channel-executor, channel-executor.priority = high }
    normal { type = Dispatcher, executor = channel-executor }
    wrong { type = Dispatcher, executor = channel-executor, channel-executor.priority = whenever }
    """)
{
    private static ChannelScheduler Scheduler(int threads) => new(ConfigurationFactory.ParseString(
        $"parallelism-min = {threads}, parallelism-factor = 1, parallelism-max = {threads}, work-max = 4, work-step = 2"));

    [Fact]
    public void Priorities_share_four_queues() => Assert.Equal(
        [0, 0, 1, 1, 1, 2, 2, 3, 3],
        new[]
        {
            TaskSchedulerPriority.Realtime, TaskSchedulerPriority.High, TaskSchedulerPriority.AboveNormal, TaskSchedulerPriority.Normal,
            TaskSchedulerPriority.None, TaskSchedulerPriority.BelowNormal, TaskSchedulerPriority.Low, TaskSchedulerPriority.Background,
            TaskSchedulerPriority.Idle,
        }.Select(ChannelScheduler.QueueOf));

    [Theory]
    [InlineData("urgent")]
    [InlineData("normal")]
    public async Task Actors_run_on_it(string dispatcher)
    {
        var echo = Sys.ActorOf(Lambda.Props((message, context) => context.Sender.Tell(message)).WithDispatcher(dispatcher));
        for (var i = 0; i < 1000; i++)
            Assert.Equal(i, await echo.Ask<int>(i, Patience));
    }

    [Fact]
    public void An_unknown_priority_is_refused() => Assert.Contains(
        "wrong.channel-executor.priority",
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Empty.WithDispatcher("wrong"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task Urgent_work_goes_first_and_no_other_starves()
    {
        var order = new ConcurrentQueue<char>();
        var scheduler = Scheduler(threads: 1);
        using var gate = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        scheduler.Execute(
            new ActionRunnable(() =>
            {
                started.SetResult();
                gate.Wait(Patience);
            }),
            3);
        await started.Task.WaitAsync(Patience);
        foreach (var (queue, name) in new[] { (3, 'i'), (2, 'l'), (1, 'n'), (0, 'h') })
        {
            for (var i = 0; i < 6; i++)
            {
                scheduler.Execute(
                    new ActionRunnable(() =>
                    {
                        order.Enqueue(name);
                        if (order.Count == 24)
                            done.SetResult();
                    }),
                    queue);
            }
        }

        gate.Set();
        await done.Task.WaitAsync(Patience);
        Assert.StartsWith("hhhhnnlihhnnli", string.Concat(order), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_takes_no_more_threads_than_it_may()
    {
        var scheduler = Scheduler(threads: 2);
        using var gate = new SemaphoreSlim(0);
        using var started = new SemaphoreSlim(0);
        var running = 0;
        var most = 0;
        var left = new CountdownEvent(20);
        for (var i = 0; i < 20; i++)
        {
            scheduler.Execute(
                new ActionRunnable(() =>
                {
                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    started.Release();
                    gate.Wait(Patience);
                    Interlocked.Decrement(ref running);
                    left.Signal();
                }),
                1);
        }

        Assert.True(await started.WaitAsync(Patience));
        Assert.True(await started.WaitAsync(Patience));
        gate.Release(20);
        Assert.True(left.Wait(Patience));
        Assert.Equal(2, most);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
