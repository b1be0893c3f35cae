using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace Kernel.Tests.Kit;

/// <summary>What the test actor does besides listening.</summary>
public sealed class TestActorTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_watched_actor_s_end_is_told()
    {
        var actor = Watch(ActorOf<Echo>());
        Sys.Stop(actor);
        Assert.True(ExpectTerminated(actor).ExistenceConfirmed);
    }

    [Fact]
    public async Task A_watched_actor_s_end_is_told_asynchronously()
    {
        var actor = await WatchAsync(ActorOf<Echo>());
        Sys.Stop(actor);
        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public void The_end_of_another_actor_fails()
    {
        var actor = Watch(ActorOf<Echo>("one"));
        var other = ActorOf<Echo>("other");
        Sys.Stop(actor);
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectTerminated(other));
        Assert.Contains("/user/other", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/user/one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unwatched_actor_s_end_is_not_told()
    {
        var actor = Watch(ActorOf<Echo>());
        var probe = CreateTestProbe();
        probe.Watch(actor);
        Assert.Same(actor, await UnwatchAsync(actor));
        Sys.Stop(actor);
        probe.ExpectTerminated(actor);
        ExpectNoMsg(Short);
    }

    [Fact]
    public void Messages_can_be_ignored()
    {
        IgnoreMessages(message => message is 1);
        TestActor.Tell(1);
        TestActor.Tell(2);
        ExpectMsg(2);
        IgnoreMessages<string>(text => text == "a");
        TestActor.Tell("a");
        TestActor.Tell("b");
        ExpectMsg("b");
        IgnoreMessages<string>();
        TestActor.Tell("c");
        TestActor.Tell(1);
        ExpectMsg(1);
        IgnoreNoMessages();
        TestActor.Tell("d");
        ExpectMsg("d");
    }

    [Fact]
    public void An_auto_pilot_reacts_until_it_ends()
    {
        var probe = CreateTestProbe();
        SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"re: {message}");
            return message is "last" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
        }));
        foreach (var message in (string[])["first", "last", "after"])
            probe.Send(TestActor, message);
        probe.ExpectMsg("re: first");
        probe.ExpectMsg("re: last");
        probe.ExpectNoMsg(TimeSpan.Zero);
        Assert.Equal(["first", "last", "after"], ReceiveN(3));
    }

    [Fact]
    public void An_auto_pilot_may_be_followed_by_another()
    {
        SetAutoPilot(new DelegateAutoPilot((sender, _) =>
        {
            sender.Tell(1);
            return new DelegateAutoPilot((next, _) =>
            {
                next.Tell(2);
                return AutoPilot.KeepRunning;
            });
        }));
        var probe = CreateTestProbe();
        for (var i = 0; i < 3; i++)
            probe.Send(TestActor, "go");
        Assert.Equal([1, 2, 2], probe.ReceiveN(3));
    }

    [Fact]
    public void A_child_of_the_test_actor()
    {
        var child = ChildActorOf(Props.Create<Echo>(), "child");
        Assert.Equal(TestActor.Path / "child", child.Path);
        child.Tell("hello");
        ExpectMsg("hello");
        Assert.Throws<InvalidActorNameException>(() => ChildActorOf(Props.Create<Echo>(), "child"));
    }

    [Fact]
    public async Task A_child_of_the_test_actor_asynchronously()
    {
        Assert.Equal(TestActor.Path / "child", (await ChildActorOfAsync(Props.Create<Echo>(), "child")).Path);
        Assert.Equal(TestActor.Path, (await ChildActorOfAsync(Props.Create<Echo>())).Path.Parent);
        await Assert.ThrowsAsync<InvalidActorNameException>(() => ChildActorOfAsync(Props.Create<Echo>(), "child"));
    }

    [Fact]
    public void A_child_is_stopped_when_it_fails_unless_its_strategy_says_otherwise()
    {
        var stopped = Watch(ChildActorOf(Props.Create<Thrower>()));
        var restarted = Watch(ChildActorOf(Props.Create<Thrower>(), SupervisorStrategy.DefaultStrategy));
        EventFilter.Exception<InvalidTimeZoneException>().Expect(2, () =>
        {
            restarted.Tell(new InvalidTimeZoneException());
            restarted.Tell("alive");
            stopped.Tell(new InvalidTimeZoneException());
        });
        var messages = ReceiveN(2);
        Assert.Contains("alive", messages);
        Assert.Equal(stopped, messages.OfType<Terminated>().Single().ActorRef);
    }

    [Fact]
    public void Actors_are_made_and_found()
    {
        var actor = ActorOf(() => new Echo(), "echo");
        Assert.Equal("/user/echo", actor.Path.ToStringWithoutAddress());
        ActorSelection("/user/echo").Tell("hello", TestActor);
        ExpectMsg("hello");
        ActorSelection(actor.Path).Tell("again", TestActor);
        ExpectMsg("again");
    }
}
