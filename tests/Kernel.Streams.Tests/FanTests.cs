using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

public sealed class FanTests : StreamTest
{
    [Fact]
    public async Task Merge_takes_all()
    {
        var merged = Joined(new Merge<int>(2), Numbers(3), Source.From([10, 20]));
        Assert.Equal([1, 2, 3, 10, 20], (await All(merged)).Order());
    }

    [Fact]
    public async Task Concat_takes_one_after_the_other() =>
        Assert.Equal([1, 2, 10, 20], await All(Joined(new Concat<int>(), Numbers(2), Source.From([10, 20]))));

    [Fact]
    public async Task Interleave_takes_turns() =>
        Assert.Equal([1, 2, 10, 20, 3, 30], await All(Joined(new Interleave<int>(2, 2), Numbers(3), Source.From([10, 20, 30]))));

    [Fact]
    public async Task MergeSorted_sorts() =>
        Assert.Equal([1, 2, 3, 4, 5], await All(Joined(new MergeSorted<int>(Comparer<int>.Default.Compare), Source.From([1, 4, 5]), Source.From([2, 3]))));

    [Fact]
    public async Task Broadcast_gives_to_all_and_Zip_pairs()
    {
        var flow = Flow.FromGraph(GraphDsl.Create(b =>
        {
            var broadcast = b.Add(new Broadcast<int>(2));
            var zip = b.Add(new Zip<int, int>());
            b.From(broadcast.Out(0)).To(zip.In0);
            b.From(broadcast.Out(1)).Via(Flow.Create<int>().Select(n => n * n)).To(zip.In1);
            return new FlowShape<int, (int, int)>(broadcast.In, zip.Out);
        }));
        Assert.Equal([(1, 1), (2, 4), (3, 9)], await All(Numbers(3).Via(flow)));
    }

    [Fact]
    public async Task Balance_and_Partition_spread()
    {
        foreach (var fan in new IGraph<UniformFanOutShape<int, int>, Akka.NotUsed>[] { new Balance<int>(3), new Partition<int>(3, n => n % 3) })
        {
            var flow = Flow.FromGraph(GraphDsl.Create(b =>
            {
                var spread = b.Add(fan);
                var merge = b.Add(new Merge<int>(3));
                for (var i = 0; i < 3; i++)
                    b.From(spread).Via(Flow.Create<int>().Select(n => n).Async()).To(merge);
                return new FlowShape<int, int>(spread.In, merge.Out);
            }));
            Assert.Equal(Enumerable.Range(1, 1000), (await All(Numbers(1000).Via(flow))).Order());
        }
    }

    [Fact]
    public async Task Broadcast_goes_on_without_who_cancels()
    {
        var (first, second) = RunnableGraph.FromGraph(GraphDsl.Create(
            Sink.First<int>(),
            Sink.Seq<int>(),
            (a, b) => (a, b),
            (b, one, all) =>
            {
                var broadcast = b.Add(new Broadcast<int>(2));
                b.From(b.Add(Numbers(100))).To(broadcast);
                b.From(broadcast).To(one);
                b.From(broadcast).To(all);
                return ClosedShape.Instance;
            })).Run(Mat);
        Assert.Equal(1, await first.WaitAsync(Patience));
        Assert.Equal(100, (await second.WaitAsync(Patience)).Count);
    }

    [Fact]
    public async Task UnZip_takes_pairs_apart()
    {
        var (letters, numbers) = RunnableGraph.FromGraph(GraphDsl.Create(
            Sink.Seq<string>(),
            Sink.Seq<int>(),
            Keep.Both,
            (b, left, right) =>
            {
                var unzip = b.Add(new UnZip<string, int>());
                b.From(b.Add(Source.From([("a", 1), ("b", 2)]))).To(unzip.In);
                b.From(unzip.Out0).To(left);
                b.From(unzip.Out1).To(right);
                return ClosedShape.Instance;
            })).Run(Mat);
        Assert.Equal(["a", "b"], await letters.WaitAsync(Patience));
        Assert.Equal([1, 2], await numbers.WaitAsync(Patience));
    }

    [Fact]
    public void An_unwired_port_is_refused()
    {
        var fault = Assert.Throws<ArgumentException>(() => GraphDsl.Create(b =>
        {
            b.Add(new Broadcast<int>(2));
            return ClosedShape.Instance;
        }));
        Assert.Contains("not connected", fault.Message, StringComparison.Ordinal);
    }

    private static Source<int, Akka.NotUsed> Joined(IGraph<UniformFanInShape<int, int>, Akka.NotUsed> fan, params Source<int, Akka.NotUsed>[] sources) =>
        Source.FromGraph(GraphDsl.Create(b =>
        {
            var join = b.Add(fan);
            foreach (var source in sources)
                b.From(source).To(join);
            return new SourceShape<int>(join.Out);
        }));
}
