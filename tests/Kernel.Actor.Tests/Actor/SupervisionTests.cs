using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Kernel.Actor.Tests.Actor;

public sealed class SupervisionTests : TestSystem
{
    /// <summary>Makes children when it gets their names, throws exceptions that it gets, and reports its life.</summary>
    private sealed class Parent : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;
        private readonly IActorRef _log;

        public Parent(SupervisorStrategy strategy, IActorRef log)
        {
            _strategy = strategy;
            _log = log;
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
            Receive<string>(name => Sender.Tell(Context.ActorOf(Child.Props(log), name)));
            Receive<Exception>(e => throw e);
            Receive<IActorRef>(child => Context.Stop(child));
        }

        protected override void PostRestart(Exception reason) => _log.Tell($"parent postRestart {reason.Message}");

        protected override void PostStop() => _log.Tell("parent postStop");

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;
    }

    /// <summary>As <see cref="Parent"/>, but its children outlive a restart.</summary>
    private sealed class KeepingParent : ReceiveActor
    {
        public KeepingParent(IActorRef log)
        {
            Receive<string>(name => Sender.Tell(Context.ActorOf(Child.Props(log), name)));
            Receive<Exception>(e => throw e);
        }

        protected override void PreRestart(Exception reason, object? message)
        {
        }
    }

    /// <summary>Reports its life; throws exceptions that it is told.</summary>
    private sealed class Child(IActorRef log) : UntypedActor
    {
        private int _state;

        public static Props Props(IActorRef log) => Akka.Actor.Props.Create<Child>(log);

        protected override void PreStart() => Log("preStart");

        protected override void PostStop() => Log("postStop");

        protected override void PreRestart(Exception reason, object? message)
        {
            Log($"preRestart {reason.Message} {(message as Exception)?.Message ?? "null"}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            Log($"postRestart {reason.Message}");
            base.PostRestart(reason);
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Exception e:
                    throw e;
                case "count":
                    Log($"count {++_state}");
                    break;
                default:
                    Sender.Tell(message);
                    break;
            }
        }

        private void Log(string what) => log.Tell($"{Self.Path.Name} {what}");
    }

    private sealed class BadConstructor : UntypedActor
    {
        public BadConstructor() => throw new InvalidOperationException("cannot be made");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class BadPreStart(IActorRef log) : UntypedActor
    {
        protected override void PreStart() => throw new InvalidOperationException("cannot be started");

        protected override void PostStop() => log.Tell("postStop");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class FailsFirstTime(StrongBox<int> made) : UntypedActor
    {
        protected override void PreStart()
        {
            if (made.Value++ == 0)
                throw new InvalidOperationException("first time");
        }

        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private (IActorRef Parent, Inbox Log) Family(SupervisorStrategy strategy)
    {
        var log = NewInbox();
        return (Sys.ActorOf(Props.Create<Parent>(strategy, log.Ref), "parent"), log);
    }

    private async Task<IActorRef> NewChild(IActorRef parent, string name, Inbox log)
    {
        var child = await parent.Ask<IActorRef>(name, Patience);
        await log.Expect($"{name} preStart");
        return child;
    }

    private static Exception Boom(string message = "boom") => new InvalidOperationException(message);

    private static SupervisorStrategy OneForOne(Directive directive) => new OneForOneStrategy(_ => directive);

    [Fact]
    public async Task Restart_makes_a_fresh_instance_and_keeps_reference_and_mailbox_but_drops_the_message_that_failed()
    {
        var (parent, log) = Family(OneForOne(Directive.Restart));
        var child = await NewChild(parent, "a", log);
        child.Tell("count");
        child.Tell(Boom());
        child.Tell("count");
        await log.Expect("a count 1", "a preRestart boom boom", "a postStop", "a postRestart boom", "a preStart", "a count 1");
        Assert.True(await log.IsEmpty());
    }

    [Fact]
    public async Task Resume_keeps_the_instance_and_drops_the_message_that_failed()
    {
        var (parent, log) = Family(OneForOne(Directive.Resume));
        var child = await NewChild(parent, "a", log);
        child.Tell("count");
        child.Tell(Boom());
        child.Tell("count");
        await log.Expect("a count 1", "a count 2");
    }

    [Fact]
    public async Task Stop_ends_the_child_and_sends_the_rest_of_its_mailbox_to_dead_letters()
    {
        var (parent, log) = Family(OneForOne(Directive.Stop));
        var dead = NewInbox();
        Sys.EventStream.Subscribe(dead.Ref, typeof(Akka.Event.DeadLetter));
        var child = await NewChild(parent, "a", log);
        await log.Watch(child);
        child.Tell(Boom());
        child.Tell("left behind");
        await log.Expect("a postStop");
        Assert.Equal(child, (await log.Next<Terminated>()).ActorRef);
        Assert.Equal("left behind", (await dead.Next<Akka.Event.DeadLetter>()).Message);
    }

    [Fact]
    public async Task Escalate_fails_the_parent_and_its_restart_stops_the_child()
    {
        var log = NewInbox();
        var top = Sys.ActorOf(Props.Create<Parent>(OneForOne(Directive.Restart), log.Ref));
        var parent = await top.Ask<IActorRef>(Props.Create<Parent>(OneForOne(Directive.Escalate), log.Ref), Patience);
        var child = await NewChild(parent, "a", log);
        await log.Watch(child);
        child.Tell(Boom());
        // The parent's default PreRestart stops the children and calls PostStop.
        var heard = new[] { await log.Next(), await log.Next(), await log.Next(), await log.Next() };
        Assert.Single(heard.OfType<Terminated>());
        Assert.Equal(["a postStop", "parent postRestart boom", "parent postStop"], heard.OfType<string>().Order(StringComparer.Ordinal));
        Assert.Equal("parent postRestart boom", heard.OfType<string>().Last()); // when both have stopped, in whatever order
        Assert.Equal(ActorRefs.Nobody, ((LocalActorRef)parent).GetSingleChild("a"));
    }

    [Fact]
    public async Task A_failing_parent_suspends_its_children_and_resumes_them_with_itself()
    {
        var log = NewInbox();
        using var decide = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        var strategy = new OneForOneStrategy(_ =>
        {
            asked.Set();
            decide.Wait(Patience);
            return Directive.Resume;
        });
        var top = Sys.ActorOf(Props.Create<Parent>(strategy, log.Ref));
        var parent = await top.Ask<IActorRef>(Props.Create<Parent>(OneForOne(Directive.Stop), log.Ref), Patience);
        var child = await NewChild(parent, "a", log);
        parent.Tell(Boom());
        Assert.True(asked.Wait(Patience));
        var answer = child.Ask("still there", Patience);
        Assert.True(((LocalActorRef)parent).Cell.Mailbox.IsSuspended);
        Assert.False(answer.IsCompleted);
        decide.Set();
        Assert.Equal("still there", await answer);
        Assert.False(((LocalActorRef)child).Cell.Mailbox.IsSuspended);
    }

    [Fact]
    public async Task Children_that_PreRestart_did_not_stop_are_restarted_with_their_parent()
    {
        var log = NewInbox();
        var parent = Sys.ActorOf(Props.Create<KeepingParent>(log.Ref));
        var child = await NewChild(parent, "a", log);
        parent.Tell(Boom());
        await log.Expect("a preRestart boom null", "a postStop", "a postRestart boom", "a preStart");
        Assert.Equal("here", await child.Ask("here", Patience));
    }

    [Fact]
    public async Task One_for_one_leaves_the_siblings_alone()
    {
        var (parent, log) = Family(OneForOne(Directive.Restart));
        var a = await NewChild(parent, "a", log);
        var b = await NewChild(parent, "b", log);
        b.Tell("count");
        await log.Expect("b count 1");
        a.Tell(Boom());
        await log.Expect("a preRestart boom boom", "a postStop", "a postRestart boom", "a preStart");
        b.Tell("count");
        await log.Expect("b count 2");
    }

    [Fact]
    public async Task All_for_one_restarts_all_children()
    {
        var (parent, log) = Family(new AllForOneStrategy(_ => Directive.Restart));
        var a = await NewChild(parent, "a", log);
        var b = await NewChild(parent, "b", log);
        b.Tell("count");
        await log.Expect("b count 1");
        a.Tell(Boom());
        var seen = new HashSet<object>();
        while (seen.Count < 8)
            seen.Add(await log.Next());
        Assert.Superset(new HashSet<object> { "a preRestart boom boom", "b preRestart boom null", "a postRestart boom", "b postRestart boom" }, seen);
        b.Tell("count");
        await log.Expect("b count 1");
    }

    [Fact]
    public async Task All_for_one_stops_all_children()
    {
        var (parent, log) = Family(new AllForOneStrategy(_ => Directive.Stop));
        var a = await NewChild(parent, "a", log);
        await NewChild(parent, "b", log);
        a.Tell(Boom());
        Assert.Equal(new HashSet<object> { "a postStop", "b postStop" }, new HashSet<object> { await log.Next(), await log.Next() });
    }

    [Fact]
    public async Task After_the_last_retry_the_child_is_stopped()
    {
        var (parent, log) = Family(new OneForOneStrategy(2, null, _ => Directive.Restart));
        var child = await NewChild(parent, "a", log);
        for (var i = 0; i < 2; i++)
        {
            child.Tell(Boom());
            await log.Expect("a preRestart boom boom", "a postStop", "a postRestart boom", "a preStart");
        }

        await log.Watch(child);
        child.Tell(Boom());
        await log.Expect("a postStop");
        await log.Next<Terminated>();
    }

    [Fact]
    public void A_retry_window_begins_anew_when_it_is_over()
    {
        var stats = new ChildRestartStats(ActorRefs.Nobody);
        bool Restart(double second) => stats.RequestRestartPermission(2, 1000, TimeSpan.FromSeconds(100 + second));
        Assert.True(Restart(0));
        Assert.True(Restart(0.5));
        Assert.False(Restart(0.9));
        Assert.True(Restart(2));
        Assert.True(Restart(2.5));
        Assert.False(Restart(3));
    }

    [Theory]
    [InlineData(-1, -1, 100, true)]
    [InlineData(0, -1, 1, false)]
    [InlineData(0, 1000, 1, false)]
    [InlineData(3, -1, 3, true)]
    [InlineData(3, -1, 4, false)]
    [InlineData(-1, 1000, 1, true)]
    [InlineData(-1, 1000, 2, false)]
    public void Retries_without_and_within_a_window(int max, int window, int restarts, bool lastAllowed)
    {
        var stats = new ChildRestartStats(ActorRefs.Nobody);
        for (var i = 1; i < restarts; i++)
            stats.RequestRestartPermission(max, window, TimeSpan.FromSeconds(1));
        Assert.Equal(lastAllowed, stats.RequestRestartPermission(max, window, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task An_actor_whose_constructor_throws_is_stopped()
    {
        var failures = NewInbox();
        Sys.EventStream.Subscribe(failures.Ref, typeof(Akka.Event.Error));
        var actor = Sys.ActorOf(Props.Create<BadConstructor>());
        await failures.Watch(actor);
        await failures.Next<Terminated>();
        Assert.True(((IInternalActorRef)actor).IsTerminated);
    }

    [Fact]
    public async Task A_failed_creation_reaches_the_decider_as_ActorInitializationException()
    {
        var cause = new TaskCompletionSource<Exception>();
        var (parent, _) = Family(new OneForOneStrategy(e =>
        {
            cause.TrySetResult(e);
            return Directive.Stop;
        }));
        await parent.Ask<IActorRef>(Props.Create<BadConstructor>(), Patience);
        var exception = Assert.IsType<ActorInitializationException>(await cause.Task.WaitAsync(Patience));
        Assert.Equal("cannot be made", exception.InnerException!.Message);
    }

    [Fact]
    public async Task An_actor_whose_PreStart_throws_is_stopped_without_PostStop()
    {
        var log = NewInbox();
        var actor = Sys.ActorOf(Props.Create<BadPreStart>(log.Ref));
        await log.Watch(actor);
        await log.Next<Terminated>();
    }

    [Theory]
    [InlineData(Directive.Restart)]
    [InlineData(Directive.Resume)]
    public async Task An_actor_that_could_not_be_made_is_made_at_the_next_try(Directive directive)
    {
        var (parent, _) = Family(OneForOne(directive));
        var child = await parent.Ask<IActorRef>(Props.Create<FailsFirstTime>(new StrongBox<int>()), Patience);
        Assert.Equal("hello", await child.Ask("hello", Patience));
    }

    [Fact]
    public async Task Kill_fails_the_actor_and_the_default_decider_stops_it()
    {
        var inbox = NewInbox();
        var actor = Spawn((_, _) => { });
        await inbox.Watch(actor);
        actor.Tell(Kill.Instance);
        await inbox.Next<Terminated>();
    }

    [Fact]
    public async Task Props_may_say_how_an_actor_supervises()
    {
        var log = NewInbox();
        var parent = Sys.ActorOf(Props.Create<Parent>(OneForOne(Directive.Stop), log.Ref).WithSupervisorStrategy(OneForOne(Directive.Resume)));
        var child = await NewChild(parent, "a", log);
        child.Tell(Boom());
        child.Tell("count");
        await log.Expect("a count 1");
    }

    [Fact]
    public async Task A_decider_that_throws_fails_the_parent()
    {
        var (parent, log) = Family(new OneForOneStrategy(_ => throw new InvalidOperationException("decider")));
        var child = await NewChild(parent, "a", log);
        child.Tell(Boom());
        var stopped = new[] { await log.Next<string>(), await log.Next<string>() }; // by two threads
        Assert.Equal(["a postStop", "parent postStop"], stopped.Order(StringComparer.Ordinal));
        await log.Expect("parent postRestart decider");
    }

    [Fact]
    public async Task Failures_are_logged_with_the_path_of_the_child()
    {
        Sys.EventStream.SetLogLevel(Akka.Event.LogLevel.DebugLevel);
        var (parent, log) = Family(OneForOne(Directive.Restart));
        var child = await NewChild(parent, "a", log);
        var errors = NewInbox();
        Sys.EventStream.Subscribe(errors.Ref, typeof(Akka.Event.Error));
        child.Tell(Boom());
        var error = await errors.Next<Akka.Event.Error>();
        Assert.Equal(("boom", "akka://test/user/parent/a"), (error.Cause!.Message, error.LogSource));
    }
}
