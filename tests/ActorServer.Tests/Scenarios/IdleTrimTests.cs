using System.Runtime.CompilerServices;
using ActorServer.Server;

namespace ActorServer.Tests.Scenarios;

/// <summary>What a burst has left is collected when nothing comes any more, once.</summary>
public sealed class IdleTrimTests
{
    [Fact]
    public void Garbage_is_collected_once_for_each_time_that_nothing_comes()
    {
        var received = 0L;
        var trim = new IdleTrim(TimeSpan.FromSeconds(2), () => received);
        trim.Inspect(now: 0); // the first look
        Assert.True(trim.IsAhead);

        var grown = new byte[2 * IdleTrim.Worthwhile]; // whoever collects garbage meanwhile
        var garbage = Litter();
        received = 1;
        trim.Inspect(now: 1000);
        trim.Inspect(now: 2999);
        Assert.Equal((0, true), (trim.Count, trim.IsAhead)); // what came at 1000 is not 2 s ago
        trim.Inspect(now: 3000);
        Assert.Equal((1, false), (trim.Count, trim.IsAhead));
        Assert.All(garbage, one => Assert.False(one.IsAlive));

        Litter();
        trim.Inspect(now: 1_000_000);
        Assert.Equal(1, trim.Count); // nothing came since: it is not the clients' garbage
        GC.KeepAlive(grown);
    }

    [Fact]
    public void Zero_is_never()
    {
        var received = 0L;
        var trim = new IdleTrim(TimeSpan.Zero, () => ++received);
        Litter();
        for (var now = 0; now < 100_000; now += 1000) trim.Inspect(now);
        Assert.Equal((0, false), (trim.Count, trim.IsAhead));
    }

    /// <summary>Garbage, in pieces as large as a connection's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Litter() => [.. Enumerable.Range(0, 400).Select(_ => new WeakReference(new byte[64 * 1024]))];
}
