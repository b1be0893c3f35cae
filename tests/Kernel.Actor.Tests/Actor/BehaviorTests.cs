using Akka.Actor;
using Akka.Event;

namespace Kernel.Actor.Tests.Actor;

public sealed class BehaviorTests : TestSystem
{
    private sealed class Stacked : ActorBase
    {
        protected override bool Receive(object message) => Handle(message, "first");

        private bool Second(object message) => Handle(message, "second");

        private bool Third(object message) => Handle(message, "third");

        private bool Handle(object message, string name)
        {
            switch (message)
            {
                case "become second":
                    Become(Second);
                    return true;
                case "stack third":
                    BecomeStacked(Third);
                    return true;
                case "unbecome":
                    UnbecomeStacked();
                    return true;
                case "who":
                    Sender.Tell(name);
                    return true;
                case Exception e:
                    throw e;
                default:
                    return false;
            }
        }
    }

    private async Task Expect(IActorRef actor, string behavior, params object[] before)
    {
        foreach (var message in before)
            actor.Tell(message);
        Assert.Equal(behavior, await actor.Ask<string>("who", Patience));
    }

    [Fact]
    public async Task Behaviours_are_replaced_stacked_and_taken_back()
    {
        var actor = Sys.ActorOf<Stacked>();
        await Expect(actor, "first");
        await Expect(actor, "third", "stack third");
        await Expect(actor, "first", "unbecome");
        await Expect(actor, "second", "become second");
        await Expect(actor, "third", "stack third");
        await Expect(actor, "second", "become second");
        await Expect(actor, "second", "unbecome");
        // The lowest one is never taken away; below it is the first.
        await Expect(actor, "first", "unbecome");
        await Expect(actor, "first", "unbecome");
    }

    [Fact]
    public async Task A_restart_begins_with_the_first_behaviour()
    {
        var actor = Sys.ActorOf<Stacked>();
        await Expect(actor, "third", "become second", "stack third");
        await Expect(actor, "first", new InvalidOperationException());
        await Expect(actor, "first", "unbecome");
    }

    [Fact]
    public async Task What_no_behaviour_handles_is_published_as_UnhandledMessage()
    {
        var events = NewInbox();
        Sys.EventStream.Subscribe(events.Ref, typeof(UnhandledMessage));
        var actor = Sys.ActorOf<Stacked>();
        actor.Tell("what?", events.Ref);
        var unhandled = await events.Next<UnhandledMessage>();
        Assert.Equal(("what?", events.Ref, actor), (unhandled.Message, unhandled.Sender, unhandled.Recipient));
    }

    private sealed class Declarative : ReceiveActor
    {
        public Declarative()
        {
            Receive<int>(i => Sender.Tell($"negative {i}"), i => i < 0);
            Receive<int>(i => i == 0, _ => Sender.Tell("zero"));
            Receive<int>(i =>
            {
                if (i > 100)
                    return false;
                Sender.Tell($"small {i}");
                return true;
            });
            Receive<int>(i => Sender.Tell($"large {i}"));
            Receive(typeof(DateTime), _ => Sender.Tell("time"));
            Receive(typeof(IConvertible), o =>
            {
                if (o is not string { Length: > 3 })
                    return false;
                Sender.Tell("text");
                return true;
            });
            Receive<Action>(action => action());
            Receive<bool>(_ => Become(Other));
            ReceiveAny(o => Sender.Tell($"any {o}"));
        }

        private void Other()
        {
            Receive<string>(s => Sender.Tell($"other {s}"));
            Receive<bool>(_ => BecomeStacked(Top));
        }

        private void Top()
        {
            Receive<bool>(_ => UnbecomeStacked());
            ReceiveAny(_ => Sender.Tell("top"));
        }
    }

    [Theory]
    [InlineData(-1, "negative -1")]
    [InlineData(0, "zero")]
    [InlineData(1, "small 1")]
    [InlineData(101, "large 101")]
    [InlineData("text", "text")]
    [InlineData("txt", "any txt")]
    [InlineData(1.5, "any 1.5")]
    public async Task Handlers_are_tried_in_the_order_of_their_declaration(object message, string answer) =>
        Assert.Equal(answer, await Sys.ActorOf<Declarative>().Ask<string>(message, Patience));

    [Fact]
    public async Task Handlers_declared_by_Become_take_the_place_of_the_others()
    {
        var actor = Sys.ActorOf<Declarative>();
        actor.Tell(true);
        Assert.Equal("other a", await actor.Ask<string>("a", Patience));
        actor.Tell(true);
        Assert.Equal("top", await actor.Ask<string>("a", Patience));
        actor.Tell(true);
        Assert.Equal("other a", await actor.Ask<string>("a", Patience));
    }

    [Fact]
    public async Task Handlers_are_declared_in_constructor_and_Become_only()
    {
        var actor = Sys.ActorOf<LateDeclaration>();
        await actor.Ask<InvalidOperationException>("try", Patience);
        await Assert.ThrowsAsync<AskTimeoutException>(() => Sys.ActorOf<AfterAny>().Ask("made?", TimeSpan.FromMilliseconds(100)));
    }

    private sealed class LateDeclaration : ReceiveActor
    {
        public LateDeclaration() => ReceiveAny(_ => Sender.Tell(Record.Exception(() => Receive<int>(static _ => { }))!));
    }

    private sealed class AfterAny : ReceiveActor
    {
        public AfterAny()
        {
            ReceiveAny(_ => Sender.Tell("made"));
            Receive<int>(static _ => { });
        }
    }

    [Fact]
    public async Task A_subclass_may_step_in_around_every_message()
    {
        var actor = Sys.ActorOf<Loud>();
        Assert.Equal("HELLO", await actor.Ask<string>("hello", Patience));
    }

    private sealed class Loud : UntypedActor
    {
        protected internal override bool AroundReceive(Receive receive, object message) =>
            base.AroundReceive(receive, message is string text ? text.ToUpperInvariant() : message);

        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
