using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace AkkaCompatibility;

/// <summary>What Akka's documentation says of testing actors.</summary>
public sealed class TestKitTests : TestKit
{
    public TestKitTests() : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
    }

    [Fact]
    public void A_probe_stands_for_another_actor()
    {
        var probe = CreateTestProbe("database");
        var service = Sys.ActorOf(Props.Create(() => new Service(probe.Ref)));
        service.Tell("query");
        probe.ExpectMsg("query");
        probe.Reply("rows");
        ExpectMsg("rows");
        probe.Send(service, "again");
        probe.ExpectMsg("again");
        probe.Forward(TestActor);
        ExpectMsg("again");
        Assert.Equal(probe.Ref, LastSender); // who sent what was forwarded
    }

    [Fact]
    public void An_auto_pilot_answers_for_a_probe()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"echo {message}", probe.Ref);
            return AutoPilot.KeepRunning;
        }));
        probe.Ref.Tell(1);
        probe.Ref.Tell(2);
        ExpectMsg("echo 1");
        ExpectMsg("echo 2");
    }

    [Fact]
    public void Messages_are_expected_one_by_one_all_or_any()
    {
        foreach (var message in new object[] { 1, "two", 3, 4, 5, "end" })
            TestActor.Tell(message);
        ExpectMsgAnyOf(new object[] { 1, "one" });
        ExpectMsg<string>(text => text.StartsWith('t'));
        ExpectMsgAllOf(new[] { 4, 3 });
        Assert.Equal("end", FishForMessage(message => message is string));
        ExpectNoMsg(TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < 3; i++)
            TestActor.Tell(i);
        Assert.Equal([0, 1, 2], ReceiveN(3).Cast<int>());
    }

    [Fact]
    public void Within_bounds_the_time_of_what_is_expected()
    {
        TestActor.Tell("soon");
        Within(TimeSpan.FromSeconds(5), () => ExpectMsg("soon"));
        Assert.ThrowsAny<Exception>(() => Within(TimeSpan.FromMilliseconds(20), () => ExpectMsg("never")));
    }

    [Fact]
    public async Task Asserts_are_tried_until_they_hold()
    {
        var tries = 0;
        AwaitAssert(() => Assert.True(++tries > 3), interval: TimeSpan.FromMilliseconds(1));
        await AwaitAssertAsync(() => Assert.True(++tries > 6), interval: TimeSpan.FromMilliseconds(1));
        await AwaitConditionAsync(() => Task.FromResult(++tries > 9));
        Assert.True(tries > 9);
    }

    [Fact]
    public void Log_events_are_expected()
    {
        EventFilter.Warning(contains: "hot").ExpectOne(() => Log.Warning("the stove is {0}", "hot"));
        EventFilter.Exception<InvalidDataException>("broken").ExpectOne(() => Sys.ActorOf(Props.Create<Fragile>()).Tell("drop"));
        EventFilter.Error().Expect(0, () => Log.Info("no error"));
    }

    [Fact]
    public void Time_passes_when_the_test_says_so()
    {
        var clock = (TestScheduler)Sys.Scheduler;
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), TestActor, "an hour later", ActorRefs.NoSender);
        clock.Advance(TimeSpan.FromMinutes(59));
        ExpectNoMsg(TimeSpan.FromMilliseconds(10));
        clock.Advance(TimeSpan.FromMinutes(1));
        ExpectMsg("an hour later");
    }

    [Fact]
    public void A_test_reference_runs_on_the_tests_thread_and_shows_the_instance()
    {
        var counter = ActorOfAsTestActorRef<Counter>(Props.Create<Counter>(), "counter");
        counter.Tell("count");
        Assert.Equal(1, counter.UnderlyingActor.Count);
        counter.Receive("count");
        Assert.Equal(2, counter.UnderlyingActor.Count);
        Assert.Throws<NotSupportedException>(() => counter.Receive("fail"));
    }

    [Fact]
    public void Latches_and_barriers_meet_threads()
    {
        var latch = CreateTestLatch(2);
        var barrier = CreateTestBarrier(2);
        for (var i = 0; i < 2; i++)
        {
            _ = Task.Run(() =>
            {
                barrier.Await();
                latch.CountDown();
            });
        }

        latch.Ready(TimeSpan.FromSeconds(10));
        Assert.True(latch.IsOpen);
    }

    [Fact]
    public void A_child_of_the_test_is_supervised_by_it()
    {
        var child = ChildActorOf(Props.Create<Fragile>());
        Assert.Equal(TestActor.Path.Parent.Parent, child.Path.Parent.Parent.Parent);
        Watch(child);
        Sys.Stop(child);
        ExpectTerminated(child);
    }

    private sealed class Service : ReceiveActor
    {
        public Service(IActorRef database) => ReceiveAny(message => database.Forward(message));
    }

    private sealed class Fragile : ReceiveActor
    {
        public Fragile() => ReceiveAny(_ => throw new InvalidDataException("broken"));
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter()
        {
            Receive<string>(text => text == "count", _ => Count++);
            Receive<string>(_ => throw new NotSupportedException());
        }

        public int Count { get; private set; }
    }
}
