using Akka.Actor;
using Akka.Event;
using Akka.Pattern;

namespace Kernel.Actor.Tests.Pattern;

public sealed class BackoffSupervisorTests : VirtualTime
{
    private readonly Inbox _inbox;

    public BackoffSupervisorTests() => _inbox = NewInbox();

    private Props Child => Props.Create<Worker>(_inbox.Ref);

    private BackoffOptions OnStop => Backoff.OnStop(Child, "child", Seconds(1), Seconds(4), 0).WithManualReset();

    private BackoffOptions OnFailure => Backoff.OnFailure(Child, "child", Seconds(1), Seconds(4), 0).WithManualReset();

    private async Task<IActorRef> Supervisor(BackoffOptions options)
    {
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(options));
        await _inbox.Expect("started");
        return supervisor;
    }

    private static async Task<int> Restarts(IActorRef supervisor) =>
        (await supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance, Patience)).Count;

    private static async Task<IActorRef?> ChildOf(IActorRef supervisor) =>
        (await supervisor.Ask<BackoffSupervisor.CurrentChild>(BackoffSupervisor.GetCurrentChild.Instance, Patience)).Ref;

    /// <summary>Ends the child and returns when the supervisor knows.</summary>
    private static async Task End(IActorRef supervisor, object how)
    {
        supervisor.Tell(how);
        while (await ChildOf(supervisor) is not null)
            await Task.Yield();
    }

    [Fact]
    public async Task A_child_that_stops_comes_back_after_longer_and_longer_times()
    {
        var supervisor = await Supervisor(OnStop);
        foreach (var seconds in new[] { 1, 2, 4, 4 })
        {
            await End(supervisor, "stop");
            Advance(seconds - 0.1);
            Assert.Null(await ChildOf(supervisor));
            Advance(0.1);
            await _inbox.Expect("started");
        }

        Assert.Equal(4, await Restarts(supervisor));
    }

    [Fact]
    public async Task A_failure_on_the_other_hand_restarts_it_at_once()
    {
        var supervisor = await Supervisor(OnStop);
        supervisor.Tell("fail");
        await _inbox.Expect("started");
        Assert.Equal(0, await Restarts(supervisor));
    }

    [Fact]
    public async Task A_failure_may_stop_it()
    {
        var supervisor = await Supervisor(OnStop.WithDefaultStoppingStrategy());
        await End(supervisor, "fail");
        Advance(1);
        await _inbox.Expect("started");
    }

    [Fact]
    public async Task A_child_that_fails_comes_back_later()
    {
        var supervisor = await Supervisor(OnFailure);
        await End(supervisor, "fail");
        Advance(1);
        await _inbox.Expect("started");
        await End(supervisor, "fail");
        Advance(1);
        Assert.Null(await ChildOf(supervisor));
        Advance(1);
        await _inbox.Expect("started");
    }

    [Fact]
    public async Task After_failures_only_a_stop_is_the_end()
    {
        var supervisor = await Supervisor(OnFailure);
        await _inbox.Watch(supervisor);
        supervisor.Tell("stop");
        Assert.Equal(supervisor, (await _inbox.Next<Terminated>()).ActorRef);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_gives_up_after_so_many_times(bool afterStop)
    {
        var supervisor = await Supervisor(afterStop ? OnStop.WithMaxNrOfRetries(1) : OnFailure.WithMaxNrOfRetries(1));
        var end = afterStop ? "stop" : "fail";
        await End(supervisor, end);
        Advance(1);
        await _inbox.Expect("started");
        await _inbox.Watch(supervisor);
        supervisor.Tell(end);
        await _inbox.Next<Terminated>();
    }

    [Fact]
    public async Task It_gives_up_after_so_many_times_within_a_while()
    {
        var supervisor = await Supervisor(OnFailure.WithSupervisorStrategy(
            new OneForOneStrategy(1, Seconds(30), SupervisorStrategy.DefaultDecider)));
        await End(supervisor, "fail");
        Advance(31);
        await _inbox.Expect("started");
        await End(supervisor, "fail");
        Advance(2);
        await _inbox.Expect("started");
        await _inbox.Watch(supervisor);
        supervisor.Tell("fail");
        await _inbox.Next<Terminated>();
    }

    [Fact]
    public async Task The_child_says_that_it_is_well()
    {
        var supervisor = await Supervisor(OnStop);
        await End(supervisor, "stop");
        Advance(1);
        await _inbox.Expect("started");
        Assert.Equal(1, await Restarts(supervisor));
        supervisor.Tell("well");
        await Handled((await ChildOf(supervisor))!);
        Assert.Equal(0, await Restarts(supervisor));
    }

    [Fact]
    public async Task A_child_that_lives_for_a_while_is_well()
    {
        var supervisor = await Supervisor(OnStop.WithAutoReset(Seconds(5)));
        await End(supervisor, "stop");
        Advance(1);
        await _inbox.Expect("started");
        await Handled(supervisor);
        Advance(4.9);
        Assert.Equal(1, await Restarts(supervisor));
        Advance(0.1);
        Assert.Equal(0, await Restarts(supervisor));
    }

    [Fact]
    public async Task Messages_go_on_to_the_child_and_its_own_up()
    {
        var supervisor = await Supervisor(OnStop);
        Assert.Equal("echo", await supervisor.Ask<string>("echo", Patience));
    }

    [Fact]
    public async Task Without_a_child_messages_are_dead_letters_or_replied_to()
    {
        var dead = NewInbox();
        Sys.EventStream.Subscribe(dead.Ref, typeof(DeadLetter));
        var silent = await Supervisor(OnStop);
        await End(silent, "stop");
        silent.Tell("lost");
        Assert.Equal("lost", (await dead.Next<DeadLetter>()).Message);
        var polite = await Supervisor(OnStop.WithReplyWhileStopped("come back later"));
        await End(polite, "stop");
        Assert.Equal("come back later", await polite.Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task After_a_final_message_a_stop_is_the_end()
    {
        var supervisor = await Supervisor(OnStop.WithFinalStopMessage(m => m is "stop"));
        await _inbox.Watch(supervisor);
        supervisor.Tell("stop");
        Assert.Equal(supervisor, (await _inbox.Next<Terminated>()).ActorRef);
        Assert.Throws<InvalidOperationException>(() => OnFailure.WithFinalStopMessage(_ => true));
    }

    [Fact]
    public void Times_grow_up_to_a_limit_and_a_random_part()
    {
        Assert.Equal(Seconds(8), BackoffSupervisor.CalculateDelay(3, Seconds(1), Seconds(60), 0));
        Assert.Equal(Seconds(60), BackoffSupervisor.CalculateDelay(1000, Seconds(1), Seconds(60), 0));
        Assert.InRange(BackoffSupervisor.CalculateDelay(0, Seconds(1), Seconds(60), 0.5), Seconds(1), Seconds(1.5));
    }

    private sealed class Worker : ReceiveActor
    {
        public Worker(IActorRef log)
        {
            log.Tell("started");
            Receive<string>(static m => m == "stop", _ => Context.Stop(Self));
            Receive<string>(static m => m == "fail", _ => throw new InvalidOperationException("as asked"));
            Receive<string>(static m => m == "well", _ => Context.Parent.Tell(BackoffSupervisor.Reset.Instance));
            Receive<string>(m => Sender.Tell(m));
        }
    }
}
