using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace AkkaCompatibility;

/// <summary>What Akka's documentation says of finding actors and of the ways for messages besides Tell.</summary>
public sealed class MessagingTests : TestKit
{
    [Fact]
    public async Task A_selection_finds_actors_by_path_and_pattern()
    {
        var parent = Sys.ActorOf(Props.Create<Family>(), "family");
        parent.Tell("ann");
        var ann = ExpectMsg<IActorRef>();
        parent.Tell("bob");
        ExpectMsg<IActorRef>();

        Assert.Equal(ann, await Sys.ActorSelection("/user/family/ann").ResolveOne(TimeSpan.FromSeconds(10)));
        Sys.ActorSelection("/user/family/*").Tell("name");
        ExpectMsgAllOf(new[] { "ann", "bob" });
        Sys.ActorSelection(ann.Path).Tell(new Identify("who"));
        Assert.Equal(ann, ExpectMsg<ActorIdentity>().Subject);
        Sys.ActorSelection("/user/family/nobody").Tell(new Identify("nobody"));
        Assert.Null(ExpectMsg<ActorIdentity>().Subject);
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/family/nobody").ResolveOne(TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public void A_receive_timeout_comes_when_nothing_else_does()
    {
        Sys.ActorOf(Props.Create(() => new Impatient(TestActor)));
        ExpectMsg("nothing came");
    }

    [Fact]
    public async Task Ask_gives_up_after_its_timeout_and_with_its_token()
    {
        var silent = Sys.ActorOf(Props.Create<Silent>());
        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ask<string>("hello?", TimeSpan.FromMilliseconds(20)));
        using var source = new CancellationTokenSource();
        var asked = silent.Ask<string>("hello?", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_failure_that_is_told_fails_the_Ask()
    {
        var failing = Sys.ActorOf(Props.Create<Failing>());
        await Assert.ThrowsAsync<InvalidDataException>(() => failing.Ask<string>("hello?", TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void PipeTo_changes_what_it_brings()
    {
        _ = Task.FromResult(20).PipeTo(TestActor, success: number => $"{number + 1}", failure: exception => exception.Message);
        ExpectMsg("21");
        _ = Task.FromException<int>(new InvalidDataException("broken")).PipeTo(TestActor, success: number => $"{number}", failure: exception => exception.Message);
        ExpectMsg("broken");
    }

    [Fact]
    public void The_event_stream_brings_what_one_subscribes_to()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(IAnimal));
        Sys.EventStream.Publish(new Cat("Tom"));
        Sys.EventStream.Publish("no animal");
        ExpectMsg<Cat>();
        Sys.EventStream.Unsubscribe(TestActor, typeof(IAnimal));
        Sys.EventStream.Publish(new Cat("Tom"));
        ExpectNoMsg(TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public void Messages_to_the_dead_and_unhandled_ones_are_published()
    {
        var dead = Sys.ActorOf(Props.Create<Silent>());
        Watch(dead);
        dead.Tell(PoisonPill.Instance);
        ExpectTerminated(dead);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        dead.Tell("too late");
        Assert.Equal("too late", ExpectMsg<DeadLetter>().Message);
        Sys.ActorOf(Props.Create<Failing>()).Tell(42);
        Assert.Equal(42, ExpectMsg<UnhandledMessage>().Message);
    }

    [Fact]
    public void An_inbox_receives_for_code_that_is_no_actor()
    {
        using var inbox = Inbox.Create(Sys);
        Sys.ActorOf(Props.Create<Family>()).Tell("carl", inbox.Receiver);
        var carl = (IActorRef)inbox.Receive(TimeSpan.FromSeconds(10));
        inbox.Watch(carl);
        carl.Tell(PoisonPill.Instance);
        Assert.Equal(carl, ((Terminated)inbox.Receive(TimeSpan.FromSeconds(10))).ActorRef);
    }

    [Fact]
    public void The_scheduler_tells_once_or_again_and_again()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(10), TestActor, "once", ActorRefs.NoSender);
        ExpectMsg("once");
        using var ticks = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(10), TestActor, "tick", ActorRefs.NoSender, ticks);
        ExpectMsg("tick");
        ExpectMsg("tick");
        ticks.Cancel();
        ReceiveWhile(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(500), message => message);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    private interface IAnimal;

    private sealed record Cat(string Name) : IAnimal;

    private sealed class Family : ReceiveActor
    {
        public Family() => Receive<string>(name => Sender.Tell(Context.ActorOf(Props.Create<Member>(), name)));

        private sealed class Member : ReceiveActor
        {
            public Member() => Receive<string>(_ => Sender.Tell(Self.Path.Name));
        }
    }

    private sealed class Impatient : ReceiveActor
    {
        public Impatient(IActorRef log)
        {
            SetReceiveTimeout(TimeSpan.FromMilliseconds(20));
            Receive<ReceiveTimeout>(_ =>
            {
                SetReceiveTimeout(null);
                log.Tell("nothing came");
            });
        }
    }

    private sealed class Silent : ReceiveActor
    {
        public Silent() => ReceiveAny(_ => { });
    }

    private sealed class Failing : ReceiveActor
    {
        public Failing() => Receive<string>(_ => Sender.Tell(new Status.Failure(new InvalidDataException("no"))));
    }
}
