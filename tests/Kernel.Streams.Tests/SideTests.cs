using System.Collections.Concurrent;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

/// <summary>What a stream does beside its main way: taps, side sinks, hubs that choose, sinks that restart, questions, and logs.</summary>
public sealed class SideTests() : StreamTest("akka.loglevel = DEBUG, akka.loggers = []")
{
    [Fact]
    public async Task A_partition_hub_gives_each_element_to_the_consumer_that_is_chosen()
    {
        var (start, exit) = Source.Maybe<int>().ConcatMany(_ => Numbers(100))
            .ToMaterialized(PartitionHub.Sink<int>((consumers, n) => n % 10 == 0 ? -1 : n % consumers, startAfterNrOfConsumers: 2, bufferSize: 4), Keep.Both).Run(Mat);
        var first = All(exit);
        start.SetResult(1);
        var second = All(exit); // the hub has waited for this one
        var lists = (await Task.WhenAll(first, second).WaitAsync(Patience)).OrderBy(static list => list[0] % 2).ToArray();
        Assert.Equal(Enumerable.Range(1, 100).Where(static n => n % 10 != 0 && n % 2 == 0), lists[0]);
        Assert.Equal(Enumerable.Range(1, 100).Where(static n => n % 2 == 1), lists[1]);
    }

    [Fact]
    public async Task A_partition_hub_goes_on_without_a_consumer_that_left()
    {
        var (source, exit) = Source.FromGraph(new TestSource<int>())
            .ToMaterialized(PartitionHub.Sink<int>(static (_, _) => 0, startAfterNrOfConsumers: 2, bufferSize: 2), Keep.Both).Run(Mat);
        var one = exit.RunWith(SinkProbe<int>.Sink(), Mat);
        var other = exit.RunWith(SinkProbe<int>.Sink(), Mat);
        one.Request(10);
        other.Request(10);
        await source.Expect("pull");
        source.Push(1);
        // Whoever entered first has it, and all that follows until it leaves.
        var seen = new[] { one.Next(), other.Next() };
        var first = await Task.WhenAny(seen);
        Assert.Equal(1, await first);
        var (leaves, stays) = first == seen[0] ? (one, seen[1]) : (other, seen[0]);
        leaves.Cancel();
        for (var n = 2; !stays.IsCompleted; n++)
        {
            await source.Expect("pull");
            source.Push(n);
            await Task.WhenAny(stays, Task.Delay(1));
        }

        Assert.IsType<int>(await stays);
    }

    [Fact]
    public async Task A_sink_that_fails_is_made_anew()
    {
        var seen = new ConcurrentQueue<int>();
        var made = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = RestartSink.WithBackoff(
            () =>
            {
                Interlocked.Increment(ref made);
                return Sink.ForEach<int>(n =>
                {
                    if (n == 2)
                        throw new InvalidDataException();
                    seen.Enqueue(n);
                    if (n == 5)
                        done.TrySetResult();
                });
            },
            RestartSettings.Create(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5), 0));
        var (source, _) = Source.FromGraph(new TestSource<int>()).ToMaterialized(sink, Keep.Both).Run(Mat);
        foreach (var n in new[] { 1, 2, 3, 4, 5 })
        {
            await source.Expect("pull");
            source.Push(n);
        }

