using ActorServer.IO.Native;
using ActorServer.IO.Polling;

namespace ActorServer.IO.Tests.Polling;

/// <summary>The limits that only select(2) has.</summary>
public sealed class SelectPollerTests
{
    private const int F_DUPFD = 0;

    private readonly ReadyDescriptor[] _ready = new ReadyDescriptor[16];

    [Theory, InlineData(1024), InlineData(70_000), InlineData(-1)]
    public void A_descriptor_beyond_the_sets_is_refused_and_the_others_are_served(int beyond)
    {
        using var poller = new SelectPoller();
        using var wakeup = new Wakeup();
        Assert.Equal(1023, poller.MaxDescriptor);
        poller.Add(wakeup.Descriptor, Interest.Read);
        var refusal = Assert.Throws<SystemCallException>(() => poller.Add(beyond, Interest.Read));
        Assert.Contains($"add({beyond})", refusal.Message);
        Assert.Contains("1023 (FD_SETSIZE)", refusal.Message);
        Assert.Throws<SystemCallException>(() => poller.Change(beyond, Interest.Read));
        Assert.Throws<SystemCallException>(() => poller.Remove(beyond));
        wakeup.Signal();
        Assert.Equal(1, poller.Wait(_ready, 0));
    }

    [Fact]
    public void The_last_bit_of_the_sets_works()
    {
        using var poller = new SelectPoller();
        using var wakeup = new Wakeup();
        var last = WakeupCalls.fcntl(wakeup.Descriptor, F_DUPFD, 1023);
        if (last != 1023) return; // the limit of open files is lower, or the number is taken
        poller.Add(last, Interest.Read | Interest.Write);
        poller.Add(wakeup.Descriptor, Interest.Read);
        wakeup.Signal();
        Assert.Equal(2, poller.Wait(_ready, 0));
        Assert.Contains(new ReadyDescriptor(1023, Readiness.Read | Readiness.Write), _ready);
        Assert.Contains(new ReadyDescriptor(wakeup.Descriptor, Readiness.Read), _ready);
        poller.Remove(last);
        Assert.Equal(1, poller.Wait(_ready, 0));
        _ = SocketCalls.close(last);
    }

    [Fact]
    public void A_descriptor_closed_while_watched_is_reported_and_stops_nobody_else()
    {
        using var poller = new SelectPoller();
        using var wakeup = new Wakeup();
        // A number far up, which no other test gets in the meantime.
        var closed = WakeupCalls.fcntl(wakeup.Descriptor, F_DUPFD, 900);
        Assert.InRange(closed, 900, 1023);
        poller.Add(closed, Interest.Read);
        poller.Add(wakeup.Descriptor, Interest.Read);
        _ = SocketCalls.close(closed);
        wakeup.Signal();
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(new ReadyDescriptor(closed, Readiness.Hangup | Readiness.Read | Readiness.Write), _ready[0]);
        poller.Remove(closed);
        Assert.Equal(1, poller.Wait(_ready, 0));
        Assert.Equal(wakeup.Descriptor, _ready[0].Descriptor);
    }

    [Fact]
    public void It_waits_as_long_as_it_is_told()
    {
        using var poller = new SelectPoller();
        using var wakeup = new Wakeup();
        poller.Add(wakeup.Descriptor, Interest.Read);
        var start = Environment.TickCount64;
        Assert.Equal(0, poller.Wait(_ready, 1_050)); // more than a second: both fields of the timeval
        Assert.InRange(Environment.TickCount64 - start, 1_000, 30_000);
    }
}
