using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace Kernel.Tests.Kit;

/// <summary>Expecting one message: what passes, and what the test says when it fails.</summary>
public sealed class ExpectTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_message_of_the_type_is_returned()
    {
        TestActor.Tell("hello");
        Assert.Equal("hello", ExpectMsg<string>());
    }

    [Fact]
    public async Task A_message_of_the_type_is_returned_asynchronously()
    {
        TestActor.Tell("hello");
        Assert.Equal("hello", await ExpectMsgAsync<string>());
    }

    [Fact]
    public async Task A_message_may_come_after_the_wait_has_begun()
    {
        var wait = ExpectMsgAsync<string>();
        Assert.False(wait.IsCompleted);
        TestActor.Tell("late");
        Assert.Equal("late", await wait);
    }

    [Fact]
    public void A_base_type_is_enough()
    {
        TestActor.Tell(new ArgumentNullException("name"));
        Assert.IsType<ArgumentNullException>(ExpectMsg<ArgumentException>());
    }

    [Fact]
    public void Nothing_fails_with_the_time_the_type_and_the_hint()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(Short, "the greeting"));
        Assert.Contains("Timeout 00:00:00.02", failure.Message, StringComparison.Ordinal);
        Assert.Contains("System.String", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the greeting", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_fails_asynchronously()
    {
        var failure = await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectMsgAsync<string>(Short));
        Assert.Contains("Timeout 00:00:00.02", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_type_fails_with_message_types_and_sender()
    {
        var sender = CreateTestProbe("other");
        TestActor.Tell(7, sender);
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>());
        Assert.Contains("of type System.String, but received {7} of type System.Int32", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/system/other", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Braces_in_a_message_do_no_harm()
    {
        TestActor.Tell("{0} {nothing}");
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>());
        Assert.Contains("{{0} {nothing}}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_must_be_equal()
    {
        TestActor.Tell("a");
        TestActor.Tell("b");
        Assert.Equal("a", ExpectMsg("a"));
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg("c"));
        Assert.Contains("Expected: c", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Actual:   b", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Collections_are_equal_when_their_elements_are()
    {
        TestActor.Tell(new[] { 1, 2 });
        ExpectMsg(new[] { 1, 2 });
    }

    [Fact]
    public async Task A_predicate_must_hold()
    {
        TestActor.Tell(1);
        TestActor.Tell(2);
        TestActor.Tell(3);
        Assert.Equal(1, ExpectMsg<int>(n => n < 2));
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(n => n < 2, hint: "a small number"));
        Assert.Contains("Expected a small number, but it was false for {2}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, await ExpectMsgAsync<int>((n, sender) => n == 3 && sender.Equals(TestActor)));
    }

    [Fact]
    public void An_assertion_may_look_closer_and_its_exception_is_let_through()
    {
        TestActor.Tell("a", TestActor);
        TestActor.Tell("b");
        ExpectMsg<string>((text, sender) =>
        {
            Assert.Equal("a", text);
            Assert.Equal(TestActor, sender);
        });
        Assert.Throws<InvalidTimeZoneException>(() => ExpectMsg<string>((Action<string>)(_ => throw new InvalidTimeZoneException())));
    }

    [Fact]
    public void A_comparer_decides()
    {
        TestActor.Tell("A");
        TestActor.Tell("B");
        ExpectMsg("a", (left, right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase));
        Assert.ThrowsAny<XunitException>(() => ExpectMsg("b", (left, right) => left == right));
    }

    [Fact]
    public void A_sender_must_be_the_one()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, "a");
        probe.Send(TestActor, "b");
        probe.Send(TestActor, "c");
        probe.Send(TestActor, "d");
        TestActor.Tell("e");
        ExpectMsgFrom<string>(probe);
        ExpectMsgFrom(probe.Ref, "b");
        ExpectMsgFrom<string>(probe, text => text == "c");
        ExpectMsgFrom<string>(sender => sender.Equals(probe), text => text == "d");
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom<string>(probe));
        Assert.Contains("{e} is from", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_message_and_its_sender_are_remembered()
    {
        Assert.Throws<IllegalActorStateException>(() => LastMessage);
        Assert.Throws<IllegalActorStateException>(() => LastSender);
        var probe = CreateTestProbe();
        probe.Send(TestActor, "a");
        ExpectMsg("a");
        Assert.Equal("a", LastMessage);
        Assert.Equal(probe.Ref, LastSender);
    }

    [Fact]
    public void A_message_without_sender_is_from_dead_letters()
    {
        TestActor.Tell("a", ActorRefs.NoSender);
        ExpectMsg("a");
        Assert.Equal(Sys.DeadLetters, LastSender);
    }

    [Fact]
    public void The_test_actor_is_the_implicit_sender()
    {
        ActorOf<Echo>().Tell("hello");
        ExpectMsg("hello");
    }

    [Fact]
    public async Task The_test_actor_is_the_implicit_sender_after_an_await()
    {
        var echo = ActorOf<Echo>();
        await Task.Yield();
        echo.Tell("one");
        await ExpectMsgAsync("one");
        echo.Tell("two");
        await ExpectMsgAsync("two");
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        var wait = ExpectMsgAsync<string>(cancellationToken: source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
