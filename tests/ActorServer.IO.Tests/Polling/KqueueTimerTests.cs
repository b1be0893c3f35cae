using System.Diagnostics;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using static ActorServer.IO.Native.KernelEvent;

namespace ActorServer.IO.Tests.Polling;

/// <summary>What only a kqueue reports: its user event and its timers.</summary>
public sealed class KqueueTimerTests : IDisposable
{
    private readonly ReadyDescriptor[] _ready = new ReadyDescriptor[16];
    private readonly KeventDouble _kevent = new();

    public static TheoryData<string> Queues =>
        [.. OperatingSystem.IsLinux() ? ["played"] : Array.Empty<string>(), .. KqueuePoller.Unavailable() is null ? ["the system's"] : Array.Empty<string>()];

    public void Dispose() => _kevent.Dispose();

    [PlayedKqueueFact]
    public void The_wakeup_is_a_user_event_made_once_and_triggered_by_one_call()
    {
        using var poller = new KqueuePoller(_kevent);
        using var wakeup = new Wakeup(poller);
        wakeup.Signal();
        Assert.Equal(1, poller.Wait(_ready, 0));
        wakeup.Clear();
        Assert.True(wakeup.Descriptor < 0); // none was opened
        Assert.Equal([(EVFILT_USER, EV_ADD | EV_CLEAR, 0u), (EVFILT_USER, 0, NOTE_TRIGGER)],
            _kevent.Applied.Select(changes => changes.Single()).Select(change => (change.Filter, (int)change.Flags, change.FilterFlags)));
    }

    [PlayedKqueueFact]
    public void A_user_event_wakes_the_thread_that_waits()
    {
        using var poller = new KqueuePoller(_kevent);
        using var wakeup = new Wakeup(poller);
        var count = 0;
        var waiter = new Thread(() => count = poller.Wait(_ready, 60_000));
        waiter.Start();
        Assert.True(_kevent.Waiting.Wait(10_000));
        wakeup.Signal();
        Assert.True(waiter.Join(10_000));
        Assert.Equal((1, wakeup.Descriptor), (count, _ready[0].Descriptor));
    }

    [PlayedKqueueFact]
    public void A_kernel_without_user_events_is_named()
    {
        using var poller = new KqueuePoller(_kevent);
        _kevent.Failures.Enqueue(Errno.EINVAL);
        Assert.Contains("kevent(EVFILT_USER, EV_ADD): EINVAL", Assert.Throws<SystemCallException>(() => new Wakeup(poller)).Message);
    }

    [Theory, MemberData(nameof(Queues))]
    public void A_timer_is_reported_once_and_not_before_its_time(string queue)
    {
        using var poller = Create(queue);
        var start = Stopwatch.GetTimestamp();
        poller.SetTimer(3, TimeSpan.FromMicroseconds(2_500));
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMicroseconds(2_500), TimeSpan.FromSeconds(10));
        Assert.Equal(new ReadyDescriptor(KqueuePoller.TimerEntry(3), Readiness.Read), _ready[0]);
        Assert.Equal(0, poller.Wait(_ready, 5));
    }

    [PlayedKqueueFact]
    public void A_timer_is_set_in_microseconds_rounded_up()
    {
        using var poller = new KqueuePoller(_kevent);
        poller.SetTimer(0, new TimeSpan(ticks: 12_001));
        poller.SetTimer(1, TimeSpan.Zero); // no system takes nothing for "at once"
        Assert.Equal(0, _kevent.Calls);
        poller.Wait(_ready, 0);
        Assert.Equal([(EVFILT_TIMER, EV_ADD | EV_ONESHOT, NOTE_USECONDS, 1_201), (EVFILT_TIMER, EV_ADD | EV_ONESHOT, NOTE_USECONDS, 1)],
            _kevent.Applied.Single().Select(change => (change.Filter, (int)change.Flags, change.FilterFlags, (int)change.Data)));
    }

    [Theory, MemberData(nameof(Queues))]
    public void A_timer_that_is_set_again_starts_anew_and_a_cancelled_one_is_silent(string queue)
    {
        using var poller = Create(queue);
        poller.SetTimer(0, TimeSpan.FromHours(1));
        poller.SetTimer(1, TimeSpan.FromMicroseconds(1));
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(KqueuePoller.TimerEntry(1), _ready[0].Descriptor);
        poller.SetTimer(0, TimeSpan.FromMicroseconds(700));
        poller.SetTimer(1, TimeSpan.FromMicroseconds(1));
        poller.CancelTimer(1);
        poller.CancelTimer(1);
        poller.CancelTimer(77);
        Assert.Equal(1, poller.Wait(_ready, 10_000));
        Assert.Equal(KqueuePoller.TimerEntry(0), _ready[0].Descriptor);
        Assert.Equal(0, poller.Wait(_ready, 5));
    }

    [PlayedKqueueFact]
    public void A_timer_ends_the_wait_that_is_under_way_without_a_wakeup()
    {
        using var poller = new KqueuePoller(_kevent);
        var count = 0;
        var waiter = new Thread(() => count = poller.Wait(_ready, 60_000));
        waiter.Start();
        Assert.True(_kevent.Waiting.Wait(10_000));
        poller.SetTimer(0, TimeSpan.FromMicroseconds(100));
        Assert.True(waiter.Join(10_000));
        Assert.Equal((1, KqueuePoller.TimerEntry(0)), (count, _ready[0].Descriptor));
    }

    private KqueuePoller Create(string queue) => queue == "played" ? new KqueuePoller(_kevent) : new KqueuePoller();
}
