using System.Diagnostics;
using ActorServer.IO.Native;

namespace ActorServer.IO.Tests.Native;

/// <summary>On a futex, and on a monitor, as it is where there is no futex.</summary>
public sealed class ParkerTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void A_wake_up_that_comes_first_is_kept_once(bool onMonitor)
    {
        var parker = new Parker(onMonitor);
        parker.Wake();
        parker.Wake();
        Assert.True(parker.Park(Timeout.InfiniteTimeSpan));
        Assert.False(parker.Park(TimeSpan.Zero));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Patience_ends_not_before_its_time(bool onMonitor)
    {
        var parker = new Parker(onMonitor);
        var since = Stopwatch.GetTimestamp();
        Assert.False(parker.Park(TimeSpan.FromMilliseconds(30)));
        Assert.True(Stopwatch.GetElapsedTime(since) >= TimeSpan.FromMilliseconds(30));
    }

    /// <summary>Two threads that wake each other by turns: one wake-up lost, and neither would go on.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Loses_no_wake_up(bool onMonitor)
    {
        const int Turns = 20_000;
        Parker ping = new(onMonitor), pong = new(onMonitor);
        var other = new Thread(() =>
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                ping.Park(Timeout.InfiniteTimeSpan);
                pong.Wake();
            }
        }) { IsBackground = true };
        other.Start();
        for (var turn = 0; turn < Turns; turn++)
        {
            ping.Wake();
            Assert.True(pong.Park(TimeSpan.FromMinutes(1)), $"turn {turn}");
        }

        other.Join();
    }

    /// <summary>It is the object that is waited on, not the place where it was: the collector may move it in between.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Is_woken_wherever_it_lies(bool onMonitor)
    {
        for (var round = 0; round < 20; round++)
        {
            var parker = new Parker(onMonitor);
            var woken = false;
            var thread = new Thread(() => woken = parker.Park(TimeSpan.FromMinutes(1))) { IsBackground = true };
            thread.Start();
            GC.Collect(0, GCCollectionMode.Forced, blocking: true, compacting: true);
            parker.Wake();
            thread.Join();
            Assert.True(woken);
        }
    }
}
