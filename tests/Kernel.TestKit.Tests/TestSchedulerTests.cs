using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Configs;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace Kernel.Tests.Kit;

/// <summary>Virtual time by itself.</summary>
public sealed class TestSchedulerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TestScheduler _scheduler = new(ConfigurationFactory.Empty, NoLogger.Instance);
    private readonly List<string> _ran = [];
    private readonly DateTimeOffset _start;

    public TestSchedulerTests() => _start = _scheduler.Now;

    private IAdvancedScheduler Advanced => ((IScheduler)_scheduler).Advanced;

    [Fact]
    public void Time_stands_still_until_it_is_advanced()
    {
        Assert.Equal(_start, _scheduler.Now);
        _scheduler.Advance(Second);
        Assert.Equal(_start + Second, _scheduler.Now);
        Assert.Equal(Second, _scheduler.MonotonicClock);
        _scheduler.AdvanceTo(_start + (3 * Second));
        Assert.Equal(3 * Second, _scheduler.HighResMonotonicClock);
        Assert.Equal(_start + (3 * Second), ((ITimeProvider)_scheduler).Now);
    }

    [Fact]
    public void Time_does_not_go_back()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _scheduler.Advance(-Second));
        Assert.Throws<InvalidOperationException>(() => _scheduler.AdvanceTo(_start - Second));
    }

    [Fact]
    public void What_is_due_runs_in_the_order_of_time_then_of_scheduling()
    {
        Advanced.ScheduleOnce(3 * Second, Run("three"));
        Advanced.ScheduleOnce(Second, Run("one"));
        Advanced.ScheduleOnce(2 * Second, Run("two"));
        Advanced.ScheduleOnce(Second, Run("one again"));
        _scheduler.Advance(Second - TimeSpan.FromTicks(1));
        Assert.Empty(_ran);
        _scheduler.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["one", "one again"], _ran);
        _scheduler.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["one", "one again", "two", "three"], _ran);
    }

    [Fact]
    public void Nothing_runs_before_the_clock_is_touched_even_if_it_is_due()
    {
        Advanced.ScheduleOnce(TimeSpan.Zero, Run("now"));
        Assert.Empty(_ran);
        _scheduler.Advance(TimeSpan.Zero);
        Assert.Equal(["now"], _ran);
    }

    [Fact]
    public void What_repeats_runs_as_often_as_it_is_due_and_between_the_others()
    {
        Advanced.ScheduleRepeatedly(Second, 2 * Second, Run("tick"));
        Advanced.ScheduleOnce(4 * Second, Run("once"));
        _scheduler.Advance(5 * Second);
        Assert.Equal(["tick", "tick", "once", "tick"], _ran);
    }

    [Fact]
    public void The_clock_shows_the_time_for_which_something_was_scheduled()
    {
        Advanced.ScheduleOnce(Second, () =>
        {
            Assert.Equal(_start + Second, _scheduler.Now);
            Advanced.ScheduleOnce(Second, () =>
            {
                Assert.Equal(_start + (2 * Second), _scheduler.Now);
                _ran.Add("chained");
            });
        });
        _scheduler.Advance(10 * Second);
        Assert.Equal(["chained"], _ran);
        Assert.Equal(_start + (10 * Second), _scheduler.Now);
    }

    [Fact]
    public void What_is_cancelled_does_not_run()
    {
        var once = new Cancelable(Advanced);
        var repeated = new Cancelable(Advanced);
        Advanced.ScheduleOnce(Second, Run("once"), once);
        Advanced.ScheduleRepeatedly(Second, Second, Run("repeated"), repeated);
        once.Cancel();
        _scheduler.Advance(2 * Second);
        repeated.Cancel();
        _scheduler.Advance(2 * Second);
        Assert.Equal(["repeated", "repeated"], _ran);
    }

    [Fact]
    public void An_exception_reaches_the_test()
    {
        Advanced.ScheduleOnce(Second, () => throw new InvalidTimeZoneException());
        Advanced.ScheduleOnce(Second, Run("next"));
        Assert.Throws<InvalidTimeZoneException>(() => _scheduler.Advance(Second));
        _scheduler.Advance(TimeSpan.Zero);
        Assert.Equal(["next"], _ran);
    }

    [Fact]
    public void Wrong_times_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Advanced.ScheduleOnce(-Second, Run("never")));
        Assert.Throws<ArgumentOutOfRangeException>(() => Advanced.ScheduleRepeatedly(Second, TimeSpan.Zero, Run("never")));
    }

    private Action Run(string name) => () => _ran.Add(name);
}

/// <summary>Virtual time in an actor system.</summary>
public sealed class VirtualTimeTests() : TestKit(TestConfigs.TestSchedulerConfig)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void A_scheduled_message_comes_when_time_has_come()
    {
        Sys.Scheduler.ScheduleTellOnce(Hour, TestActor, "later", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellRepeatedly(Hour / 2, Hour, TestActor, "tick", TestActor);
        ExpectNoMsg(TimeSpan.Zero);
        Scheduler.Advance(2 * Hour);
        Assert.Equal(["tick", "later", "tick"], ReceiveN(3));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_receive_timeout_is_in_virtual_time()
    {
        var actor = ActorOf(() => new Sleeper());
        actor.Tell("ready?");
        ExpectMsg("ready?");
        actor.Tell(new Identify("the timeout is set"), TestActor); // which is done behind the message before, and not by this one
        ExpectMsg<ActorIdentity>();
        Scheduler.Advance(Hour - TimeSpan.FromTicks(1));
        ExpectNoMsg(TimeSpan.Zero);
        Scheduler.Advance(TimeSpan.FromTicks(1));
        ExpectMsg<ReceiveTimeout>();
    }

    [Fact]
    public async Task An_ask_times_out_in_virtual_time()
    {
        var probe = CreateTestProbe();
        var answer = probe.Ask("question", Hour);
        probe.ExpectMsg("question");
        Assert.False(answer.IsCompleted);
        Scheduler.Advance(Hour);
        await Assert.ThrowsAsync<AskTimeoutException>(() => answer);
    }

    [Fact]
    public void The_waits_of_the_test_are_in_real_time()
    {
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(TimeSpan.FromMilliseconds(20)));
    }

    private sealed class Sleeper : UntypedActor
    {
        private IActorRef? _asker;

        protected override void PreStart() => Context.SetReceiveTimeout(Hour);

        protected override void OnReceive(object message)
        {
            _asker ??= Sender;
            _asker.Tell(message, Self);
        }
    }
}
