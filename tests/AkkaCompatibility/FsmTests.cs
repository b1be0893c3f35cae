using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace AkkaCompatibility;

/// <summary>What Akka's documentation says of state machines and event buses.</summary>
public sealed class FsmTests : TestKit
{
    [Fact]
    public void A_machine_goes_from_state_to_state_and_tells_who_listens()
    {
        var door = Sys.ActorOf(Props.Create<Door>());
        door.Tell(new FSMBase.SubscribeTransitionCallBack(TestActor));
        Assert.Equal(State.Closed, ExpectMsg<FSMBase.CurrentState<State>>().State);
        door.Tell("open");
        var transition = ExpectMsg<FSMBase.Transition<State>>();
        Assert.Equal((State.Closed, State.Open), (transition.From, transition.To));
        door.Tell("count");
        ExpectMsg(1);
    }

    [Fact]
    public void A_state_may_last_only_so_long()
    {
        var door = Sys.ActorOf(Props.Create<Door>());
        door.Tell(new FSMBase.SubscribeTransitionCallBack(TestActor));
        ExpectMsg<FSMBase.CurrentState<State>>();
        door.Tell("open briefly");
        Assert.Equal(State.Open, ExpectMsg<FSMBase.Transition<State>>().To);
        Assert.Equal(State.Closed, ExpectMsg<FSMBase.Transition<State>>().To);
    }

    [Fact]
    public void A_machine_ends_itself()
    {
        var door = Sys.ActorOf(Props.Create<Door>());
        Watch(door);
        door.Tell("stop");
        ExpectTerminated(door);
    }

    [Fact]
    public void A_test_looks_into_a_machine()
    {
        var door = ActorOfAsTestFSMRef<Door, State, int>(() => new Door());
        door.Tell("open");
        Assert.Equal(State.Open, door.StateName);
        Assert.Equal(1, door.StateData);
        door.SetState(State.Closed, 41);
        door.Tell("open");
        Assert.Equal(42, door.StateData);
    }

    [Fact]
    public void An_event_bus_brings_events_to_the_subscribers_of_their_class()
    {
        var bus = new WordsByLength();
        var other = CreateTestProbe();
        bus.Subscribe(TestActor, 3);
        bus.Subscribe(other, 5);
        bus.Publish("cat");
        bus.Publish("horse");
        ExpectMsg("cat");
        other.ExpectMsg("horse");
        bus.Unsubscribe(TestActor);
        bus.Publish("dog");
        ExpectNoMsg(TimeSpan.FromMilliseconds(20));
    }

    private enum State
    {
        Closed,
        Open,
    }

    private sealed class Door : FSM<State, int>
    {
        public Door()
        {
            StartWith(State.Closed, 0);
            When(State.Closed, e => e.FsmEvent switch
            {
                "open" => GoTo(State.Open).Using(e.StateData + 1),
                "open briefly" => GoTo(State.Open).ForMax(TimeSpan.FromMilliseconds(20)),
                _ => null,
            });
            When(State.Open, e => e.FsmEvent is StateTimeout ? GoTo(State.Closed) : null);
            WhenUnhandled(e => e.FsmEvent switch
            {
                "count" => Stay().Replying(e.StateData),
                "stop" => Stop(),
                _ => Stay(),
            });
            Initialize();
        }
    }

    private sealed class WordsByLength : ActorEventBus<string, int>
    {
        protected override bool IsSubClassification(int parent, int child) => parent == child;

        protected override bool Classify(string @event, int classifier) => @event.Length == classifier;

        protected override int GetClassifier(string @event) => @event.Length;

        protected override void Publish(string @event, IActorRef subscriber) => subscriber.Tell(@event);
    }
}
