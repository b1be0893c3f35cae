using System.Threading.Channels;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

public sealed class OutsideTests : StreamTest
{
    [Fact]
    public async Task Queue_with_backpressure_answers_when_there_is_room()
    {
        var (queue, sink) = Source.Queue<int>(1, OverflowStrategy.Backpressure).ToMaterialized(SinkProbe<int>.Sink(), Keep.Both).Run(Mat);
        Assert.IsType<QueueOfferResult.Enqueued>(await queue.OfferAsync(1).WaitAsync(Patience));
        var second = queue.OfferAsync(2);
        await sink.Settle();
        Assert.False(second.IsCompleted);
        sink.Request(2);
        await sink.Expect(1, 2);
        Assert.IsType<QueueOfferResult.Enqueued>(await second.WaitAsync(Patience));
        queue.Complete();
        await sink.Expect("complete");
        await queue.WatchCompletionAsync().WaitAsync(Patience);
        Assert.IsType<QueueOfferResult.QueueClosed>(await queue.OfferAsync(3).WaitAsync(Patience));
    }

    [Fact]
    public async Task Queue_drops_and_fails_as_told()
    {
        var (queue, sink) = Source.Queue<int>(1, OverflowStrategy.DropNew).ToMaterialized(SinkProbe<int>.Sink(), Keep.Both).Run(Mat);
        Assert.IsType<QueueOfferResult.Enqueued>(await queue.OfferAsync(1));
        Assert.IsType<QueueOfferResult.Dropped>(await queue.OfferAsync(2));
        queue.Fail(new TimeZoneNotFoundException());
        Assert.IsType<TimeZoneNotFoundException>(await sink.Next());
        await FailsWith<TimeZoneNotFoundException>(queue.WatchCompletionAsync());
    }

    [Fact]
    public async Task Many_offers_from_many_threads_all_arrive()
    {
        var (queue, sum) = Source.Queue<int>(8, OverflowStrategy.Backpressure).Async()
            .ToMaterialized(Sink.Aggregate<int, long>(0L, (s, n) => s + n), Keep.Both).Run(Mat);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var n = 1; n <= 2_000; n++)
                await queue.OfferAsync(n);
        }))).WaitAsync(Patience);
        queue.Complete();
        Assert.Equal(4L * 2_000 * 2_001 / 2, await sum.WaitAsync(Patience));
    }

    [Fact]
    public async Task Channels_lead_in_and_out()
    {
        var (writer, reader) = Source.Channel<int>(4).Select(n => n * 2).ToMaterialized(Sink.ChannelReader<int>(2, singleReader: true), Keep.Both).Run(Mat);
        var writing = Task.Run(async () =>
        {
            for (var n = 1; n <= 1_000; n++)
                await writer.WriteAsync(n);
            writer.Complete();
        });
        var read = new List<int>();
        await foreach (var n in reader.ReadAllAsync())
            read.Add(n);
        await writing.WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(1, 1_000).Select(n => n * 2), read);

        var failing = Channel.CreateUnbounded<int>();
        var all = All(Source.ChannelReader(failing.Reader));
        failing.Writer.Complete(new TimeZoneNotFoundException());
        await FailsWith<TimeZoneNotFoundException>(all);
    }

    [Fact]
    public async Task A_stream_is_an_asynchronous_enumeration_and_the_reverse()
    {
        var read = new List<int>();
        await foreach (var n in Source.From(Counted).RunAsAsyncEnumerable(Mat))
            read.Add(n);
        Assert.Equal([1, 2, 3], read);

        static async IAsyncEnumerable<int> Counted()
        {
            for (var n = 1; n <= 3; n++)
            {
                await Task.Yield();
                yield return n;
            }
        }
    }

    [Fact]
    public async Task Actors_send_and_receive()
    {
        var (actor, all) = Source.ActorRef<int>(10, OverflowStrategy.DropNew).ToMaterialized(Sink.Seq<int>(), Keep.Both).Run(Mat);
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(new Status.Success("done"));
        Assert.Equal([1, 2], await all.WaitAsync(Patience));

        var seen = Channel.CreateUnbounded<object>();
        var target = Sys.ActorOf(Props.Create(() => new Recorder(seen.Writer, null)));
        Numbers(2).RunWith(Sink.ActorRef<int>(target, "done"), Mat);
        Assert.Equal([1, 2, "done"], await Take(seen, 3));
    }

    [Fact]
    public async Task Actors_acknowledge()
    {
        var seen = Channel.CreateUnbounded<object>();
        var target = Sys.ActorOf(Props.Create(() => new Recorder(seen.Writer, "ack")));
        Numbers(3).RunWith(Sink.ActorRefWithAck<int>(target, "init", "ack", "done"), Mat);
        Assert.Equal(["init", 1, 2, 3, "done"], await Take(seen, 5));

        var (actor, sink) = Source.ActorRefWithAck<int>("ok").ToMaterialized(SinkProbe<int>.Sink(), Keep.Both).Run(Mat);
        var answer = actor.Ask<string>(7);
        await sink.Settle();
        Assert.False(answer.IsCompleted);
        sink.Request(1);
        await sink.Expect(7);
        Assert.Equal("ok", await answer.WaitAsync(Patience));
    }

    [Fact]
    public async Task Sink_queue_gives_and_ends()
    {
        var queue = Numbers(2).RunWith(Sink.Queue<int>(), Mat);
        Assert.Equal(1, (await queue.PullAsync().WaitAsync(Patience)).Value);
        Assert.Equal(2, (await queue.PullAsync().WaitAsync(Patience)).Value);
        Assert.False((await queue.PullAsync().WaitAsync(Patience)).HasValue);
    }

    [Fact]
    public async Task Hubs_merge_and_broadcast()
    {
        var (entrance, merged) = MergeHub.Source<int>(4).Take(300).ToMaterialized(Sink.Seq<int>(), Keep.Both).Run(Mat);
        for (var i = 0; i < 3; i++)
            Numbers(100).RunWith(entrance, Mat);
        Assert.Equal(3L * 5050, (await merged.WaitAsync(Patience)).Sum());

        var (start, exit) = Source.Maybe<int>().ConcatMany(_ => Numbers(500)).ToMaterialized(BroadcastHub.Sink<int>(8), Keep.Both).Run(Mat);
        var both = Enumerable.Range(0, 2).Select(_ => exit.Take(500).RunWith(Sink.Seq<int>(), Mat)).ToArray();
        start.SetResult(1);
        var lists = await Task.WhenAll(both).WaitAsync(Patience);
        Assert.All(lists, list => Assert.Equal(list.Order(), list));
        Assert.Empty(await All(exit));
    }

    private static async Task<object[]> Take(Channel<object> seen, int count)
    {
        var taken = new object[count];
        for (var i = 0; i < count; i++)
            taken[i] = await seen.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        return taken;
    }

    private sealed class Recorder(ChannelWriter<object> seen, object? ack) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            seen.TryWrite(message);
            if (ack is not null)
                Sender.Tell(ack);
        }
    }
}