        await done.Task.WaitAsync(Patience);
        Assert.Equal(2, made);
        Assert.Equal(1, seen.First());
        Assert.DoesNotContain(2, seen); // it was lost with the sink that failed on it
    }

    [Theory]
    [InlineData(OverflowStrategy.DropHead, new[] { 3, 4 })]
    [InlineData(OverflowStrategy.DropTail, new[] { 1, 4 })]
    [InlineData(OverflowStrategy.DropBuffer, new[] { 3, 4 })]
    [InlineData(OverflowStrategy.DropNew, new[] { 1, 2 })]
    public async Task An_actors_messages_that_nobody_asks_for_overflow_as_told(OverflowStrategy strategy, int[] left)
    {
        var (actor, sink) = Source.ActorRef<int>(2, strategy).ToMaterialized(SinkProbe<int>.Sink(), Keep.Both).Run(Mat);
        for (var n = 1; n <= 4; n++)
            actor.Tell(n);
        actor.Tell(new Status.Success("end"));
        await actor.Ask<ActorIdentity>(new Identify("all"), Patience); // the actor has passed on what came before
        await sink.Settle(); // and the stage has taken it
        sink.Request(4);
        await sink.Expect([.. left.Cast<object>(), "complete"]);
    }

    [Fact]
    public async Task An_actors_messages_that_overflow_may_fail_the_stream()
    {
        var (actor, sink) = Source.ActorRef<int>(1, OverflowStrategy.Fail).ToMaterialized(SinkProbe<int>.Sink(), Keep.Both).Run(Mat);
        actor.Tell(1);
        actor.Tell(2);
        Assert.IsType<BufferOverflowException>(await sink.Next());
        await Assert.ThrowsAsync<NotSupportedException>(() => Source.ActorRef<int>(1, OverflowStrategy.Backpressure).RunWith(Sink.Ignore<int>(), Mat));
    }

    [Fact]
    public async Task MergePreferred_takes_the_preferred_one_while_it_has_any()
    {
        var preferred = Numbers(50).Select(static n => -n);
        var merged = Source.FromGraph(GraphDsl.Create(builder =>
        {
            var merge = builder.Add(new MergePreferred<int>(1));
            builder.From(builder.Add(preferred).Outlet).To(merge.In(0));
            builder.From(builder.Add(Numbers(50)).Outlet).To(merge.In(1));
            return new SourceShape<int>(merge.Out);
        }));
        var all = await All(merged);
        Assert.Equal(100, all.Count);
        Assert.Equal(Enumerable.Range(1, 50), all.Where(static n => n > 0));
        Assert.Equal(Enumerable.Range(1, 50).Select(static n => -n), all.Where(static n => n < 0));
        // Each side had one element ready at the start; from then on the preferred one goes first.
        Assert.All(all.SkipWhile(static n => n > 0).Take(49), static n => Assert.True(n < 0));
    }

    [Fact]
    public async Task A_wire_tap_never_holds_the_stream_up()
    {
        SinkProbe<int> tap = null!;
        var all = Numbers(100).WireTap(Sink.FromGraph(SinkProbe<int>.Sink()).MapMaterializedValue(probe => tap = probe)).RunWith(Sink.Seq<int>(), Mat);
        Assert.Equal(Enumerable.Range(1, 100), await all.WaitAsync(Patience));
        // The tap has not asked for anything, so it has seen the end at most.
        Assert.Equal("complete", await tap.Next());
        var seen = new ConcurrentQueue<int>();
        await All(Numbers(3).WireTap(seen.Enqueue));
        Assert.Equal([1, 2, 3], seen);
    }

    [Fact]
    public async Task AlsoTo_gives_both_the_same_and_waits_for_the_slower()
    {
        var (source, (side, sink)) = Source.FromGraph(new TestSource<int>())
            .AlsoToMaterialized(SinkProbe<int>.Sink(), Keep.Both).ToMaterialized(SinkProbe<int>.Sink(), (both, own) => (both.Item1, (both.Item2, own))).Run(Mat);
        sink.Request(2);
        await sink.Settle();
        Assert.True(source.HasSeenNothing);
        side.Request(1);
        await source.Expect("pull");
        source.Push(1);
        await sink.Expect(1);
        await side.Expect(1);
        await sink.Settle();
        Assert.True(source.HasSeenNothing);
        source.Complete();
        await sink.Expect("complete");
        await side.Expect("complete");
    }

    [Fact]
    public async Task Log_writes_elements_and_ends_at_their_levels()
    {
        var log = Channel.CreateUnbounded<LogEvent>();
        var reader = Sys.ActorOf(Props.Create(() => new LogReader(log.Writer)));
        Sys.EventStream.Subscribe(reader, typeof(LogEvent));
        await All(Numbers(1).Log("mine", static n => n * 7));
        await Expect(LogLevel.DebugLevel, "7");
        await Expect(LogLevel.DebugLevel, "finished");
        await FailsWith<InvalidDataException>(All(Source.Failed<int>(new InvalidDataException("broken")).Log("mine")
            .AddAttributes(Attributes.CreateLogLevels(onError: LogLevel.WarningLevel))));
        await Expect(LogLevel.WarningLevel, "broken");

        async Task Expect(LogLevel level, string text)
        {
            while (true)
            {
                var written = await log.Reader.ReadAsync().AsTask().WaitAsync(Patience);
                if (written.ToString().Contains("[mine]", StringComparison.Ordinal))
                {
                    Assert.Equal(level, written.LogLevel());
                    Assert.Contains(text, written.ToString(), StringComparison.OrdinalIgnoreCase);
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task Ask_gives_an_actors_answers_in_order_and_fails_without_one()
    {
        var doubler = Sys.ActorOf(Props.Create<Doubler>());
        Assert.Equal([2, 4, 6], await All(Numbers(3).Ask<int>(doubler, Patience)));
        await FailsWith<AskTimeoutException>(All(Numbers(1).Ask<int>(Sys.ActorOf(Props.Empty), TimeSpan.FromMilliseconds(20))));
        var ending = Sys.ActorOf(Props.Empty);
        var unanswered = All(Numbers(1).Concat(Source.Never<int>()).Ask<int>(ending, Patience));
        Sys.Stop(ending);
        await FailsWith<WatchedActorTerminatedException>(unanswered);
    }

    private sealed class Doubler : ReceiveActor
    {
        public Doubler() => Receive<int>(n => Sender.Tell(n * 2));
    }

    private sealed class LogReader(ChannelWriter<LogEvent> log) : UntypedActor
    {
        protected override void OnReceive(object message) => log.TryWrite((LogEvent)message);
    }
}
