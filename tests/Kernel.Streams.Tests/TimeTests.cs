using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

public sealed class TimeTests() : StreamTest(ManualScheduler.Config)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Tick_gives_one_after_the_other()
    {
        var (cancel, sink) = Source.Tick(Second, Second, "tick").ToMaterialized(SinkProbe<string>.Sink(), Keep.Both).Run(Mat);
        sink.Request(10);
        await sink.Settle();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(sink.HasSeenNothing);
            await Pass(Second, sink);
            await sink.Expect("tick");
        }

        cancel.Cancel();
        await sink.Expect("complete");
    }

    [Fact]
    public async Task Throttle_lets_a_burst_and_then_a_rate_through()
    {
        var sink = Numbers(5).Throttle(1, Second, 2, ThrottleMode.Shaping).RunWith(SinkProbe<int>.Sink(), Mat);
        sink.Request(10);
        await sink.Expect(1, 2);
        for (var n = 3; n <= 5; n++)
        {
            await sink.Settle();
            Assert.True(sink.HasSeenNothing);
            await Pass(Second, sink);
            await sink.Expect(n);
        }

        await sink.Expect("complete");
        await FailsWith<OverflowException>(All(Numbers(5).Throttle(1, Second, 2, ThrottleMode.Enforcing)));
    }

    [Fact]
    public async Task GroupedWithin_gives_what_there_is_when_time_is_up()
    {
        var (source, sink) = Run(s => s.GroupedWithin(3, Second).Select(g => string.Join(',', g)));
        sink.Request(10);
        for (var n = 1; n <= 4; n++)
        {
            await source.Expect("pull");
            source.Push(n);
        }

        await sink.Expect("1,2,3");
        await sink.Settle();
        Assert.True(sink.HasSeenNothing);
        await Pass(Second, sink);
        await sink.Expect("4");
        await Pass(Second, sink);
        source.Complete();
        await sink.Expect("complete");
    }

    [Fact]
    public async Task Delay_and_windows_follow_time()
    {
        var sink = Numbers(2).Delay(Second).RunWith(SinkProbe<int>.Sink(), Mat);
        sink.Request(5);
        await sink.Settle();
        Assert.True(sink.HasSeenNothing);
        await Pass(Second, sink);
        await sink.Expect(1, 2, "complete");

        sink = Source.Never<int>().TakeWithin(Second).RunWith(SinkProbe<int>.Sink(), Mat);
        await Pass(Second, sink);
        await sink.Expect("complete");

        sink = Source.Single(1).InitialDelay(Second).RunWith(SinkProbe<int>.Sink(), Mat);
        sink.Request(1);
        await sink.Settle();
        Assert.True(sink.HasSeenNothing);
        await Pass(Second, sink);
        await sink.Expect(1, "complete");
    }

    [Fact]
    public async Task Timeouts_fail_what_takes_too_long()
    {
        Func<Source<int, Akka.NotUsed>, Source<int, Akka.NotUsed>>[] timeouts =
            [s => s.InitialTimeout(Second), s => s.CompletionTimeout(Second), s => s.IdleTimeout(Second), s => s.BackpressureTimeout(Second)];
        foreach (var timeout in timeouts)
        {
            var sink = timeout(Source.Never<int>()).RunWith(SinkProbe<int>.Sink(), Mat);
            await Pass(Second, sink);
            Assert.IsType<TimeoutException>(await sink.Next());
        }
    }

    [Fact]
    public async Task KeepAlive_fills_a_pause()
    {
        var (source, sink) = Run(s => s.KeepAlive(Second, () => -1));
        await source.Expect("pull");
        sink.Request(1);
        await Pass(Second, sink);
        await sink.Expect(-1);
        source.Push(1);
        sink.Request(1);
        await sink.Expect(1);
    }

    private async Task Pass<T>(TimeSpan time, SinkProbe<T> sink)
    {
        await sink.Settle();
        ((ManualScheduler)Sys.Scheduler).Advance(time);
    }

    private (SourceProbe<int> Source, SinkProbe<T> Sink) Run<T>(Func<Source<int, SourceProbe<int>>, Source<T, SourceProbe<int>>> operators) =>
        operators(Source.FromGraph(new TestSource<int>())).ToMaterialized(SinkProbe<T>.Sink(), Keep.Both).Run(Mat);
}
