using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace Kernel.Actor.Tests.Actor;

public sealed class StashTests : TestSystem
{
    public StashTests()
        : base("""
            small { mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox", stash-capacity = 2 }
            """)
    {
    }

    /// <summary>Puts numbers aside until it is opened.</summary>
    private abstract class Door(IActorRef log) : UntypedActor
    {
        private bool _open;

        protected abstract IStash Aside { get; }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "open":
                    _open = true;
                    Aside.UnstashAll();
                    break;
                case "one":
                    _open = true;
                    Aside.Unstash();
                    break;
                case "even":
                    _open = true;
                    Aside.UnstashAll(static envelope => (int)envelope.Message % 2 == 0);
                    break;
                case "clear":
                    Sender.Tell(Aside.ClearStash().Select(static envelope => envelope.Message).ToArray());
                    break;
                case "twice":
                    Aside.Stash();
                    Sender.Tell(Record.Exception(Aside.Stash)!);
                    break;
                case "state":
                    Sender.Tell((Aside.Count, Aside.Capacity, Aside.IsEmpty, Aside.IsFull, Aside.NonEmpty));
                    break;
                case Exception e:
                    throw e;
                case int when !_open:
                    if (Record.Exception(Aside.Stash) is { } refused)
                        log.Tell(refused.GetType().Name);
                    break;
                default:
                    log.Tell(message);
                    break;
            }
        }
    }

    private sealed class Unbounded(IActorRef log) : Door(log), IWithUnboundedStash
    {
        public IStash Stash { get; set; } = null!;

        protected override IStash Aside => Stash;
    }

    private sealed class Any(IActorRef log) : Door(log), IWithStash
    {
        public IStash Stash { get; set; } = null!;

        protected override IStash Aside => Stash;
    }

    private IActorRef Open<T>(Inbox log, Func<Props, Props>? change = null)
        where T : ActorBase => Sys.ActorOf((change ?? (static props => props))(Props.Create<T>(log.Ref)));

    private static void Tell(IActorRef actor, params object[] messages)
    {
        foreach (var message in messages)
            actor.Tell(message);
    }

    [Fact]
    public async Task Messages_that_were_put_aside_come_back_in_order_before_later_ones()
    {
        var log = NewInbox();
        Tell(Open<Unbounded>(log), 1, 2, 3, "open", 4);
        await log.Expect(1, 2, 3, 4);
    }

    [Fact]
    public async Task One_message_can_be_taken_back()
    {
        var log = NewInbox();
        Tell(Open<Any>(log), 1, 2, "one", 3, "open");
        await log.Expect(1, 3, 2);
    }

    [Fact]
    public async Task Some_messages_can_be_taken_back_and_the_others_forgotten()
    {
        var log = NewInbox();
        var actor = Open<Any>(log);
        Tell(actor, 1, 2, 3, 4, "even");
        await log.Expect(2, 4);
        Assert.Empty(await actor.Ask<object[]>("clear", Patience));
    }

    [Fact]
    public async Task The_stash_can_be_emptied()
    {
        var log = NewInbox();
        var actor = Open<Any>(log);
        Tell(actor, 1, 2);
        Assert.Equal([1, 2], await actor.Ask<object[]>("clear", Patience));
    }

    [Fact]
    public async Task The_same_message_cannot_be_put_aside_twice_but_an_equal_one_can()
    {
        var log = NewInbox();
        var actor = Open<Any>(log);
        await actor.Ask<IllegalActorStateException>("twice", Patience);
        object same = 1;
        Tell(actor, same, same, "open");
        await log.Expect(1, 1);
    }

    [Fact]
    public async Task A_full_stash_throws()
    {
        var log = NewInbox();
        var actor = Open<Unbounded>(log, static props => props.WithStashCapacity(2));
        Tell(actor, 1, 2, 3);
        await log.Expect(nameof(StashOverflowException));
        Assert.Equal((2, 2, false, true, true), await actor.Ask<(int, int, bool, bool, bool)>("state", Patience));
        Tell(actor, "open");
        await log.Expect(1, 2);
    }

    [Fact]
    public async Task The_capacity_may_come_from_the_mailbox()
    {
        var log = NewInbox();
        var actor = Open<Unbounded>(log, static props => props.WithMailbox("small"));
        Assert.Equal((0, 2, true, false, false), await actor.Ask<(int, int, bool, bool, bool)>("state", Patience));
    }

    [Fact]
    public async Task The_stash_survives_a_restart()
    {
        var log = NewInbox();
        Tell(Open<Unbounded>(log), 1, 2, new InvalidOperationException(), "open");
        await log.Expect(1, 2);
    }

    [Fact]
    public async Task What_is_put_aside_when_the_actor_ends_goes_to_dead_letters()
    {
        var log = NewInbox();
        Sys.EventStream.Subscribe(log.Ref, typeof(DeadLetter));
        var actor = Open<Unbounded>(log);
        Tell(actor, 1, 2, PoisonPill.Instance);
        Assert.Equal(1, (await log.Next<DeadLetter>()).Message);
        Assert.Equal(2, (await log.Next<DeadLetter>()).Message);
    }

    [Fact]
    public void A_mailbox_that_cannot_take_messages_in_front_is_refused() =>
        Assert.Throws<Akka.Configuration.ConfigurationException>(() =>
            Open<Unbounded>(NewInbox(), static props => props.WithMailbox(Mailboxes.DefaultMailboxId)));
}
