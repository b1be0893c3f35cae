using Akka.Configuration;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

/// <summary>Substreams that nobody runs.</summary>
public sealed class SubscriptionTimeoutTests() : StreamTest(ManualScheduler.Config)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Groups_that_nobody_runs_do_not_hold_the_others_up()
    {
        var (source, sink) = Run(s => s.GroupBySources(n => n % 2));
        sink.Request(2);
        source.Push(1);
        var odd = Assert.IsAssignableFrom<Source<int, Akka.NotUsed>>(await sink.Next());
        // The odd group holds 1, and with it the stage: nothing more is asked for.
        await sink.Settle();
        await source.Expect("pull");
        Assert.True(source.HasSeenNothing);
        await Pass(Limit, sink);
        await source.Expect("pull");
        await FailsWith<SubscriptionTimeoutException>(All(odd));
        source.Push(2);
        var even = Assert.IsAssignableFrom<Source<int, Akka.NotUsed>>(await sink.Next());
        var all = All(even);
        source.Complete();
        Assert.Equal([2], await all);
    }

    [Fact]
    public async Task A_tail_that_nobody_runs_cancels_its_stream()
    {
        var (source, sink) = Run(s => s.PrefixAndTail(1));
        sink.Request(1);
        await source.Expect("pull");
        source.Push(1);
        var (prefix, tail) = ((System.Collections.Immutable.IImmutableList<int>, Source<int, Akka.NotUsed>))await sink.Next();
        Assert.Equal([1], prefix);
        await sink.Expect("complete");
        ((ManualScheduler)Sys.Scheduler).Advance(Limit);
        Assert.IsType<SubscriptionTimeoutException>(await source.Next());
        await FailsWith<SubscriptionTimeoutException>(All(tail));
    }

    [Fact]
    public async Task A_split_that_nobody_runs_is_skipped()
    {
        var (source, sink) = Run(s => s.SplitSources(n => n % 10 == 0));
        sink.Request(3);
        await source.Expect("pull");
        source.Push(1);
        await sink.Next();
        await Pass(Limit, sink);
        await source.Expect("pull");
        source.Push(2);
        await source.Expect("pull");
        source.Push(10);
        var second = Assert.IsAssignableFrom<Source<int, Akka.NotUsed>>(await sink.Next());
        var all = All(second);
        source.Complete();
        Assert.Equal([10], await all);
    }

    [Fact]
    public async Task Who_is_in_time_is_left_alone()
    {
        var (source, sink) = Run(s => s.GroupBySources(static _ => 0));
        sink.Request(1);
        source.Push(1);
        var group = Assert.IsAssignableFrom<Source<int, Akka.NotUsed>>(await sink.Next());
        var running = group.RunWith(SinkProbe<int>.Sink(), Mat);
        running.Request(2);
        await running.Expect(1);
        await Pass(Limit * 2, sink);
        source.Push(2);
        await running.Expect(2);
    }

    [Fact]
    public async Task It_may_be_switched_off()
    {
        var patient = Sys.Materializer(ActorMaterializerSettings.Create(Sys).WithSubscriptionTimeoutSettings(
            new StreamSubscriptionTimeoutSettings(StreamSubscriptionTimeoutTerminationMode.NoopTermination, Limit)));
        var (source, sink) = Source.FromGraph(new TestSource<int>()).PrefixAndTail(0).ToMaterialized(
            SinkProbe<(System.Collections.Immutable.IImmutableList<int>, Source<int, Akka.NotUsed>)>.Sink(), Keep.Both).Run(patient);
        sink.Request(1);
        var (_, tail) = ((System.Collections.Immutable.IImmutableList<int>, Source<int, Akka.NotUsed>))await sink.Next();
        ((ManualScheduler)Sys.Scheduler).Advance(Limit * 2);
        var all = tail.RunWith(Sink.Seq<int>(), patient);
        await source.Expect("pull");
        source.Push(1);
        source.Complete();
        Assert.Equal([1], await all.WaitAsync(Patience));
    }

    [Fact]
    public void An_unknown_mode_is_refused() => Assert.Contains(
        "subscription-timeout.mode is 'perhaps'",
        Assert.Throws<ConfigurationException>(() =>
            StreamSubscriptionTimeoutSettings.Create(ConfigurationFactory.ParseString("mode = perhaps, timeout = 1s"))).Message,
        StringComparison.Ordinal);

    private async Task Pass<T>(TimeSpan time, SinkProbe<T> sink)
    {
        await sink.Settle();
        ((ManualScheduler)Sys.Scheduler).Advance(time);
    }

    private (SourceProbe<int> Source, SinkProbe<T> Sink) Run<T>(Func<Source<int, SourceProbe<int>>, Source<T, SourceProbe<int>>> operators) =>
        operators(Source.FromGraph(new TestSource<int>())).ToMaterialized(SinkProbe<T>.Sink(), Keep.Both).Run(Mat);
}

/// <summary>The substreams themselves, which the operators hide.</summary>
internal static class Substreams
{
    public static Source<Source<int, Akka.NotUsed>, TMat> GroupBySources<TMat>(this Source<int, TMat> source, Func<int, int> keyOf) =>
        source.Via(new Akka.Streams.Implementation.Stages.GroupBy<int, int>(8, keyOf));

    public static Source<Source<int, Akka.NotUsed>, TMat> SplitSources<TMat>(this Source<int, TMat> source, Func<int, bool> when) =>
        source.Via(new Akka.Streams.Implementation.Stages.Split<int>(when, after: false));
}
