using Akka.Actor;

namespace Kernel.Actor.Tests.Actor;

public sealed class TimerTests : TestSystem
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private int Scheduled => ((HashedWheelTimerScheduler)Sys.Scheduler).Count;

    private sealed class WithTimers(Action<ITimerScheduler, object, IActorRef> handler) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            if (message is Exception e)
                throw e;
            handler(Timers, message, Sender);
        }
    }

    private IActorRef Timed(Action<ITimerScheduler, object, IActorRef> handler) => Sys.ActorOf(Props.Create<WithTimers>(handler));

    [Fact]
    public async Task A_single_timer_sends_once_from_the_actor_itself()
    {
        var log = NewInbox();
        var actor = Timed((timers, message, sender) =>
        {
            if (message is "start")
                timers.StartSingleTimer("key", "tick", Soon);
            else
                log.Ref.Tell((message, sender, timers.IsTimerActive("key")));
        });
        actor.Tell("start");
        await log.Expect(((object)"tick", actor, false));
        Assert.Equal(0, Scheduled);
    }

    [Fact]
    public async Task A_periodic_timer_sends_until_it_is_cancelled()
    {
        var log = NewInbox();
        var ticks = 0;
        var actor = Timed((timers, message, _) =>
        {
            switch (message)
            {
                case "start":
                    timers.StartPeriodicTimer("key", "tick", TimeSpan.Zero, Soon);
                    break;
                default:
                    log.Ref.Tell(message);
                    if (++ticks == 3)
                        timers.Cancel("key");
                    break;
            }
        });
        actor.Tell("start");
        await log.Expect("tick", "tick", "tick");
        await actor.Ask<ActorIdentity>(new Identify(0), Patience);
        Assert.Equal(0, Scheduled);
        Assert.True(await log.IsEmpty());
    }

    [Fact]
    public async Task A_timer_that_was_replaced_or_cancelled_sends_nothing_even_if_its_message_was_under_way()
    {
        var log = NewInbox();
        using var go = new ManualResetEventSlim();
        var actor = Timed((timers, message, _) =>
        {
            switch (message)
            {
                case "start":
                    timers.StartSingleTimer("a", "old", TimeSpan.Zero);
                    timers.StartSingleTimer("b", "cancelled", TimeSpan.Zero);
                    // Both messages are in the mailbox before this one is done with.
                    SpinWait.SpinUntil(() => Scheduled == 0, Patience);
                    go.Wait(Patience);
                    timers.StartSingleTimer("a", "new", TimeSpan.Zero);
                    timers.Cancel("b");
                    break;
                default:
                    log.Ref.Tell(message);
                    break;
            }
        });
        actor.Tell("start");
        go.Set();
        await log.Expect("new");
        await actor.Ask<ActorIdentity>(new Identify(0), Patience);
        Assert.True(await log.IsEmpty());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Timers_end_with_the_actor_and_with_a_restart(bool restart)
    {
        var actor = Timed(static (timers, _, sender) =>
        {
            timers.StartSingleTimer("single", "never", Never);
            timers.StartPeriodicTimer("periodic", "never", Never);
            sender.Tell(timers.ActiveTimers.Count);
        });
        Assert.Equal(2, await actor.Ask<int>("start", Patience));
        Assert.Equal(2, Scheduled);
        if (restart)
            actor.Tell(new InvalidOperationException());
        else
            await actor.GracefulStop(Patience);
        if (restart)
            await actor.Ask<ActorIdentity>(new Identify(0), Patience);
        Assert.Equal(0, Scheduled);
    }

    [Fact]
    public async Task A_timer_may_send_a_PoisonPill()
    {
        var log = NewInbox();
        var actor = Timed(static (timers, _, _) => timers.StartSingleTimer("end", PoisonPill.Instance, Soon));
        await log.Watch(actor);
        actor.Tell("start");
        await log.Next<Terminated>();
    }

    [Fact]
    public async Task Silence_brings_a_ReceiveTimeout_again_and_again()
    {
        var log = NewInbox();
        var actor = Spawn((message, context) =>
        {
            if (message is "start")
                context.SetReceiveTimeout(Soon);
            else
                log.Ref.Tell(message);
        });
        actor.Tell("start");
        await log.Next<ReceiveTimeout>();
        await log.Next<ReceiveTimeout>();
    }

    [Fact]
    public async Task The_receive_timeout_can_be_set_and_cleared()
    {
        var actor = Spawn(static (message, context) =>
        {
            context.SetReceiveTimeout((message as Timeoutish)?.Value);
            context.Sender.Tell(new Timeoutish(context.ReceiveTimeout));
        });
        Assert.Equal(Never, (await actor.Ask<Timeoutish>(new Timeoutish(Never), Patience)).Value);
        await actor.Ask<ActorIdentity>(new Identify(0), Patience);
        Assert.Equal(1, Scheduled);
        Assert.Null((await actor.Ask<Timeoutish>(new Timeoutish(null), Patience)).Value);
        await actor.Ask<ActorIdentity>(new Identify(0), Patience);
        Assert.Equal(0, Scheduled);
    }

    [Fact]
    public async Task The_receive_timeout_does_not_run_during_an_asynchronous_handler()
    {
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create<AwaitsWithTimeout>(gate.Task));
        await actor.Ask<ActorIdentity>(new Identify(0), Patience);
        Assert.Equal(1, Scheduled);
        var log = NewInbox();
        actor.Tell("wait", log.Ref);
        Assert.True(SpinWait.SpinUntil(() => Scheduled == 0, Patience));
        gate.SetResult();
        await log.Expect("wait");
        await actor.Ask<ActorIdentity>(new Identify(0), Patience);
        Assert.Equal(1, Scheduled);
    }

    private sealed class AwaitsWithTimeout : ReceiveActor
    {
        public AwaitsWithTimeout(Task gate)
        {
            Context.SetReceiveTimeout(Never);
            ReceiveAnyAsync(async message =>
            {
                await gate;
                Sender.Tell(message);
            });
        }
    }

    private sealed record Timeoutish(TimeSpan? Value);

    private sealed class Quiet : INotInfluenceReceiveTimeout;

    [Fact]
    public async Task Messages_that_do_not_influence_the_receive_timeout_do_not_put_it_off()
    {
        var log = NewInbox();
        var timedOut = false;
        var actor = Spawn((message, context) =>
        {
            switch (message)
            {
                case "start":
                    context.SetReceiveTimeout(TimeSpan.FromMilliseconds(30));
                    context.Self.Tell(new Quiet());
                    break;
                case Quiet when !timedOut:
                    // There is never a silence, and still the timeout comes.
                    context.Self.Tell(message);
                    break;
                case ReceiveTimeout:
                    timedOut = true;
                    log.Ref.Tell("timeout");
                    context.SetReceiveTimeout(null);
                    break;
            }
        });
        actor.Tell("start");
        await log.Expect("timeout");
    }
}
