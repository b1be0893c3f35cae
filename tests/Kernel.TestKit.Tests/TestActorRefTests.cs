using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace Kernel.Tests.Kit;

/// <summary>References with which a test looks into an actor and drives it by hand.</summary>
public sealed class TestActorRefTests() : TestKit(
    """
    akka.loglevel = DEBUG
    akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
    """)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Receive_handles_a_message_here_and_throws_what_the_handler_throws()
    {
        var actor = ActorOfAsTestActorRef<Counter>("counter");
        actor.Receive("count");
        actor.Receive("tell", TestActor);
        ExpectMsg(1);
        var failure = Assert.Throws<InvalidDataException>(() => actor.Receive("fail"));
        Assert.Equal("no", failure.Message);
        // The supervisor has not heard of it: the instance is the same.
        Assert.Equal(1, actor.UnderlyingActor.Count);
        Assert.Equal("counter", actor.Path.Name);
    }

    [Fact]
    public void Told_the_same_failure_goes_to_the_supervisor()
    {
        var actor = ActorOfAsTestActorRef<Counter>();
        actor.Tell("count");
        EventFilter.Exception<InvalidDataException>().ExpectOne(() => actor.Tell("fail"));
        AwaitAssert(() => Assert.Equal(0, actor.UnderlyingActor.Count)); // the supervisor logs before it restarts
    }

    [Fact]
    public void Receive_handles_what_the_kernel_handles_itself()
    {
        var actor = ActorOfAsTestActorRef<Counter>();
        actor.Receive(new Identify("who"), TestActor);
        Assert.Equal(actor.Ref, ExpectMsg<ActorIdentity>().Subject);
        Watch(actor);
        actor.Receive(PoisonPill.Instance);
        ExpectTerminated(actor);
        Assert.Throws<IllegalActorStateException>(() => actor.Receive("count"));
        Assert.Throws<IllegalActorStateException>(() => actor.UnderlyingActor);
    }

    [Fact]
    public void It_watches_for_its_actor()
    {
        var actor = ActorOfAsTestActorRef<Counter>();
        var (one, other) = (CreateTestProbe(), CreateTestProbe());
        actor.Watch(one);
        actor.Watch(other);
        actor.Unwatch(other);
        Sys.Stop(other);
        Watch(one);
        Sys.Stop(one);
        ExpectTerminated(one);
        AwaitAssert(() => Assert.Equal([one.Ref], actor.UnderlyingActor.Ended));
    }

    [Fact]
    public void It_stands_for_its_actor()
    {
        var actor = new TestActorRef<Counter>(Sys, Props.Create<Counter>(), TestActor, "child");
        Assert.True(actor == actor.Ref);
        Assert.False(actor != actor.Ref);
        Assert.False(actor == TestActor);
        Assert.Same(actor.Ref, TestActorRef<Counter>.ToActorRef(actor));
        Assert.Equal(TestActor.Path, actor.Path.Parent);
    }

    [Fact]
    public void The_state_of_a_machine_is_seen_and_set()
    {
        var machine = ActorOfAsTestFSMRef<Door, string, int>("door");
        Assert.Equal(("closed", 0), (machine.StateName, machine.StateData));
        machine.Tell("open");
        Assert.Equal(("open", 1), (machine.StateName, machine.StateData));
        machine.SetStateData(41);
        machine.SetState("closed");
        Assert.Equal(("closed", 41), (machine.StateName, machine.StateData));
        machine.SetState("open", 7, Second);
        Assert.Equal(("open", 7), (machine.StateName, machine.StateData));
        Assert.True(machine.IsStateTimerActive());
        Clock.Advance(Second);
        Assert.Equal("closed", machine.StateName);
        Assert.False(machine.IsStateTimerActive());
        machine.SetStateTimeout(Second);
        Assert.True(machine.IsStateTimerActive());
    }

    [Fact]
    public void The_timers_of_a_machine_are_seen_and_set()
    {
        var machine = ActorOfAsTestFSMRef<Door, string, int>(() => new Door());
        machine.SetTimer("open soon", "open", Second);
        Assert.True(machine.IsTimerActive("open soon"));
        Clock.Advance(Second);
        Assert.Equal("open", machine.StateName);
        Assert.False(machine.IsTimerActive("open soon"));
        machine.SetTimer("knock", "knock", Second, repeat: true);
        machine.CancelTimer("knock");
        Assert.False(machine.IsTimerActive("knock"));
    }

    [Fact]
    public void A_machine_is_set_to_its_end()
    {
        var machine = ActorOfAsTestFSMRef<Door, string, int>(Props.Create<Door>(), TestActor);
        Watch(machine);
        machine.SetState("closed", 0, stopReason: FSMBase.Normal.Instance);
        ExpectTerminated(machine);
    }

    [Fact]
    public void A_machine_logs_its_transitions_when_asked_to()
    {
        var machine = ActorOfAsTestFSMRef<Door, string, int>(withLogging: true);
        EventFilter.Debug("transition closed -> open").ExpectOne(() => machine.Tell("open"));
        var silent = ActorOfAsTestFSMRef<Door, string, int>();
        EventFilter.Debug(start: "transition").Expect(0, () => silent.Tell("open"));
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter()
        {
            Receive<Terminated>(terminated => Ended.Add(terminated.ActorRef));
            Receive<string>(text => text == "count", _ => Count++);
            Receive<string>(text => text == "tell", _ => Sender.Tell(Count));
            Receive<string>(_ => throw new InvalidDataException("no"));
        }

        public int Count { get; private set; }

        public List<IActorRef> Ended { get; } = [];
    }

    private sealed class Door : FSM<string, int>
    {
        public Door()
        {
            StartWith("closed", 0);
            When("closed", e => e.FsmEvent is "open" ? GoTo("open", e.StateData + 1) : Stay());
            When("open", e => e.FsmEvent is StateTimeout ? GoTo("closed") : Stay());
            Initialize();
        }
    }
}
