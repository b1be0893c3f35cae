using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

public sealed class BackpressureTests : StreamTest
{
    [Fact]
    public async Task Nothing_is_asked_for_without_demand()
    {
        var (source, sink) = Run(s => s.Select(n => n).Where(_ => true));
        await sink.Settle();
        Assert.True(source.HasSeenNothing);
        sink.Request(1);
        await source.Expect("pull");
        source.Push(7);
        await sink.Expect(7);
        await sink.Settle();
        Assert.True(source.HasSeenNothing);
    }

    [Fact]
    public async Task Cancellation_travels_up()
    {
        var (source, sink) = Run(s => s.Select(n => n).Buffer(3, OverflowStrategy.Backpressure).Async().Select(n => n));
        sink.Cancel();
        Assert.Contains(await source.Next(), new object[] { "pull", "cancel" });
    }

    [Theory]
    [InlineData(OverflowStrategy.DropHead, new[] { 2, 3 })]
    [InlineData(OverflowStrategy.DropTail, new[] { 1, 3 })]
    [InlineData(OverflowStrategy.DropBuffer, new[] { 3 })]
    [InlineData(OverflowStrategy.DropNew, new[] { 1, 2 })]
    public async Task A_full_buffer_drops_as_told(OverflowStrategy strategy, int[] left)
    {
        var (source, sink) = Run(s => s.Buffer(2, strategy));
        for (var n = 1; n <= 3; n++)
        {
            await source.Expect("pull");
            source.Push(n);
        }

        await source.Expect("pull");
        source.Complete();
        sink.Request(10);
        foreach (var n in left)
            await sink.Expect(n);
        await sink.Expect("complete");
    }

    [Fact]
    public async Task A_full_buffer_fails_or_waits_as_told()
    {
        var (source, sink) = Run(s => s.Buffer(1, OverflowStrategy.Fail));
        await source.Expect("pull");
        source.Push(1);
        await source.Expect("pull");
        source.Push(2);
        Assert.IsType<BufferOverflowException>(await sink.Next());

        (source, sink) = Run(s => s.Buffer(1, OverflowStrategy.Backpressure));
        await source.Expect("pull");
        source.Push(1);
        await sink.Settle();
        Assert.True(source.HasSeenNothing);
        sink.Request(1);
        await sink.Expect(1);
        await source.Expect("pull");
    }

    [Fact]
    public async Task Conflate_folds_what_nobody_asks_for()
    {
        var (source, sink) = Run(s => s.Conflate((a, b) => a + b));
        for (var n = 1; n <= 4; n++)
        {
            await source.Expect("pull");
            source.Push(n);
        }

        await source.Expect("pull");
        sink.Request(1);
        await sink.Expect(10);
    }

    [Fact]
    public async Task Batch_folds_up_to_its_limit()
    {
        var (source, sink) = Run(s => s.Batch(2, n => n, (a, b) => a + b));
        for (var n = 1; n <= 3; n++)
        {
            await source.Expect("pull");
            source.Push(n);
        }

        await sink.Settle();
        Assert.True(source.HasSeenNothing);
        sink.Request(2);
        await sink.Expect(3, 3);
    }

    [Fact]
    public async Task Expand_repeats_for_who_asks()
    {
        var (source, sink) = Run(s => s.Expand(n => Enumerable.Repeat(n, 100).GetEnumerator()));
        await source.Expect("pull");
        source.Push(1);
        sink.Request(3);
        await sink.Expect(1, 1, 1);
        source.Push(2);
        await sink.Settle();
        sink.Request(1);
        await sink.Expect(2);
    }

    [Fact]
    public async Task A_boundary_asks_for_no_more_than_its_buffer_holds()
    {
        var (source, sink) = Run(s => s.Async().AddAttributes(Attributes.CreateInputBuffer(2, 4)).Select(n => n));
        for (var n = 0; n < 16; n++)
        {
            await source.Expect("pull");
            source.Push(n);
        }

        await sink.Settle();
        Assert.True(source.HasSeenNothing);
        sink.Request(16);
        for (var n = 0; n < 16; n++)
            await sink.Expect(n);
    }

    private (SourceProbe<int> Source, SinkProbe<T> Sink) Run<T>(Func<Source<int, SourceProbe<int>>, Source<T, SourceProbe<int>>> operators) =>
        operators(Source.FromGraph(new TestSource<int>())).ToMaterialized(SinkProbe<T>.Sink(), Keep.Both).Run(Mat);
}
