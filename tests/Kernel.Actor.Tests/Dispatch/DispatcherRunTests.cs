using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Kernel.Actor.Tests.Dispatch;

/// <summary>What a dispatcher gives to its executor, and when; the executor is turned by hand.</summary>
public sealed class DispatcherRunTests : TestSystem
{
    private readonly ByHandFactory _executors = new();

    public override async Task DisposeAsync()
    {
        // The actors can end only if somebody runs them.
        _executors.Free = true;
        foreach (var executor in _executors.Made)
        {
            executor.Free = true;
            executor.RunAll();
        }

        await base.DisposeAsync();
    }

    private (ByHandFactory Executors, MessageDispatcher Dispatcher) Register(int throughput, long? deadline = null)
    {
        var executors = _executors;
        var configurator = new ByHandConfigurator(Sys.Dispatchers.Prerequisites, executors, throughput, deadline);
        Assert.True(Sys.Dispatchers.RegisterConfigurator("by-hand", configurator));
        Assert.False(Sys.Dispatchers.RegisterConfigurator("by-hand", configurator));
        return (executors, configurator.Dispatcher());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Throughput_is_exactly_the_number_of_messages_of_one_run(int throughput)
    {
        var (executors, _) = Register(throughput);
        var handled = 0;
        var actor = Sys.ActorOf(Lambda.Props((_, _) => handled++).WithDispatcher("by-hand"));
        var executor = executors.Made.Single();
        executor.RunAll();
        for (var i = 0; i < 7; i++)
            actor.Tell(i);
        for (var runs = 1; handled < 7; runs++)
        {
            executor.RunOne();
            Assert.Equal(Math.Min(runs * throughput, 7), handled);
        }

        Assert.Empty(executor.Work);
    }

    [Fact]
    public void A_deadline_ends_a_run_after_the_message_that_exceeded_it()
    {
        var (executors, _) = Register(1000, TimeSpan.FromMilliseconds(20).Ticks);
        var handled = 0;
        var actor = Sys.ActorOf(Lambda.Props((message, _) =>
        {
            handled++;
            if (message is "slow")
                Thread.Sleep(30);
        }).WithDispatcher("by-hand"));
        var executor = executors.Made.Single();
        executor.RunAll();
        foreach (var message in new[] { "quick", "slow", "quick", "quick" })
            actor.Tell(message);
        executor.RunOne();
        Assert.InRange(handled, 1, 2);
        executor.RunAll();
        Assert.Equal(4, handled);
    }

    [Fact]
    public void An_actor_is_constructed_on_its_executor()
    {
        var (executors, _) = Register(10);
        var made = false;
        Sys.ActorOf(Props.From(() =>
        {
            made = true;
            return new EmptyActor();
        }).WithDispatcher("by-hand"));
        Assert.False(made);
        executors.Made.Single().RunAll();
        Assert.True(made);
    }

    [Fact]
    public void A_mailbox_is_with_the_executor_once_at_a_time()
    {
        var (executors, _) = Register(1);
        var actor = Sys.ActorOf(Lambda.Props(static (_, _) => { }).WithDispatcher("by-hand"));
        var executor = executors.Made.Single();
        executor.RunAll();
        for (var i = 0; i < 10; i++)
            actor.Tell(i);
        Assert.Single(executor.Work);
        executor.RunAll();
        Assert.Empty(executor.Work);
    }

    [Fact]
    public void A_suspended_mailbox_runs_its_system_messages()
    {
        var (executors, _) = Register(10);
        var handled = 0;
        var actor = (LocalActorRef)Sys.ActorOf(Lambda.Props((_, _) => handled++).WithDispatcher("by-hand"));
        var executor = executors.Made.Single();
        executor.RunAll();
        actor.Suspend();
        executor.RunAll();
        actor.Tell("waits");
        Assert.Empty(executor.Work);
        var watcher = new Inbox(Sys);
        actor.SendSystemMessage(new Watch(actor, (IInternalActorRef)watcher.Ref));
        Assert.Single(executor.Work);
        executor.RunAll();
        Assert.Equal(0, handled);
        actor.Resume();
        executor.RunAll();
        Assert.Equal(1, handled);
    }

    [Fact]
    public async Task After_the_last_actor_the_executor_is_shut_down_and_a_new_one_made_for_the_next()
    {
        var (executors, _) = Register(10);
        var actor = Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"));
        executors.Made[0].RunAll();
        Sys.Stop(actor);
        executors.Made[0].RunAll();
        Assert.True(SpinWait.SpinUntil(() => executors.Made[0].Shutdowns == 1, Patience));
        Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"));
        Assert.Equal(2, executors.Made.Count);
        executors.Made[1].RunAll();
        await Task.CompletedTask;
    }

    [Fact]
    public async Task An_actor_that_its_dispatcher_does_not_take_leaves_nothing_behind()
    {
        var (executors, _) = Register(10);
        executors.Reject = true;
        Assert.Throws<RejectedExecutionException>(() => Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"), "refused"));
        executors.Reject = false;
        executors.Made.ForEach(static executor => executor.Reject = false);
        Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"), "refused");
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Work_that_is_rejected_twice_is_reported()
    {
        var errors = NewInbox();
        Sys.EventStream.Subscribe(errors.Ref, typeof(Error));
        var (executors, dispatcher) = Register(10);
        Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"));
        executors.Made.Single().Reject = true;
        Assert.Throws<RejectedExecutionException>(() => dispatcher.Schedule(static () => { }));
        Assert.IsType<RejectedExecutionException>((await errors.Next<Error>()).Cause);
    }

    [Fact]
    public async Task Actions_run_on_the_dispatcher_and_their_failures_are_reported()
    {
        var errors = NewInbox();
        Sys.EventStream.Subscribe(errors.Ref, typeof(Error));
        var (executors, dispatcher) = Register(10);
        var ran = false;
        dispatcher.Schedule(() => ran = true);
        dispatcher.Schedule(static () => throw new InvalidOperationException("boom"));
        executors.Made.Single().RunAll();
        Assert.True(ran);
        Assert.Equal("boom", (await errors.Next<Error>()).Cause!.Message);
    }

    [Fact]
    public void HasDispatcher_knows_what_is_configured_or_registered()
    {
        Assert.True(Sys.Dispatchers.HasDispatcher(Dispatchers.DefaultDispatcherId));
        Assert.False(Sys.Dispatchers.HasDispatcher("by-hand"));
        Register(1);
        Assert.True(Sys.Dispatchers.HasDispatcher("by-hand"));
    }
}
