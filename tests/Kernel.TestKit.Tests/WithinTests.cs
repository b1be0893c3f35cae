using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace Kernel.Tests.Kit;

/// <summary>Time limits for blocks, what is left of them, and dilation.</summary>
public sealed class WithinTests() : TestKit("akka.test { timefactor = 2, single-expect-default = 10s }")
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Time_limits_are_dilated()
    {
        Assert.Equal(TimeSpan.FromSeconds(6), Dilated(TimeSpan.FromSeconds(3)));
        Assert.Equal(TimeSpan.FromSeconds(20), RemainingOrDefault);
        Assert.Equal(TimeSpan.FromSeconds(2), RemainingOrDilated(TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(20), RemainingOrDilated(null));
        Assert.Equal(Minute, RemainingOr(Minute));
        Assert.Throws<ArgumentException>(() => RemainingOrDilated(Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void What_is_left_is_known_inside_only()
    {
        Assert.Throws<InvalidOperationException>(() => Remaining);
        Within(Minute, () =>
        {
            Assert.InRange(Remaining, Minute, 2 * Minute);
            Assert.InRange(RemainingOrDefault, Minute, 2 * Minute);
            Within(TimeSpan.FromSeconds(1), () => Assert.InRange(Remaining, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
            Within(2 * Minute, () => Assert.InRange(Remaining, TimeSpan.Zero, 2 * Minute));
            Assert.InRange(Remaining, Minute, 2 * Minute);
        });
        Assert.Throws<InvalidOperationException>(() => Remaining);
    }

    [Fact]
    public async Task A_block_gives_its_result()
    {
        Assert.Equal(7, Within(Minute, () => 7));
        Assert.Equal(7, await WithinAsync(Minute, async () =>
        {
            await Task.Yield();
            return 7;
        }));
    }

    [Fact]
    public async Task Waits_inside_end_with_the_block()
    {
        Assert.ThrowsAny<XunitException>(() => Within(Short, () => ExpectMsg<string>()));
        await Assert.ThrowsAnyAsync<XunitException>(() => WithinAsync(Short, async () => await ExpectMsgAsync<string>()));
        Assert.Throws<InvalidOperationException>(() => Remaining);
    }

    [Fact]
    public void Silence_may_last_to_the_very_end()
    {
        Within(Short, () => ExpectNoMsg());
    }

    [Fact]
    public void A_block_that_takes_too_long_fails()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => Within(TimeSpan.Zero, Short, () => PassTime(3 * Short), "slow"));
        Assert.Contains("exceeding 00:00:00.04", failure.Message, StringComparison.Ordinal);
        Assert.Contains("slow", failure.Message, StringComparison.Ordinal);
        Within(Short, () => PassTime(3 * Short), epsilonValue: Minute);
    }

    [Fact]
    public async Task A_block_that_takes_too_short_a_time_fails()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => Within(Minute, 2 * Minute, () => { }));
        Assert.Contains("should at least have taken 00:01:00", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<XunitException>(() => WithinAsync(Minute, 2 * Minute, () => Task.CompletedTask));
    }

    [Fact]
    public void A_block_cannot_last_longer_than_the_one_around_it()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => Within(Short, () => Within(Minute, 2 * Minute, () => { })));
        Assert.Contains("Required min time 00:01:00 not possible", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_is_let_through()
    {
        Assert.Throws<InvalidTimeZoneException>(() => Within(Minute, (Action)(() => throw new InvalidTimeZoneException())));
    }

    [Fact]
    public async Task The_implicit_sender_stays()
    {
        var echo = ActorOf<Echo>();
        await WithinAsync(Minute, async () =>
        {
            await Task.Yield();
            echo.Tell("hello");
            await ExpectMsgAsync("hello");
        });
    }

    private void PassTime(TimeSpan time) => CreateTestProbe().ReceiveOne(time);
}
