using System.Collections;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace Kernel.Tests.Kit;

/// <summary>Expecting none or several messages, receiving and fishing.</summary>
public sealed class ExpectManyTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Silence_passes()
    {
        ExpectNoMsg(Short);
        ExpectNoMsg(20);
        await ExpectNoMsgAsync(Short);
    }

    [Fact]
    public async Task Silence_fails_with_the_message_that_came()
    {
        TestActor.Tell("noise");
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectNoMsg());
        Assert.Contains("Expected no message for 00:00:03, but received <noise>", failure.Message, StringComparison.Ordinal);
        TestActor.Tell("noise");
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectNoMsgAsync(Short));
    }

    [Fact]
    public void Any_of_several()
    {
        Tell("b", "x");
        Assert.Equal("b", ExpectMsgAnyOf(["a", "b"]));
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsgAnyOf(["a", "b"]));
        Assert.Contains("any of [a, b], but received <x>", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_of_several_in_any_order()
    {
        Tell("c", "a", "b", "a");
        Assert.Equal(["c", "a", "b", "a"], ExpectMsgAllOf(["a", "a", "b", "c"]));
        Tell("c", "a");
        Assert.Equal(["c", "a"], await ExpectMsgAllOfAsync(["a", "c"]).ToListAsync());
    }

    [Fact]
    public void All_of_several_fails_with_what_is_missing_and_what_is_not_expected()
    {
        Tell("a", "x");
        var wrong = Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(["a", "b"]));
        Assert.Contains("missing [b], not expected [x]", wrong.Message, StringComparison.Ordinal);
        Tell("b");
        var late = Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(Short, ["a", "b"]));
        Assert.Contains("missing [a], not expected []", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_of_messages()
    {
        Tell("a", "b", "c", "d", "e");
        Assert.Equal(["a", "b"], ReceiveN(2));
        Assert.Equal(["c", "d"], await ReceiveNAsync(2).ToListAsync());
        var failure = Assert.ThrowsAny<XunitException>(() => ReceiveN(2, Short));
        Assert.Contains("waiting for 2 messages: only 1 came", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_message_or_null()
    {
        Tell("a");
        Assert.Equal("a", ReceiveOne());
        Assert.Null(ReceiveOne(TimeSpan.Zero));
        Assert.Null(await ReceiveOneAsync(Short));
        Assert.False(TryReceiveOne(out _, Short));
        TestActor.Tell("b", TestActor);
        Assert.True(TryReceiveOne(out var envelope, Timeout.InfiniteTimeSpan));
        Assert.Equal("b", envelope.Message);
        Assert.Equal(TestActor, envelope.Sender);
        Assert.False((await TryReceiveOneAsync(Short)).success);
    }

    [Fact]
    public async Task Peeking_leaves_the_message()
    {
        Assert.Null(PeekOne(TimeSpan.Zero));
        Assert.False(HasMessages);
        Tell("a");
        Assert.Equal("a", PeekOne());
        Assert.Equal("a", await PeekOneAsync());
        Assert.True(HasMessages);
        Assert.Equal("a", ReceiveOne());
        Assert.False(HasMessages);
    }

    [Fact]
    public void Receiving_while_a_filter_makes_something()
    {
        Tell("1", "2", "x", "3");
        var numbers = ReceiveWhile(Short, message => int.TryParse((string)message, out var n) ? (object)n : null);
        Assert.Equal([1, 2], numbers);
        ExpectMsg("x");
        ExpectMsg("3");
    }

    [Fact]
    public async Task Receiving_while_a_predicate_holds()
    {
        Tell("a", 1, "b", "stop", "c");
        Assert.Equal(["a", "b"], ReceiveWhile<string>(text => text != "stop"));
        ExpectMsg("stop");
        Tell(2, "d");
        Assert.Equal(["c"], await ReceiveWhileAsync<string>(_ => true, shouldIgnoreOtherMessageTypes: false).ToListAsync());
        ExpectMsg(2);
        Assert.Equal(["d"], ReceiveWhile<string>(_ => true, max: TimeSpan.FromMinutes(1), idle: Short));
        Tell("e", "f");
        Assert.Equal(["e"], ReceiveWhile<string>(_ => true, msgs: 1));
    }

    [Fact]
    public async Task Fishing_drops_the_others()
    {
        var dropped = new ArrayList { "old" };
        Tell("a", 1, "b", 2, "c", 3);
        Assert.Equal("b", FishForMessage(message => message is "b"));
        Assert.Equal("c", FishForMessage<string>(_ => true, dropped));
        Assert.Equal([2], dropped.ToArray());
        Assert.Equal(3, await FishForMessageAsync<int>(n => n == 3));
    }

    [Fact]
    public void Fishing_fails_when_nothing_bites()
    {
        Tell("a");
        var failure = Assert.ThrowsAny<XunitException>(() => FishForMessage<int>(_ => true, Short, "a number"));
        Assert.Contains("fishing for a message of type System.Int32 (a number)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fishing_until_the_time_is_over()
    {
        Tell("a");
        await FishUntilMessageAsync<int>(Short);
        Tell(1);
        await Assert.ThrowsAnyAsync<XunitException>(() => FishUntilMessageAsync<int>(Short));
    }

    [Fact]
    public async Task Waiting_for_radio_silence()
    {
        Tell("a", "b");
        Assert.Equal(["a", "b"], (await WaitForRadioSilenceAsync(Short)).ToArray());
        Tell("a", "b");
        await Assert.ThrowsAnyAsync<XunitException>(() => WaitForRadioSilenceAsync(Short, maxMessages: 2));
    }

    private void Tell(params object[] messages)
    {
        foreach (var message in messages)
            TestActor.Tell(message);
    }
}
