using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace Kernel.Tests.Kit;

/// <summary>Looking again and again at what gives no notice.</summary>
public sealed class AwaitTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private int _looks;

    [Fact]
    public async Task An_assertion_is_tried_until_it_passes()
    {
        AwaitAssert(() => Assert.Equal(3, ++_looks));
        await AwaitAssertAsync(() => Assert.Equal(6, ++_looks));
        await AwaitAssertAsync(
            async () =>
            {
                await Task.Yield();
                Assert.Equal(9, ++_looks);
            },
            interval: Tick);
    }

    [Fact]
    public async Task An_assertion_that_never_passes_throws_its_own_exception()
    {
        Assert.Throws<InvalidTimeZoneException>(() => AwaitAssert(() => throw new InvalidTimeZoneException(), Short));
        await Assert.ThrowsAsync<InvalidTimeZoneException>(
            () => AwaitAssertAsync(() => Task.FromException(new InvalidTimeZoneException()), Short, Tick));
    }

    [Fact]
    public void An_assertion_runs_on_the_thread_of_the_test()
    {
        var thread = Environment.CurrentManagedThreadId;
        AwaitAssert(() =>
        {
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            Assert.Equal(3, ++_looks);
        });
    }

    [Fact]
    public async Task A_condition_is_looked_at_until_it_holds()
    {
        AwaitCondition(() => ++_looks == 3);
        AwaitCondition(() => ++_looks == 6, TimeSpan.FromMinutes(1), Tick);
        await AwaitConditionAsync(() => ++_looks == 9);
        await AwaitConditionAsync(() => Task.FromResult(++_looks == 12));
    }

    [Fact]
    public async Task A_condition_that_never_holds_fails()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, Short, "the moon is blue"));
        Assert.Contains("while waiting for a condition (the moon is blue)", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<XunitException>(() => AwaitConditionAsync(() => false, Short));
    }

    [Fact]
    public async Task A_condition_can_be_asked_without_failing()
    {
        Assert.True(AwaitConditionNoThrow(() => ++_looks == 3, TimeSpan.FromMinutes(1)));
        Assert.False(AwaitConditionNoThrow(() => false, Short));
        Assert.False(await AwaitConditionNoThrowAsync(() => false, Short, Tick));
    }

    [Fact]
    public void The_end_of_a_block_ends_the_wait()
    {
        Assert.ThrowsAny<XunitException>(() => Within(Short, () => AwaitCondition(() => false)));
    }
}
