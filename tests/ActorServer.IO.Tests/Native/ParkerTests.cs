using System.Diagnostics;
using ActorServer.IO.Native;

namespace ActorServer.IO.Tests.Native;

public sealed class ParkerTests
{
    [Fact]
    public void A_wake_up_that_comes_first_is_kept_once()
    {
        var parker = new Parker();
        parker.Wake();
        parker.Wake();
        Assert.True(parker.Park(Timeout.InfiniteTimeSpan));
        Assert.False(parker.Park(TimeSpan.Zero));
    }

    [Fact]
    public void Patience_ends_not_before_its_time()
    {
        var parker = new Parker();
        var since = Stopwatch.GetTimestamp();
        Assert.False(parker.Park(TimeSpan.FromMilliseconds(30)));
        Assert.True(Stopwatch.GetElapsedTime(since) >= TimeSpan.FromMilliseconds(30));
    }

    /// <summary>Two threads that wake each other by turns: one wake-up lost, and neither would go on.</summary>
    [Fact]
    public void Loses_no_wake_up()
    {
        const int Turns = 20_000;
        Parker ping = new(), pong = new();
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
    [Fact]
    public void Is_woken_wherever_it_lies()
    {
        for (var round = 0; round < 20; round++)
        {
            var parker = new Parker();
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
