using Akka.Actor;

namespace Kernel.Actor.Tests.Dispatch;

public sealed class WakeUpTests() : TestSystem(
    """
    three { type = Dispatcher, executor = fork-join-executor, throughput = 3, fork-join-executor { parallelism-min = 1, parallelism-max = 1 } }
    deadline { type = Dispatcher, throughput = 1000000, throughput-deadline-time = 1ms, executor = fork-join-executor, fork-join-executor { parallelism-min = 1, parallelism-max = 1 } }
    sized { type = ForkJoinDispatcher, fork-join-executor { parallelism-min = 1, parallelism-factor = 1.0, parallelism-max = 3 } }
    """)
{
    [Theory]
    [InlineData("three")]
    [InlineData("sized")]
    [InlineData("akka.actor.default-dispatcher")]
    [InlineData("deadline")]
    public async Task No_wake_up_is_lost_between_many_senders_and_an_actor_that_goes_idle_often(string dispatcher)
    {
        const int Senders = 4;
        const int Each = 20_000;
        var done = new TaskCompletionSource();
        var next = new int[Senders];
        var left = Senders * Each;
        var actor = Sys.ActorOf(Lambda.Props((message, _) =>
        {
            var (sender, number) = ((int, int))message;
            if (next[sender]++ != number)
                done.TrySetException(new InvalidOperationException("out of order"));
            if (--left == 0)
                done.TrySetResult();
        }).WithDispatcher(dispatcher));
        var threads = Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                actor.Tell((sender, i));
                // Now and then the actor gets the time to go idle.
                if (i % 16 == 0)
                    Thread.Yield();
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        await done.Task.WaitAsync(Patience);
    }
}
