using Akka.Actor;

namespace Kernel.Actor.Tests.Actor;

public sealed class FsmTests : VirtualTime
{
    private readonly Inbox _inbox;

    public FsmTests() => _inbox = NewInbox();

    public enum Door
    {
        Locked,
        Open,
    }

    private IActorRef NewDoor() => Sys.ActorOf(Props.Create<DoorFsm>(_inbox.Ref));

    private static async Task<FSMBase.CurrentState<Door>> StateOf(IActorRef door, Inbox observer)
    {
        door.Tell(new FSMBase.SubscribeTransitionCallBack(observer.Ref));
        var state = await observer.Next<FSMBase.CurrentState<Door>>();
        door.Tell(new FSMBase.UnsubscribeTransitionCallBack(observer.Ref));
        return state;
    }

    [Fact]
    public async Task It_goes_from_state_to_state_with_data_and_replies()
    {
        var door = NewDoor();
        door.Tell('4', _inbox.Ref);
        door.Tell('2', _inbox.Ref);
        await _inbox.Expect("Locked 4", "unlocked after 42", "Locked>Open");
        Assert.Equal(Door.Open, (await StateOf(door, NewInbox())).State);
    }

    [Fact]
    public async Task Who_subscribes_hears_of_the_state_and_of_transitions()
    {
        var door = NewDoor();
        var observer = NewInbox();
        door.Tell(new FSMBase.SubscribeTransitionCallBack(observer.Ref));
        await observer.Expect(new FSMBase.CurrentState<Door>(door, Door.Locked));
        door.Tell('4');
        door.Tell('2');
        await observer.Expect(new FSMBase.Transition<Door>(door, Door.Locked, Door.Open));
        door.Tell(new FSMBase.UnsubscribeTransitionCallBack(observer.Ref));
        door.Tell("lock");
        await Handled(door);
        Assert.True(await observer.IsEmpty());
    }

    [Fact]
    public async Task A_state_that_lasts_too_long_times_out()
    {
        var door = NewDoor();
        door.Tell('4');
        door.Tell('2');
        await _inbox.Expect("Locked>Open");
        await Handled(door);
        Advance(0.9);
        await Handled(door);
        Assert.True(await _inbox.IsEmpty());
        Advance(0.1);
        await _inbox.Expect("Open>Locked");
    }

    [Fact]
    public async Task A_message_restarts_the_timeout()
    {
        var door = NewDoor();
        door.Tell('4');
        door.Tell('2');
        await _inbox.Expect("Locked>Open");
        await Handled(door);
        Advance(0.9);
        door.Tell("hold");
        await Handled(door);
        Advance(0.9);
        await Handled(door);
        Assert.True(await _inbox.IsEmpty());
        Advance(0.1);
        await _inbox.Expect("Open>Locked");
    }

    [Fact]
    public async Task To_the_same_state_anew_is_a_transition_and_staying_is_none()
    {
        var door = NewDoor();
        door.Tell("again");
        await _inbox.Expect("Locked>Locked");
        door.Tell("hold");
        await Handled(door);
        Assert.True(await _inbox.IsEmpty());
    }

    [Fact]
    public async Task Timers_send_once_or_again_and_again_until_cancelled()
    {
        var door = NewDoor();
        door.Tell("start timers");
        await Handled(door);
        Advance(1);
        await _inbox.Expect("timed once");
        Advance(1);
        await _inbox.Expect("timed often");
        Advance(2);
        await _inbox.Expect("timed often");
        door.Tell("cancel");
        await Handled(door);
        Advance(10);
        await Handled(door);
        Assert.True(await _inbox.IsEmpty());
    }

    [Fact]
    public async Task Messages_that_a_state_does_not_handle_are_handled_elsewhere()
    {
        NewDoor().Tell(1.5);
        await _inbox.Expect("unhandled 1.5 in Locked");
    }

    [Theory]
    [InlineData("stop", "Normal Locked")]
    [InlineData("fail", "Failure Locked")]
    [InlineData("nowhere", "Failure Locked")]
    public async Task It_stops_with_a_reason(string message, string end)
    {
        var door = NewDoor();
        var watcher = NewInbox();
        await watcher.Watch(door);
        door.Tell(message);
        await watcher.Next<Terminated>();
        await _inbox.Expect(end);
    }

    [Fact]
    public async Task It_hears_of_its_end_from_outside()
    {
        Sys.Stop(NewDoor());
        await _inbox.Expect("Shutdown Locked");
    }

    [Fact]
    public async Task The_outcome_of_a_state_function_may_be_changed()
    {
        var door = NewDoor();
        door.Tell("transformed", _inbox.Ref);
        await _inbox.Expect("replied late", "Locked>Open");
    }

    /// <summary>A lock with the code 42 that closes after a second.</summary>
    private sealed class DoorFsm : FSM<Door, string>
    {
        public DoorFsm(IActorRef log)
        {
            StartWith(Door.Locked, "");
            When(Door.Locked, e => (e.FsmEvent, e.StateData) switch
            {
                (char digit, "4") when digit == '2' => GoTo(Door.Open).Using(""),
                (char digit, var code) => Stay().Using(code + digit).Replying($"{StateName} {digit}"),
                ("again", _) => GoTo(Door.Locked),
                ("nowhere", _) => GoTo((Door)7),
                _ => null,
            });
            When(Door.Locked, Transform(e => e.FsmEvent is "transformed" ? GoTo(Door.Open) : null).Using(s => s.Replying("replied late")));
            When(Door.Open, e => e.FsmEvent is FSMBase.StateTimeout or "lock" ? GoTo(Door.Locked) : null, TimeSpan.FromSeconds(1));
            WhenUnhandled(e =>
            {
                switch (e.FsmEvent)
                {
                    case "hold":
                        return Stay();
                    case "stop":
                        return Stop();
                    case "fail":
                        return Stop(new FSMBase.Failure(new InvalidOperationException("as asked")));
                    case "start timers":
                        SetTimer("once", "timed once", TimeSpan.FromSeconds(5));
                        // Replaces the other one of its name.
                        StartSingleTimer("once", "timed once", TimeSpan.FromSeconds(1));
                        StartTimerWithFixedDelay("often", "timed often", TimeSpan.FromSeconds(2));
                        return Stay();
                    case "cancel":
                        Assert.True(IsTimerActive("often"));
                        Assert.False(IsTimerActive("once"));
                        CancelTimer("often");
                        return Stay();
                    case "timed once" or "timed often":
                        log.Tell(e.FsmEvent);
                        return Stay();
                    default:
                        log.Tell($"unhandled {e.FsmEvent} in {StateName}");
                        return null;
                }
            });
            OnTransition((from, to) =>
            {
                if (from == Door.Locked && to == Door.Open && StateData == "4")
                {
                    Assert.Equal("", NextStateData);
                    Sender.Tell("unlocked after 42");
                }

                log.Tell($"{from}>{to}");
            });
            OnTermination(e => log.Tell($"{e.Reason.GetType().Name} {e.TerminatedState}"));
            Initialize();
        }
    }
}
