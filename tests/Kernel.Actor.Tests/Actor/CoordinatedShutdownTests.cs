using System.Collections.Concurrent;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace Kernel.Actor.Tests.Actor;

public sealed class CoordinatedShutdownTests
{
    private static readonly TimeSpan Patience = TestSystem.Patience;
    private readonly ConcurrentQueue<string> _ran = new();

    private static ActorSystem System(string config = "") => ActorSystem.Create(
        "test",
        ConfigurationFactory.ParseString(config).WithFallback("akka.loglevel = OFF, akka.stdout-loglevel = OFF"));

    private static ActorSystem VirtualTime(string config = "") =>
        System("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"\n" + config);

    private Func<Task<Done>> Note(string what) => () =>
    {
        _ran.Enqueue(what);
        return Task.FromResult(Done.Instance);
    };

    [Fact]
    public async Task Tasks_run_phase_by_phase_and_the_system_ends()
    {
        var system = System();
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "last", Note("last"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "first", Note("first"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "second", Note("second"));
        Assert.Null(shutdown.ShutdownReason);
        var reason = CoordinatedShutdown.ClusterLeavingReason.Instance;
        Assert.Same(Done.Instance, await shutdown.Run(reason).WaitAsync(Patience));
        Assert.Equal(["first", "second", "last"], _ran);
        Assert.Same(reason, shutdown.ShutdownReason);
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task Terminate_runs_the_phases()
    {
        var system = System();
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "task", Note("task"));
        await system.Terminate().WaitAsync(Patience);
        Assert.Equal(["task"], _ran);
        Assert.Same(CoordinatedShutdown.ActorSystemTerminateReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task Terminate_does_not_run_them_when_that_is_off()
    {
        var system = System("akka.coordinated-shutdown.run-by-actor-system-terminate = off");
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "task", Note("task"));
        await system.Terminate().WaitAsync(Patience);
        Assert.Empty(_ran);
    }

    [Fact]
    public async Task The_system_goes_on_when_its_end_is_off()
    {
        var system = System("akka.coordinated-shutdown { run-by-actor-system-terminate = off, terminate-actor-system = off }");
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);
        Assert.False(system.WhenTerminated.IsCompleted);
        await system.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public void Terminate_must_terminate() => Assert.Throws<ConfigurationException>(
        () => System("akka.coordinated-shutdown.terminate-actor-system = off"));

    [Fact]
    public async Task It_runs_once()
    {
        var system = System();
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "task", Note("task"));
        var first = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);
        Assert.Same(first, shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance));
        await first.WaitAsync(Patience);
        Assert.Same(CoordinatedShutdown.UnknownReason.Instance, shutdown.ShutdownReason);
        Assert.Single(_ran);
    }

    [Fact]
    public async Task It_may_begin_with_a_later_phase()
    {
        var shutdown = CoordinatedShutdown.Get(System());
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "early", Note("early"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "late", Note("late"));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseServiceStop).WaitAsync(Patience);
        Assert.Equal(["late"], _ran);
    }

    [Fact]
    public async Task A_task_may_add_one_to_a_later_phase()
    {
        var shutdown = CoordinatedShutdown.Get(System());
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "early", () =>
        {
            shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "late", Note("late"));
            return Task.FromResult(Done.Instance);
        });
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);
        Assert.Equal(["late"], _ran);
    }

    [Fact]
    public async Task A_failure_does_not_stop_the_others()
    {
        var shutdown = CoordinatedShutdown.Get(System());
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "throws", () => throw new InvalidOperationException("as asked"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "beside", Note("beside"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "after", Note("after"));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);
        Assert.Equal(["beside", "after"], _ran);
    }

    [Fact]
    public async Task A_phase_that_does_not_recover_aborts()
    {
        var system = System("akka.coordinated-shutdown { run-by-actor-system-terminate = off, phases.service-stop.recover = off }");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "throws", () => throw new InvalidOperationException("as asked"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "after", Note("after"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience));
        Assert.Empty(_ran);
        await system.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_disabled_phase_is_skipped()
    {
        var shutdown = CoordinatedShutdown.Get(System("akka.coordinated-shutdown.phases.service-stop.enabled = off"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "skipped", Note("skipped"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "after", Note("after"));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);
        Assert.Equal(["after"], _ran);
    }

    [Fact]
    public async Task A_phase_that_takes_too_long_is_left_behind()
    {
        var system = VirtualTime("akka.coordinated-shutdown.phases.service-requests-done.timeout = 30s");
        var shutdown = CoordinatedShutdown.Get(system);
        var started = new TaskCompletionSource();
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "hangs", () =>
        {
            started.SetResult();
            return new TaskCompletionSource<Done>().Task;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "after", Note("after"));
        var run = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);
        await started.Task.WaitAsync(Patience);
        var clock = (TestScheduler)system.Scheduler;
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(_ran);
        clock.Advance(TimeSpan.FromSeconds(1));
        await run.WaitAsync(Patience);
        Assert.Equal(["after"], _ran);
    }

    [Fact]
    public async Task A_timeout_aborts_a_phase_that_does_not_recover()
    {
        var system = VirtualTime("akka.coordinated-shutdown { run-by-actor-system-terminate = off, phases.service-stop.recover = off }");
        var shutdown = CoordinatedShutdown.Get(system);
        var started = new TaskCompletionSource();
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "hangs", () =>
        {
            started.SetResult();
            return new TaskCompletionSource<Done>().Task;
        });
        var run = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);
        await started.Task.WaitAsync(Patience);
        ((TestScheduler)system.Scheduler).Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => run.WaitAsync(Patience));
        await system.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public async Task Phases_of_ones_own_take_their_place()
    {
        var system = System("akka.coordinated-shutdown.phases { drain { depends-on = [service-unbind], timeout = 70s }, service-stop.depends-on = [drain, other] }");
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "3", Note("3"));
        shutdown.AddTask("drain", "2", Note("2"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "1", Note("1"));
        Assert.Equal(TimeSpan.FromSeconds(70), shutdown.Timeout("drain"));
        Assert.Equal(TimeSpan.FromSeconds(5), shutdown.Timeout("other"));
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience);
        Assert.Equal(["1", "2", "3"], _ran);
    }

    [Fact]
    public async Task Timeouts_add_up()
    {
        var system = System();
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Equal(TimeSpan.FromSeconds(10), shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate));
        Assert.Equal(TimeSpan.FromSeconds((9 * 5) + (3 * 10)), shutdown.TotalTimeout);
        await system.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public async Task An_unknown_phase_is_refused()
    {
        var system = System();
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Contains("service-unbind", Assert.Throws<ArgumentException>(() => shutdown.AddTask("unknown", "task", Note(""))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => shutdown.Timeout("unknown"));
        await Assert.ThrowsAsync<ArgumentException>(() => shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, "unknown"));
        await system.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public void A_circle_of_phases_is_refused() => Assert.Throws<ConfigurationException>(
        () => System("akka.coordinated-shutdown.phases.before-service-unbind.depends-on = [service-stop]"));
}
