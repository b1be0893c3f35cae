using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace Kernel.Tests.Kit;

/// <summary>Latches and barriers.</summary>
public sealed class LatchTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_latch_opens_after_its_signals()
    {
        var latch = CreateTestLatch(2);
        latch.CountDown();
        Assert.False(latch.IsOpen);
        Assert.Contains("still wants 1", Assert.Throws<TimeoutException>(() => latch.Ready(Short)).Message, StringComparison.Ordinal);
        latch.CountDown();
        Assert.True(latch.IsOpen);
        latch.Ready();
    }

    [Fact]
    public async Task A_latch_wakes_who_waits()
    {
        var latch = new TestLatch();
        var waiter = Task.Run(latch.Ready);
        latch.CountDown();
        await waiter;
    }

    [Fact]
    public void A_latch_can_be_opened_at_once_and_closed_again()
    {
        var latch = new TestLatch(5, TimeSpan.FromMinutes(1));
        latch.Open();
        latch.Open();
        latch.Ready();
        latch.Reset();
        Assert.False(latch.IsOpen);
        Assert.Throws<ArgumentException>(() => latch.Ready(TimeSpan.MaxValue));
    }

    [Fact]
    public async Task A_barrier_lets_all_go_at_once_and_again()
    {
        var barrier = CreateTestBarrier(2);
        var other = Task.Run(() =>
        {
            barrier.Await();
            barrier.Await();
        });
        barrier.Await();
        barrier.Await();
        await other;
        Assert.Throws<TestBarrierTimeoutException>(() => barrier.Await(Short));
    }
}
