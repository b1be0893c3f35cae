using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace AkkaCompatibility;

/// <summary>What Akka's documentation says of actors: messages, behaviours, life cycle, supervision, watching, stash and timers.</summary>
public sealed class ActorTests : TestKit
{
    [Fact]
    public void Messages_of_one_sender_arrive_in_the_order_they_were_sent()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Forwarder(TestActor)));
        for (var i = 0; i < 1000; i++) actor.Tell(i);
        for (var i = 0; i < 1000; i++) ExpectMsg(i);
    }

    [Fact]
    public async Task Ask_is_answered_by_the_sender_that_Tell_gives()
    {
        var actor = Sys.ActorOf(Props.Create<Doubler>());
        Assert.Equal(42, await actor.Ask<int>(21, TimeSpan.FromSeconds(10)));
        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<int>("not a number", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void Become_replaces_the_behaviour_until_it_is_unbecome()
    {
        var actor = Sys.ActorOf(Props.Create<Mood>());
        actor.Tell("how are you");
        ExpectMsg("neutral");
        actor.Tell("cheer up");
        actor.Tell("how are you");
        ExpectMsg("happy");
        actor.Tell("calm down");
        actor.Tell("how are you");
        ExpectMsg("neutral");
    }

    [Fact]
    public void An_asynchronous_handler_holds_back_the_next_message()
    {
        var actor = Sys.ActorOf(Props.Create<Slow>());
        actor.Tell(1);
        actor.Tell(2);
        ExpectMsg("begin 1");
        ExpectMsg("end 1");
        ExpectMsg("begin 2");
        ExpectMsg("end 2");
    }

    [Fact]
    public void A_restart_makes_a_new_instance_keeps_the_mailbox_and_drops_the_message_that_failed()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Counter(TestActor)));
        ExpectMsg("PreStart");
        actor.Tell("count");
        ExpectMsg(1);
        actor.Tell(new InvalidOperationException("restart me"));
        actor.Tell("count"); // waits in the mailbox meanwhile
        ExpectMsg("PreRestart restart me");
        ExpectMsg("PostStop");
        ExpectMsg("PostRestart restart me");
        ExpectMsg("PreStart");
        ExpectMsg(1);
    }

    [Theory]
    [InlineData(typeof(ArgumentException), "resumed 1")]
    [InlineData(typeof(InvalidOperationException), "restarted 0")]
    [InlineData(typeof(NotSupportedException), "stopped")]
    public void A_supervisor_decides_by_the_exception(Type exception, string outcome)
    {
        var parent = Sys.ActorOf(Props.Create<Supervisor>());
        parent.Tell("child");
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        child.Tell("count");
        child.Tell((Exception)Activator.CreateInstance(exception)!);
        if (outcome == "stopped")
        {
            ExpectTerminated(child);
            return;
        }

        child.Tell("state");
        Assert.Equal(outcome, $"{outcome.Split(' ')[0]} {ExpectMsg<int>()}");
    }

    [Fact]
    public void What_a_supervisor_escalates_is_its_own_supervisors_to_decide()
    {
        var parent = Sys.ActorOf(Props.Create<Supervisor>());
        parent.Tell("child");
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        child.Tell(new TimeoutException()); // escalated: the guardian restarts the parent, which stops its children
        ExpectTerminated(child);
        parent.Tell("child");
        ExpectMsg<IActorRef>();
    }

    [Fact]
    public void A_watcher_is_told_of_the_end_behind_the_last_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Forwarder(TestActor)));
        Watch(actor);
        actor.Tell("last");
        actor.Tell(PoisonPill.Instance);
        ExpectMsg("last");
        ExpectTerminated(actor);
        Watch(actor); // of one that has ended already, too
        ExpectTerminated(actor);
    }

    [Fact]
    public async Task Graceful_stop_completes_when_the_actor_has_ended()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Forwarder(TestActor)));
        Assert.True(await actor.GracefulStop(TimeSpan.FromSeconds(10)));
        actor.Tell("into the void");
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_stash_gives_back_what_was_put_away_in_its_order()
    {
        var actor = Sys.ActorOf(Props.Create<Gate>());
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell("open");
        actor.Tell(3);
        ExpectMsg(1);
        ExpectMsg(2);
        ExpectMsg(3);
    }

    [Fact]
    public void A_timer_tells_its_actor_until_it_is_cancelled()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Ticking(TestActor)));
        ExpectMsg("tick");
        ExpectMsg("tick");
        actor.Tell("stop ticking");
        FishForMessage(message => message is "stopped"); // ticks may have been on their way
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void PipeTo_brings_a_task_back_as_a_message_and_its_failure_as_Status_Failure()
    {
        _ = Task.FromResult("done").PipeTo(TestActor);
        ExpectMsg("done");
        _ = Task.FromException<string>(new InvalidDataException("broken")).PipeTo(TestActor);
        Assert.IsType<InvalidDataException>(ExpectMsg<Status.Failure>().Cause);
    }

    [Fact]
    public void Names_are_unique_among_siblings_and_paths_tell_the_family()
    {
        var actor = Sys.ActorOf(Props.Create<Doubler>(), "once");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create<Doubler>(), "once"));
        Assert.Equal("once", actor.Path.Name);
        Assert.EndsWith("/user/once", actor.Path.ToString(), StringComparison.Ordinal);
    }

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef receiver) => ReceiveAny(message => receiver.Forward(message));
    }

    private sealed class Doubler : ReceiveActor
    {
        public Doubler() => Receive<int>(number => Sender.Tell(number * 2));
    }

    private sealed class Mood : ReceiveActor
    {
        public Mood()
        {
            Receive<string>(text => text == "how are you", _ => Sender.Tell("neutral"));
            Receive<string>(text => text == "cheer up", _ => BecomeStacked(Happy));
        }

        private void Happy()
        {
            Receive<string>(text => text == "how are you", _ => Sender.Tell("happy"));
            Receive<string>(text => text == "calm down", _ => UnbecomeStacked());
        }
    }

    private sealed class Slow : ReceiveActor
    {
        public Slow() => ReceiveAsync<int>(async number =>
        {
            Sender.Tell($"begin {number}");
            await Task.Yield();
            Sender.Tell($"end {number}");
        });
    }

    private sealed class Counter : UntypedActor
    {
        private readonly IActorRef _log;
        private int _count;

        public Counter(IActorRef log) => _log = log;

        protected override void OnReceive(object message)
        {
            if (message is Exception exception) throw exception;
            _log.Tell(++_count);
        }

        protected override void PreStart() => _log.Tell("PreStart");

        protected override void PostStop() => _log.Tell("PostStop");

        protected override void PreRestart(Exception reason, object? message)
        {
            _log.Tell($"PreRestart {reason.Message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            _log.Tell($"PostRestart {reason.Message}");
            base.PostRestart(reason);
        }
    }

    private sealed class Supervisor : ReceiveActor
    {
        public Supervisor() => Receive<string>(_ => Sender.Tell(Context.ActorOf(Props.Create<Child>())));

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(exception => exception switch
        {
            ArgumentException => Directive.Resume,
            InvalidOperationException => Directive.Restart,
            TimeoutException => Directive.Escalate,
            _ => Directive.Stop,
        });

        private sealed class Child : ReceiveActor
        {
            private int _count;

            public Child()
            {
                Receive<Exception>(exception => throw exception);
                Receive<string>(text => text == "count", _ => _count++);
                Receive<string>(text => text == "state", _ => Sender.Tell(_count));
            }
        }
    }

    private sealed class Gate : ReceiveActor, IWithUnboundedStash
    {
        public Gate()
        {
            Receive<string>(_ =>
            {
                Stash.UnstashAll();
                Become(() => Receive<int>(number => Sender.Tell(number)));
            });
            Receive<int>(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Ticking : ReceiveActor, IWithTimers
    {
        public Ticking(IActorRef log)
        {
            Receive<string>(text => text == "tick", log.Tell);
            Receive<string>(text => text == "stop ticking", _ =>
            {
                Timers.CancelAll();
                log.Tell("stopped");
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("key", "tick", TimeSpan.FromMilliseconds(10));
    }
}
