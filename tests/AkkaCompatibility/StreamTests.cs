using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Akka.TestKit.Xunit2;

namespace AkkaCompatibility;

/// <summary>What Akka's documentation says of streams: demand, buffers, failures, hubs, and the ways in and out.</summary>
public sealed class StreamTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ActorMaterializer _materializer;

    public StreamTests() => _materializer = Sys.Materializer();

    [Fact]
    public async Task A_stream_runs_its_stages_in_order()
    {
        var result = await Source.From(Enumerable.Range(1, 10))
            .Where(number => number % 2 == 0)
            .Select(number => number * number)
            .RunAggregate(0, (sum, number) => sum + number, _materializer);
        Assert.Equal(220, result);
    }

    [Fact]
    public async Task A_slow_sink_holds_the_source_back()
    {
        var produced = 0;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = Source.From(Enumerable.Range(0, 10_000))
            .Select(number =>
            {
                Interlocked.Increment(ref produced);
                return number;
            })
            .SelectAsync(1, async number =>
            {
                await gate.Task;
                return number;
            })
            .RunWith(Sink.Ignore<int>(), _materializer);
        AwaitCondition(() => Volatile.Read(ref produced) > 0);
        Assert.InRange(Volatile.Read(ref produced), 1, 100); // far from all: there is no demand
        gate.SetResult();
        await done;
        Assert.Equal(10_000, produced);
    }

    [Fact]
    public void Nothing_flows_without_demand()
    {
        Source.From(Enumerable.Range(1, 5)).RunWith(this.SinkProbe<int>(), _materializer)
            .Request(2)
            .ExpectNext(1, 2)
            .ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Probes_hold_both_ends_of_a_flow()
    {
        var (source, sink) = this.SourceProbe<int>().Select(number => number * 2).ToMaterialized(this.SinkProbe<int>(), Keep.Both).Run(_materializer);
        sink.Request(1);
        source.SendNext(21);
        sink.ExpectNext(42);
        sink.Cancel();
        source.ExpectCancellation();
    }

    [Theory]
    [InlineData(OverflowStrategy.DropHead, new[] { 2, 3 })]
    [InlineData(OverflowStrategy.DropTail, new[] { 1, 3 })]
    [InlineData(OverflowStrategy.DropNew, new[] { 1, 2 })]
    public void A_full_buffer_drops_as_it_is_told(OverflowStrategy strategy, int[] left)
    {
        var (source, sink) = this.SourceProbe<int>().Buffer(2, strategy).ToMaterialized(this.SinkProbe<int>(), Keep.Both).Run(_materializer);
        for (var number = 1; number <= 3; number++)
            source.SendNext(number);
        source.SendComplete();
        sink.ExpectSubscription();
        sink.ExpectNoMsg(TimeSpan.FromMilliseconds(50)); // all three have reached the buffer
        sink.Request(3).ExpectNext(left[0], left[1]);
        sink.ExpectComplete();
    }

    [Fact]
    public async Task A_queue_answers_its_producer()
    {
        var (queue, sum) = Source.Queue<int>(4, OverflowStrategy.Backpressure)
            .ToMaterialized(Sink.Aggregate<int, int>(0, (total, number) => total + number), Keep.Both).Run(_materializer);
        for (var number = 1; number <= 10; number++)
            Assert.IsType<QueueOfferResult.Enqueued>(await queue.OfferAsync(number));
        queue.Complete();
        Assert.Equal(55, await sum.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_supervision_strategy_drops_the_element_that_failed()
    {
        var resuming = Source.From([1, 0, 2]).Select(number => 10 / number)
            .WithAttributes(ActorAttributes.CreateSupervisionStrategy(Akka.Streams.Supervision.Deciders.ResumingDecider));
        Assert.Equal([10, 5], await resuming.RunWith(Sink.Seq<int>(), _materializer).WaitAsync(Patience));
        await Assert.ThrowsAsync<DivideByZeroException>(() =>
            Source.From([1, 0, 2]).Select(number => 10 / number).RunWith(Sink.Seq<int>(), _materializer).WaitAsync(Patience));
    }

    [Fact]
    public async Task A_graph_splits_and_merges()
    {
        var graph = GraphDsl.Create(builder =>
        {
            var broadcast = builder.Add(new Broadcast<int>(2));
            var merge = builder.Add(new Merge<int>(2));
            builder.From(broadcast.Out(0)).Via(Flow.Create<int>().Select(number => number * 10)).To(merge.In(0));
            builder.From(broadcast.Out(1)).To(merge.In(1));
            return new FlowShape<int, int>(broadcast.In, merge.Out);
        });
        var result = await Source.From([1, 2]).Via(graph).RunWith(Sink.Seq<int>(), _materializer).WaitAsync(Patience);
        Assert.Equal([1, 2, 10, 20], result.Order());
    }

    [Fact]
    public async Task Hubs_join_streams_while_they_run()
    {
        var (entrance, all) = MergeHub.Source<int>(8).Take(20).ToMaterialized(Sink.Seq<int>(), Keep.Both).Run(_materializer);
        for (var i = 0; i < 2; i++)
            Source.From(Enumerable.Range(1, 10)).RunWith(entrance, _materializer);
        Assert.Equal(110, (await all.WaitAsync(Patience)).Sum());
    }

    [Fact]
    public async Task A_kill_switch_ends_a_stream_from_outside()
    {
        var (kill, done) = Source.Maybe<int>().ViaMaterialized(KillSwitches.Single<int>(), Keep.Right)
            .ToMaterialized(Sink.Ignore<int>(), Keep.Both).Run(_materializer);
        kill.Shutdown();
        await done.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_boundary_runs_its_two_sides_as_two_actors()
    {
        var result = await Source.From(Enumerable.Range(1, 1000)).Select(number => number + 1).Async().Select(number => number - 1)
            .RunWith(Sink.Seq<int>(), _materializer).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(1, 1000), result);
    }

    [Fact]
    public void Actors_feed_streams_and_are_fed_by_them()
    {
        var actor = Source.ActorRef<string>(10, OverflowStrategy.DropNew).Select(text => text.ToUpperInvariant())
            .To(Sink.ActorRef<string>(TestActor, "done", exception => exception)).Run(_materializer);
        actor.Tell("hello");
        ExpectMsg("HELLO");
        actor.Tell(new Status.Success("end"));
        ExpectMsg("done");
    }

    [Fact]
    public void A_stream_that_restarts_goes_on_after_a_failure()
    {
        var starts = 0;
        RestartSource.WithBackoff(
                () => Source.From([1, 2]).Select(number => number == 2 && Interlocked.Increment(ref starts) < 3 ? throw new InvalidDataException() : number),
                RestartSettings.Create(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10), 0.0))
            .RunWith(this.SinkProbe<int>(), _materializer)
            .Request(4)
            .ExpectNext(1, 1, 1, 2);
    }
}
