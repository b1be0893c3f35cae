using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Akka.Event;

namespace Kernel.Actor.Tests.Dispatch;

public sealed class MailboxTests : TestSystem
{
    public MailboxTests()
        : base($$"""
            priority { mailbox-type = "{{typeof(ByNumber).AssemblyQualifiedName}}" }
            stable { mailbox-type = "{{typeof(ByParity).AssemblyQualifiedName}}" }
            bounded { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 2, mailbox-push-timeout-time = 0 }
            patient { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 1, mailbox-push-timeout-time = 30s }
            bounded-deque { mailbox-type = "Akka.Dispatch.BoundedDequeBasedMailbox", mailbox-capacity = 2, mailbox-push-timeout-time = 0 }
            no-capacity { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 0 }
            own { mailbox-type = "{{typeof(Own).AssemblyQualifiedName}}", flavour = plain }
            nameless { mailbox-type = "{{typeof(Nameless).AssemblyQualifiedName}}" }
            dispatcher-with-mailbox { type = Dispatcher, mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox" }
            dispatcher-with-requirement { type = Dispatcher, mailbox-requirement = "Akka.Dispatch.IUnboundedDequeBasedMessageQueueSemantics" }
            akka.actor.deployment { /deployed { mailbox = own } }
            """)
    {
    }

    private sealed class ByNumber(Settings settings, Config config) : UnboundedPriorityMailbox(settings, config)
    {
        protected override int PriorityGenerator(object message) => message as int? ?? int.MaxValue;
    }

    private sealed class ByParity(Settings settings, Config config) : UnboundedStablePriorityMailbox(settings, config)
    {
        protected override int PriorityGenerator(object message) => message is int i ? i % 2 : 2;
    }

    private sealed class Own(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<UnboundedMessageQueue>
    {
        public string? Flavour => Config.GetString("flavour");

        public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedMessageQueue();
    }

    private sealed class Nameless(Settings settings, Config config) : MailboxType(settings, config)
    {
        public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedMessageQueue();
    }

    private sealed class NeedsDeque : UntypedActor, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>
    {
        protected override void OnReceive(object message)
        {
        }
    }

    /// <summary>An actor that handles nothing before it is let go, and its log.</summary>
    private async Task<(IActorRef Actor, Inbox Log, ManualResetEventSlim Go)> Held(string mailbox)
    {
        var log = NewInbox();
        var go = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Lambda.Props((message, _) =>
        {
            log.Ref.Tell(message);
            if (message is "hold")
                go.Wait(Patience);
        }).WithMailbox(mailbox));
        actor.Tell("hold");
        await log.Expect("hold");
        return (actor, log, go);
    }

    private static IMessageQueue QueueOf(IActorRef actor) => ((LocalActorRef)actor).Cell.Mailbox.MessageQueue;

    [Fact]
    public async Task A_priority_mailbox_gives_the_lowest_number_first()
    {
        var (actor, log, go) = await Held("priority");
        foreach (var i in new[] { 3, 1, 2 })
            actor.Tell(i);
        go.Set();
        await log.Expect(1, 2, 3);
    }

    [Fact]
    public async Task A_stable_priority_mailbox_keeps_the_order_of_equals()
    {
        var (actor, log, go) = await Held("stable");
        var numbers = Enumerable.Range(0, 100).ToArray();
        foreach (var i in numbers)
            actor.Tell(i);
        go.Set();
        await log.Expect([.. numbers.OrderBy(static i => i % 2).Cast<object>()]);
    }

    [Theory]
    [InlineData("bounded")]
    [InlineData("bounded-deque")]
    public async Task A_full_mailbox_sends_the_message_to_dead_letters(string mailbox)
    {
        var dead = NewInbox();
        Sys.EventStream.Subscribe(dead.Ref, typeof(DeadLetter));
        var (actor, log, go) = await Held(mailbox);
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(3);
        Assert.Equal(3, (await dead.Next<DeadLetter>()).Message);
        go.Set();
        await log.Expect(1, 2);
        actor.Tell(4);
        await log.Expect(4);
    }

    [Fact]
    public async Task A_full_mailbox_makes_a_sender_wait_for_room()
    {
        var (actor, log, go) = await Held("patient");
        actor.Tell(1);
        var waiting = Task.Factory.StartNew(() => actor.Tell(2), TaskCreationOptions.LongRunning);
        go.Set();
        await waiting.WaitAsync(Patience);
        await log.Expect(1, 2);
    }

