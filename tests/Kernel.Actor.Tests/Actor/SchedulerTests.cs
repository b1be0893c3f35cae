using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Kernel.Actor.Tests.Actor;

public sealed class SchedulerTests : IDisposable
{
    private readonly HashedWheelTimerScheduler _scheduler = new(ConfigurationFactory.Default(), NoLogger.Instance);

    private IScheduler Scheduler => _scheduler;

    public void Dispose() => _scheduler.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(25)]
    public async Task Nothing_is_done_early(int milliseconds)
    {
        var watch = Stopwatch.StartNew();
        var elapsed = new TaskCompletionSource<TimeSpan>();
        Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(milliseconds), () => elapsed.TrySetResult(watch.Elapsed));
        Assert.True(await elapsed.Task.WaitAsync(TestSystem.Patience) >= TimeSpan.FromMilliseconds(milliseconds));
    }

    [Fact]
    public async Task What_is_due_later_is_done_later()
    {
        var order = new List<int>();
        var done = new TaskCompletionSource();
        foreach (var delay in new[] { 900, 300, 600, 0 })
        {
            Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(delay), () =>
            {
                order.Add(delay);
                if (delay == 900)
                    done.TrySetResult();
            });
        }

        await done.Task.WaitAsync(TestSystem.Patience);
        Assert.Equal([0, 300, 600, 900], order);
    }

    [Fact]
    public async Task Timers_further_away_than_one_round_of_the_wheel_go_off_in_their_round()
    {
        var config = ConfigurationFactory.ParseString("akka.scheduler { tick-duration = 1ms, ticks-per-wheel = 4 }").WithFallback(ConfigurationFactory.Default());
        using var small = new HashedWheelTimerScheduler(config, NoLogger.Instance);
        var watch = Stopwatch.StartNew();
        var elapsed = new TaskCompletionSource<TimeSpan>();
        ((IScheduler)small).Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(50), () => elapsed.TrySetResult(watch.Elapsed));
        Assert.True(await elapsed.Task.WaitAsync(TestSystem.Patience) >= TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task An_action_is_repeated_until_it_is_called_off()
    {
        var count = 0;
        var done = new TaskCompletionSource();
        using var cancelable = new Cancelable(Scheduler);
        Scheduler.Advanced.ScheduleRepeatedly(
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(1),
            () =>
            {
                if (++count != 3)
                    return;
                cancelable.Cancel();
                done.TrySetResult();
            },
            cancelable);
        await done.Task.WaitAsync(TestSystem.Patience);
        await Idle();
        Assert.Equal((3, 0), (count, _scheduler.Count));
    }

    [Fact]
    public async Task Everything_runs_on_one_background_thread_of_its_own()
    {
        var thread = new TaskCompletionSource<Thread>();
        Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, new ActionRunnable(() => thread.TrySetResult(Thread.CurrentThread)));
        var own = await thread.Task.WaitAsync(TestSystem.Patience);
        Assert.Equal((true, false, "akka.scheduler"), (own.IsBackground, own.IsThreadPoolThread, own.Name));
    }

    [Fact]
    public async Task An_action_that_throws_does_not_disturb_the_others()
    {
        Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, static () => throw new InvalidOperationException());
        await Idle();
    }

    [Fact]
    public void What_is_called_off_is_forgotten_at_once()
    {
        var cancelables = Enumerable.Range(0, 1000)
            .Select(_ => Scheduler.Advanced.ScheduleOnceCancelable(TimeSpan.FromHours(1), static () => { }))
            .ToList();
        Assert.Equal(1000, _scheduler.Count);
        cancelables.ForEach(static c => c.Cancel());
        Assert.Equal(0, _scheduler.Count);
    }

    [Fact]
    public async Task A_long_lived_cancelable_does_not_remember_what_has_gone_off()
    {
        using var cancelable = new Cancelable(Scheduler);
        var reference = Schedule(cancelable);
        await Idle();
        for (var i = 0; i < 10 && reference.IsAlive; i++)
        {
            await Idle();
            GC.Collect();
        }

        Assert.False(reference.IsAlive);
    }

    [Fact]
    public void What_was_called_off_before_is_never_scheduled()
    {
        Scheduler.Advanced.ScheduleOnce(TimeSpan.FromHours(1), static () => { }, Cancelable.CreateCanceled());
        Assert.Equal(0, _scheduler.Count);
    }

    [Fact]
    public async Task A_cancelable_can_be_called_off_later_and_with_others()
    {
        using var source = new Cancelable(Scheduler);
        var linked = Cancelable.CreateLinkedCancelable(Scheduler, source);
        var cancelled = new TaskCompletionSource();
        linked.Token.Register(cancelled.SetResult);
        source.CancelAfter(1);
        await cancelled.Task.WaitAsync(TestSystem.Patience);
        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    public void Negative_delays_and_empty_intervals_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.Advanced.ScheduleOnce(TimeSpan.FromTicks(-1), static () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.Advanced.ScheduleRepeatedly(TimeSpan.Zero, TimeSpan.Zero, static () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.ScheduleTellOnce(TimeSpan.FromTicks(-1), ActorRefs.Nobody, "", null));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.Zero, ActorRefs.Nobody, "", null));
    }

    [Fact]
    public void After_its_end_it_refuses_work()
    {
        _scheduler.Dispose();
        Assert.Throws<SchedulerException>(() => Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, static () => { }));
    }

    [Fact]
    public async Task Messages_to_an_actor_that_has_ended_are_repeated_no_longer()
    {
        using var system = ActorSystem.Create("scheduler", "akka.loglevel = OFF, akka.stdout-loglevel = OFF, akka.log-dead-letters = off");
        var actor = system.ActorOf(Props.Empty);
        system.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), actor, "tick", ActorRefs.NoSender);
        await actor.GracefulStop(TestSystem.Patience);
        Assert.True(SpinWait.SpinUntil(() => ((HashedWheelTimerScheduler)system.Scheduler).Count == 0, TestSystem.Patience));
        await system.Terminate();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference Schedule(ICancelable cancelable)
    {
        var work = new ActionRunnable(static () => { });
        Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, work, cancelable);
        return new WeakReference(work);
    }

    /// <summary>Whatever is due by now is done.</summary>
    private async Task Idle()
    {
        var done = new TaskCompletionSource();
        Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(30), done.SetResult);
        await done.Task.WaitAsync(TestSystem.Patience);
    }
}
