using Akka.Actor;

namespace Kernel.Actor.Tests.Actor;

public sealed class AsyncTests : TestSystem
{
    private sealed class Awaits : ReceiveActor
    {
        public Awaits(Task gate, IActorRef log)
        {
            ReceiveAsync<string>(async message =>
            {
                var sender = Sender;
                log.Tell($"begin {message}");
                await gate;
                Assert.Same(sender, Sender);
                Assert.Same(Self, Context.Self);
                log.Tell($"end {message}");
                Sender.Tell(message);
            });
            ReceiveAsync<Exception>(async e =>
            {
                await Task.Yield();
                throw e;
            });
            Receive<int>(i => log.Tell(i));
        }

        protected override void PreRestart(Exception reason, object? message)
        {
            Context.System.EventStream.Publish((reason, message));
            base.PreRestart(reason, message);
        }
    }

    [Fact]
    public async Task Messages_wait_until_an_asynchronous_handler_is_done_and_the_context_is_there_after_an_await()
    {
        var log = NewInbox();
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create<Awaits>(gate.Task, log.Ref));
        var answer = actor.Ask("a", Patience);
        actor.Tell(1);
        await log.Expect("begin a");
        Assert.True(await log.IsEmpty());
        gate.SetResult();
        await log.Expect("end a", 1);
        Assert.Equal("a", await answer);
    }

    [Fact]
    public async Task A_handler_that_does_not_wait_is_done_at_once()
    {
        var log = NewInbox();
        var actor = Sys.ActorOf(Props.Create<Awaits>(Task.CompletedTask, log.Ref));
        actor.Tell("a");
        actor.Tell(1);
        await log.Expect("begin a", "end a", 1);
    }

    [Fact]
    public async Task An_asynchronous_handler_that_throws_fails_the_actor_with_its_message()
    {
        var log = NewInbox();
        Sys.EventStream.Subscribe(log.Ref, typeof((Exception, object)));
        var actor = Sys.ActorOf(Props.Create<Awaits>(Task.CompletedTask, log.Ref));
        var boom = new InvalidOperationException("boom");
        actor.Tell(boom);
        await log.Expect(((Exception)boom, (object)boom));
        actor.Tell(1);
        await log.Expect(1);
    }

    [Fact]
    public async Task An_actor_can_be_stopped_while_it_waits()
    {
        var log = NewInbox();
        var actor = Sys.ActorOf(Props.Create<Awaits>(new TaskCompletionSource().Task, log.Ref));
        await log.Watch(actor);
        actor.Tell("a");
        await log.Expect("begin a");
        Sys.Stop(actor);
        await log.Next<Terminated>();
    }

    [Fact]
    public async Task A_child_that_fails_while_its_parent_waits_is_dealt_with()
    {
        var parent = Sys.ActorOf<WaitsForChild>();
        Assert.Equal("recovered", await parent.Ask("go", Patience));
    }

    private sealed class WaitsForChild : ReceiveActor
    {
        public WaitsForChild() => ReceiveAsync<string>(async _ =>
        {
            var child = Context.ActorOf(Lambda.Props(static (message, context) =>
            {
                if (message is "fail")
                    throw new InvalidOperationException("child");
                context.Sender.Tell("recovered");
            }));
            child.Tell("fail");
            Sender.Tell(await child.Ask("hello", Patience));
        });
    }

    [Fact]
    public async Task RunTask_makes_the_messages_of_an_untyped_actor_wait_too()
    {
        var log = NewInbox();
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create<RunsTask>(gate.Task, log.Ref));
        actor.Tell("task");
        actor.Tell("next");
        await log.Expect("begin");
        gate.SetResult();
        await log.Expect("end", "next");
    }

    private sealed class RunsTask(Task gate, IActorRef log) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is not "task")
            {
                log.Tell(message);
                return;
            }

            RunTask(async () =>
            {
                log.Tell("begin");
                await gate;
                log.Tell("end");
            });
        }
    }

    [Fact]
    public async Task Sequential_awaits_stay_inside_the_actor()
    {
        var actor = Sys.ActorOf<ManyAwaits>();
        Assert.Equal(1000, await actor.Ask("go", Patience));
    }

    private sealed class ManyAwaits : ReceiveActor
    {
        private int _count;

        public ManyAwaits() => ReceiveAnyAsync(async _ =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await Task.Run(static () => { });
                _count++;
                Assert.Same(Self, Context.Self);
            }

            Sender.Tell(_count);
        });
    }
}