    [Fact]
    public void A_bounded_mailbox_needs_a_capacity() =>
        Assert.Throws<ArgumentException>(() => Sys.ActorOf(Props.Empty.WithMailbox("no-capacity")));

    [Fact]
    public void A_mailbox_type_must_say_which_queue_it_makes() =>
        Assert.Throws<ArgumentException>(() => Sys.ActorOf(Props.Empty.WithMailbox("nameless")));

    [Fact]
    public void An_unknown_mailbox_is_refused() =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Empty.WithMailbox("nowhere")));

    [Fact]
    public void An_own_mailbox_type_gets_its_section() =>
        Assert.Equal("plain", Assert.IsType<Own>(Sys.Mailboxes.Lookup("own")).Flavour);

    [Fact]
    public void The_default_mailbox_is_unbounded()
    {
        Assert.IsType<UnboundedMessageQueue>(QueueOf(Sys.ActorOf(Props.Empty)));
        Assert.True(Sys.Mailboxes.HasMailboxType("own"));
        Assert.False(Sys.Mailboxes.HasMailboxType("nowhere"));
    }

    [Fact]
    public void What_an_actor_requires_goes_before_what_its_dispatcher_requires_and_the_default() =>
        Assert.IsType<UnboundedDequeMessageQueue>(QueueOf(Sys.ActorOf(Props.Create<NeedsDeque>())));

    [Fact]
    public void A_dispatcher_may_bring_a_mailbox() =>
        Assert.IsType<UnboundedDequeMessageQueue>(QueueOf(Sys.ActorOf(Props.Empty.WithDispatcher("dispatcher-with-mailbox"))));

    [Fact]
    public void A_dispatcher_may_require_a_queue() =>
        Assert.IsType<UnboundedDequeMessageQueue>(QueueOf(Sys.ActorOf(Props.Empty.WithDispatcher("dispatcher-with-requirement"))));

    [Fact]
    public void The_mailbox_in_the_props_goes_before_that_of_the_dispatcher() =>
        Assert.IsType<BoundedMessageQueue>(QueueOf(Sys.ActorOf(Props.Empty.WithMailbox("bounded").WithDispatcher("dispatcher-with-mailbox"))));

    [Fact]
    public void The_mailbox_in_the_deployment_goes_before_that_in_the_props() =>
        Assert.IsType<UnboundedMessageQueue>(QueueOf(Sys.ActorOf(Props.Empty.WithMailbox("bounded"), "deployed")));

    [Fact]
    public void A_mailbox_that_has_not_what_the_actor_requires_is_refused() =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create<NeedsDeque>().WithMailbox("bounded")));

    [Fact]
    public async Task A_restart_keeps_the_mailbox()
    {
        var log = NewInbox();
        using var go = new ManualResetEventSlim();
        var actor = Spawn((message, _) =>
        {
            if (message is "fail")
            {
                go.Wait(Patience);
                throw new InvalidOperationException();
            }

            log.Ref.Tell(message);
        });
        actor.Tell("fail");
        for (var i = 0; i < 10; i++)
            actor.Tell(i);
        go.Set();
        for (var i = 0; i < 10; i++)
            Assert.Equal(i, await log.Next());
    }

    [Fact]
    public async Task A_message_that_races_with_the_actors_end_is_handled_or_becomes_a_dead_letter()
    {
        const int Each = 2_000;
        var dead = 0;
        var counter = Spawn((message, context) =>
        {
            if (message is DeadLetter { Message: "count me" })
                dead++;
            else
                context.Sender.Tell(dead);
        });
        Sys.EventStream.Subscribe(counter, typeof(DeadLetter));
        var handled = 0;
        var actor = Spawn((_, _) => handled++);
        var senders = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
                actor.Tell("count me");
        })).ToArray();
        foreach (var sender in senders)
            sender.Start();
        Sys.Stop(actor);
        foreach (var sender in senders)
            sender.Join();
        await actor.GracefulStop(Patience);
        // Of an actor that had ended already nobody says when the last of its mailbox has gone to dead letters.
        var counted = 0;
        for (var late = Environment.TickCount64 + (long)Patience.TotalMilliseconds; counted < 2 * Each && Environment.TickCount64 < late;)
            counted = handled + await counter.Ask<int>("how many?", Patience);
        Assert.Equal(2 * Each, counted);
    }
}
