using Akka.Actor;
using Akka.Event;

namespace Kernel.Actor.Tests.Actor;

public sealed class LifeCycleTests : TestSystem
{
    private sealed class Watcher(IActorRef subject, IActorRef log, bool handle) : UntypedActor
    {
        protected override void PreStart()
        {
            Context.Watch(subject);
            log.Tell("watching");
        }

        protected override void PostStop() => log.Tell("watcher stopped");

        protected override void OnReceive(object message)
        {
            if (message is Terminated && !handle)
                Unhandled(message);
            else
                log.Tell(message);
        }
    }

    private IActorRef Nothing(string? name = null) => Spawn((_, _) => { }, name);

    [Fact]
    public async Task A_watcher_hears_of_the_end_of_an_actor()
    {
        var log = NewInbox();
        var subject = Nothing();
        await log.Watch(subject);
        Sys.Stop(subject);
        var terminated = await log.Next<Terminated>();
        Assert.Equal(subject, terminated.ActorRef);
        Assert.True(terminated.ExistenceConfirmed);
        Assert.False(terminated.AddressTerminated);
    }

    [Fact]
    public async Task A_watcher_of_an_actor_that_has_ended_hears_so_at_once()
    {
        var log = NewInbox();
        var subject = Nothing();
        await subject.GracefulStop(Patience);
        await log.Watch(subject);
        Assert.Equal(subject, (await log.Next<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task The_notice_comes_after_all_messages_of_the_actor_that_ended()
    {
        var log = NewInbox();
        var subject = Spawn((_, context) =>
        {
            for (var i = 0; i < 100; i++)
                log.Ref.Tell(i);
            context.Stop(context.Self);
        });
        await log.Watch(subject);
        subject.Tell("go");
        for (var i = 0; i < 100; i++)
            Assert.Equal(i, await log.Next());
        await log.Next<Terminated>();
    }

    [Fact]
    public async Task Who_watches_twice_is_told_once()
    {
        var log = NewInbox();
        var subject = Nothing();
        await log.Watch(subject);
        await log.Watch(subject);
        await subject.GracefulStop(Patience);
        await log.Next<Terminated>();
        Assert.True(await log.IsEmpty());
    }

    [Fact]
    public async Task WatchWith_sends_a_message_of_ones_own()
    {
        var log = NewInbox();
        var subject = Nothing();
        var watcher = Spawn((message, context) =>
        {
            if (message is "watch")
                context.WatchWith(subject, "it is gone");
            else
                log.Ref.Tell(message);
        });
        watcher.Tell("watch");
        await watcher.Ask<ActorIdentity>(new Identify(0), Patience);
        Sys.Stop(subject);
        await log.Expect("it is gone");
    }

    [Fact]
    public async Task A_watch_cannot_be_changed_to_another_message()
    {
        var subject = Nothing();
        var watcher = Spawn((_, context) =>
        {
            context.Watch(subject);
            context.Sender.Tell(Record.Exception(() => context.WatchWith(subject, "other"))!);
        });
        await watcher.Ask<InvalidOperationException>("go", Patience);
    }

    [Fact]
    public async Task Unwatch_takes_back_even_a_notice_that_is_under_way()
    {
        var log = NewInbox();
        var subject = Nothing();
        using var ended = new ManualResetEventSlim();
        var watcher = Spawn((message, context) =>
        {
            switch (message)
            {
                case "watch":
                    context.Watch(subject);
                    // The notice of the end is a system message: it is handled after this message, and before the next.
                    context.Stop(subject);
                    context.Self.Tell("wait", context.Sender);
                    break;
                case "wait" when ((LocalActorRef)context.Self).Cell.NumberOfMessages == 0:
                    context.Self.Tell("wait", context.Sender);
                    break;
                case "wait":
                    context.Unwatch(subject);
                    context.Sender.Tell("unwatched");
                    break;
                default:
                    log.Ref.Tell(message);
                    break;
            }
        });
        await watcher.Ask("watch", Patience);
        watcher.Tell("still here");
        await log.Expect("still here");
    }

    [Fact]
    public async Task Who_does_not_handle_the_end_of_whom_it_watches_fails_with_DeathPactException()
    {
        var log = NewInbox();
        var errors = NewInbox();
        Sys.EventStream.SetLogLevel(LogLevel.DebugLevel);
        Sys.EventStream.Subscribe(errors.Ref, typeof(Error));
        var subject = Nothing();
        Sys.ActorOf(Props.Create<Watcher>(subject, log.Ref, false));
        await log.Expect("watching");
        Sys.Stop(subject);
        var error = await errors.Next<Error>();
        Assert.Equal(subject, Assert.IsType<DeathPactException>(error.Cause).DeadActor);
    }

    [Fact]
    public async Task PoisonPill_waits_its_turn()
    {
        var log = NewInbox();
        var actor = Spawn((message, _) => log.Ref.Tell(message));
        await log.Watch(actor);
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(PoisonPill.Instance);
        actor.Tell(3);
        await log.Expect(1, 2);
        await log.Next<Terminated>();
        Assert.True(await log.IsEmpty());
    }

    [Fact]
    public async Task Stop_goes_before_what_waits()
    {
        var log = NewInbox();
        using var go = new ManualResetEventSlim();
        var actor = Spawn((message, context) =>
        {
            go.Wait(Patience);
            context.Stop(context.Self);
            log.Ref.Tell(message);
        });
        await log.Watch(actor);
        actor.Tell(1);
        actor.Tell(2);
        go.Set();
        await log.Expect(1);
        await log.Next<Terminated>();
    }

    [Fact]
    public async Task GracefulStop_completes_when_the_actor_has_ended()
    {
        var actor = Nothing();
        Assert.True(await actor.GracefulStop(Patience));
        Assert.True(((IInternalActorRef)actor).IsTerminated);
    }

    [Fact]
    public async Task GracefulStop_of_an_actor_that_goes_on_is_cancelled()
    {
        var actor = Nothing();
        await Assert.ThrowsAsync<TaskCanceledException>(() => actor.GracefulStop(TimeSpan.FromMilliseconds(50), "not a reason to stop"));
    }

    [Fact]
    public async Task An_actor_ends_after_its_children()
    {
        var log = NewInbox();
        var parent = Spawn((message, context) =>
        {
            var child = context.ActorOf(Props.Create<Watcher>(context.System.DeadLetters, log.Ref, true));
            context.Sender.Tell(child);
        });
        await parent.Ask<IActorRef>("child", Patience);
        await parent.Ask<IActorRef>("child", Patience);
        await log.Expect("watching");
        await log.Next();
        await log.Watch(parent);
        Sys.Stop(parent);
        var messages = new List<object>();
        while (messages.LastOrDefault() is not Terminated { ActorRef: var ended } || !ended.Equals(parent))
            messages.Add(await log.Next());
        Assert.Equal(2, messages.Count(static m => m is "watcher stopped"));
    }

    [Fact]
    public async Task A_name_is_free_again_only_when_its_actor_has_ended()
    {
        using var go = new ManualResetEventSlim();
        var blocked = Props.Create<SlowToStop>(go);
        var parent = Spawn((message, context) =>
        {
            switch (message)
            {
                case "make":
                    context.Sender.Tell((object?)Record.Exception(() => context.ActorOf(blocked, "child")) ?? "made");
                    break;
                case "stop":
                    context.WatchWith(context.Child("child"), "gone");
                    context.Stop(context.Child("child"));
                    break;
                case "gone":
                    context.Sender.Tell("gone");
                    context.ActorOf(blocked, "child");
                    go.Set();
                    break;
            }
        });
        Assert.Equal("made", await parent.Ask("make", Patience));
        await parent.Ask<InvalidActorNameException>("make", Patience);
        parent.Tell("stop");
        await parent.Ask<InvalidActorNameException>("make", Patience);
        go.Set();
    }

    private sealed class SlowToStop(ManualResetEventSlim go) : UntypedActor
    {
        protected override void PostStop() => go.Wait(Patience);

        protected override void OnReceive(object message)
        {
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("$a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a%2")]
    public void A_malformed_name_is_refused(string name) => Assert.Throws<InvalidActorNameException>(() => Nothing(name));

    [Theory]
    [InlineData("a")]
    [InlineData("-_.*$+:@&=,!~';()")]
    [InlineData("a%20b")]
    public void Unusual_names_are_accepted(string name) => Assert.EndsWith("/user/" + name, Nothing(name).Path.ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task No_child_can_be_made_while_an_actor_ends()
    {
        var log = NewInbox();
        var actor = Sys.ActorOf(Props.Create<BearsInPostStop>(log.Ref));
        Sys.Stop(actor);
        await log.Next<InvalidOperationException>();
    }

    private sealed class BearsInPostStop(IActorRef log) : UntypedActor
    {
        protected override void PostStop() => log.Tell(Record.Exception(() => Context.ActorOf<EmptyActor>())!);

        protected override void OnReceive(object message)
        {
        }
    }

    [Fact]
    public async Task What_an_actor_that_ended_is_sent_goes_to_dead_letters()
    {
        var dead = NewInbox();
        Sys.EventStream.Subscribe(dead.Ref, typeof(DeadLetter));
        var actor = Nothing();
        await actor.GracefulStop(Patience);
        actor.Tell("too late", dead.Ref);
        var letter = await dead.Next<DeadLetter>();
        Assert.Equal(("too late", dead.Ref, actor), (letter.Message, letter.Sender, letter.Recipient));
    }

    [Fact]
    public async Task Suppressed_dropped_and_unhandled_messages_are_told_apart()
    {
        var all = NewInbox();
        Sys.EventStream.Subscribe(all.Ref, typeof(AllDeadLetters));
        var actor = Sys.ActorOf<HandlesNothing>();
        actor.Tell("what", all.Ref);
        Assert.Equal("what", (await all.Next<UnhandledMessage>()).Message);
        await actor.GracefulStop(Patience);
        actor.Tell(PoisonPill.Instance);
        Assert.IsType<PoisonPill>((await all.Next<SuppressedDeadLetter>()).Message);
        Sys.DeadLetters.Tell(new Dropped("ballast", "too heavy", actor));
        Assert.Equal("too heavy", (await all.Next<Dropped>()).Reason);
    }

    private sealed class HandlesNothing : ActorBase
    {
        protected override bool Receive(object message) => false;
    }

    [Fact]
    public void Null_is_no_message()
    {
        var actor = Nothing();
        Assert.Throws<InvalidMessageException>(() => actor.Tell(null!));
        Assert.Throws<InvalidMessageException>(() => Sys.ActorSelection("/user/*").Tell(null!));
    }

    [Fact]
    public async Task An_actor_cannot_be_made_with_new()
    {
        Assert.Throws<ActorInitializationException>(static () => new HandlesNothing());
        var actor = Spawn(static (_, context) => context.Sender.Tell(Record.Exception(static () => new HandlesNothing())!));
        await actor.Ask<ActorInitializationException>("try", Patience);
    }

    [Fact]
    public async Task Constructor_and_PreStart_run_on_the_dispatcher_and_know_the_context()
    {
        var log = NewInbox();
        var actor = Sys.ActorOf(Props.Create<ReportsItself>(log.Ref), "itself");
        await log.Expect((actor, "constructor"), (actor, "preStart"));
    }

    private sealed class ReportsItself : UntypedActor
    {
        private readonly IActorRef _log;

        public ReportsItself(IActorRef log)
        {
            _log = log;
            log.Tell((Context.Self, "constructor"));
        }

        protected override void PreStart() => _log.Tell((Self, "preStart"));

        protected override void OnReceive(object message)
        {
        }
    }

    [Fact]
    public async Task A_hundred_thousand_children_come_and_go_without_a_trace()
    {
        const int Count = 100_000;
        var parent = Spawn((message, context) =>
        {
            switch (message)
            {
                case "make":
                    for (var i = 0; i < Count; i++)
                        context.Watch(context.ActorOf(Props.Empty));
                    context.Sender.Tell(context.GetChildren().Count());
                    break;
                case "stop":
                    foreach (var child in context.GetChildren())
                        context.Stop(child);
                    context.Become(WaitForTheEnd(context.Sender));
                    break;
            }

            UntypedReceive WaitForTheEnd(IActorRef asker)
            {
                var left = Count;
                return message =>
                {
                    if (message is Terminated && --left == 0)
                        asker.Tell(context.GetChildren().Count());
                };
            }
        });
        Assert.Equal(Count, await parent.Ask<int>("make", Patience));
        var sample = new WeakReference(((LocalActorRef)parent).GetSingleChild("$a"));
        Assert.Equal(0, await parent.Ask<int>("stop", Patience));
        await parent.Ask<ActorIdentity>(new Identify(0), Patience);
        for (var i = 0; i < 10 && sample.IsAlive; i++)
        {
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(sample.IsAlive);
    }
}
