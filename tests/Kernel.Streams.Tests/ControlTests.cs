using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Supervision;
using Akka.Util;

namespace Kernel.Streams.Tests;

public sealed class ControlTests : StreamTest
{
    private static readonly RestartSettings Quick = RestartSettings.Create(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), 0);

    [Theory]
    [InlineData("resume", new[] { 1, 3, 6 })]
    [InlineData("restart", new[] { 1, 3, 3 })]
    public async Task Supervision_drops_the_element_and_keeps_or_forgets_the_state(string how, int[] states)
    {
        var decider = how == "resume" ? Deciders.ResumingDecider : Deciders.RestartingDecider;
        var sums = Source.From([1, 2, -1, 3]).StatefulSelect(() => 0, (sum, n) => n < 0 ? throw new InvalidDataException() : (sum + n, sum + n));
        Assert.Equal(states, await All(sums.WithAttributes(ActorAttributes.CreateSupervisionStrategy(decider))));
        await FailsWith<InvalidDataException>(All(sums));
    }

    [Fact]
    public async Task Supervision_reaches_every_operator_of_the_graph_it_is_set_on()
    {
        var source = Numbers(10).Where(n => n == 1 ? throw new InvalidDataException() : true)
            .SelectMany(n => n == 2 ? throw new InvalidDataException() : new[] { n })
            .TakeWhile(n => n == 3 ? throw new InvalidDataException() : n < 7)
            .Scan(0, (sum, n) => n == 4 ? throw new InvalidDataException() : sum + n);
        Assert.Equal([0, 5, 11], await All(source.WithAttributes(ActorAttributes.CreateSupervisionStrategy(Deciders.ResumingDecider))));
        var sink = Sink.ForEach<int>(_ => throw new InvalidDataException());
        await Numbers(3).RunWith(sink.WithAttributes(ActorAttributes.CreateSupervisionStrategy(Deciders.ResumingDecider)), Mat).WaitAsync(Patience);
        await FailsWith<InvalidDataException>(Numbers(3).RunWith(sink, Mat));
    }

    [Fact]
    public async Task A_materializers_decider_holds_unless_the_graph_says_otherwise()
    {
        var mat = Sys.Materializer(ActorMaterializerSettings.Create(Sys).WithSupervisionStrategy(Deciders.ResumingDecider));
        var failing = Numbers(3).Select(n => 6 / (n - 2));
        Assert.Equal([-6, 6], await failing.RunWith(Sink.Seq<int>(), mat).WaitAsync(Patience));
        await FailsWith<DivideByZeroException>(
            failing.WithAttributes(ActorAttributes.CreateSupervisionStrategy(Deciders.StoppingDecider)).RunWith(Sink.Seq<int>(), mat));
    }

    [Fact]
    public async Task Recovery_puts_something_in_place_of_a_failure()
    {
        var failing = Numbers(3).Select(n => n == 3 ? throw new InvalidDataException() : n);
        Assert.Equal([1, 2, 0], await All(failing.Recover(_ => new Option<int>(0))));
        await FailsWith<InvalidDataException>(All(failing.Recover(_ => Option<int>.None)));
        Assert.Equal([1, 2, 1, 2, 9], await All(failing.RecoverWithRetries(_ => failing, 1).Recover(_ => 9)));
        Assert.Equal([1, 2, 8], await All(failing.RecoverWithRetries(_ => Source.Single(8), -1)));
        await FailsWith<TimeZoneNotFoundException>(All(failing.SelectError(_ => new TimeZoneNotFoundException())));
    }

    [Fact]
    public async Task WatchTermination_tells_of_each_end()
    {
        await Watch(Numbers(3)).WaitAsync(Patience);
        await Watch(Numbers(3), take: 1).WaitAsync(Patience);
        await FailsWith<InvalidDataException>(Watch(Source.Failed<int>(new InvalidDataException())));

        Task Watch(Source<int, Akka.NotUsed> source, int take = 100) =>
            source.WatchTermination(Keep.Right).Take(take).To(Sink.Ignore<int>()).Run(Mat);
    }

    [Fact]
    public async Task Kill_switches_complete_and_abort()
    {
        var (unique, done) = Source.Never<int>().ViaMaterialized(KillSwitches.Single<int>(), Keep.Right).ToMaterialized(Sink.Ignore<int>(), Keep.Both).Run(Mat);
        unique.Shutdown();
        await done.WaitAsync(Patience);

        var shared = KillSwitches.Shared("all");
        var streams = Enumerable.Range(0, 3).Select(_ => Source.Repeat(1).Via(shared.Flow<int>()).RunWith(Sink.Ignore<int>(), Mat)).ToArray();
        shared.Abort(new InvalidDataException());
        foreach (var stream in streams)
            await FailsWith<InvalidDataException>(stream);
        await FailsWith<InvalidDataException>(Source.Single(1).Via(shared.Flow<int>()).RunWith(Sink.Ignore<int>(), Mat));
    }

    [Fact]
    public async Task Substreams_are_concatenated_and_merged()
    {
        Assert.Equal([1, 1, 2, 1, 2, 3], await All(Numbers(3).ConcatMany(Numbers)));
        Assert.Equal([1, 1, 1, 2, 2, 3], (await All(Numbers(3).MergeMany(2, Numbers))).Order());
        await FailsWith<InvalidDataException>(All(Numbers(3).ConcatMany(_ => Source.Failed<int>(new InvalidDataException()))));
        Assert.Equal(200_000, (await All(Numbers(20).ConcatMany(_ => Numbers(10_000)))).Count);
    }

    [Fact]
    public async Task GroupBy_opens_a_substream_for_each_key()
    {
        var sums = Numbers(100).GroupBy(3, n => n % 3).Aggregate((Key: 0, Sum: 0), (s, n) => (n % 3, s.Sum + n)).MergeSubstreams();
        Assert.Equal([(0, 1683), (1, 1717), (2, 1650)], (await All(sums)).Order());
        await FailsWith<InvalidOperationException>(All(Numbers(10).GroupBy(2, n => n % 3).MergeSubstreams()));
    }

    [Fact]
    public async Task Split_begins_substreams()
    {
        Assert.Equal([3, 7, 5], await All(Numbers(5).SplitWhen(n => n % 2 == 1).Aggregate(0, (s, n) => s + n).ConcatSubstream()));
        Assert.Equal([1, 5, 9], await All(Numbers(5).SplitAfter(n => n % 2 == 1).Aggregate(0, (s, n) => s + n).ConcatSubstream()));
        Assert.Equal([1, 3, 5], await All(Numbers(5).SplitWhen(n => n % 2 == 1).Take(1).ConcatSubstream()));
    }

    [Fact]
    public async Task Sources_are_made_late_replaced_and_combined()
    {
        var (value, all) = Source.Lazily(() => Numbers(3)).ToMaterialized(Sink.Seq<int>(), Keep.Both).Run(Mat);
        Assert.Equal([1, 2, 3], await all.WaitAsync(Patience));
        await value.WaitAsync(Patience);
        Assert.Equal([1, 2], await All(Source.Empty<int>().OrElse(Numbers(2))));
        Assert.Equal([1, 2], await All(Numbers(2).OrElse(Numbers(3))));
        Assert.Equal([1, 1, 2], (await All(Source.Combine(Numbers(1), Numbers(2), n => new Merge<int>(n)))).Order());
        Assert.Equal([[1, 1], [2, 2]], await All(Source.ZipN([Numbers(2), Numbers(3)])));
    }

    [Fact]
    public async Task PrefixAndTail_splits()
    {
        var (prefix, tail) = await Numbers(5).PrefixAndTail(2).RunWith(Sink.First<(System.Collections.Immutable.IImmutableList<int>, Source<int, Akka.NotUsed>)>(), Mat).WaitAsync(Patience);
        Assert.Equal([1, 2], prefix);
        Assert.Equal([3, 4, 5], await All(tail));
        await FailsWith<InvalidOperationException>(All(tail));
    }

    [Fact]
    public async Task Two_graphs_are_joined_by_operators()
    {
        Assert.Equal([1, 2, 7], await All(Numbers(2).Concat(Source.Single(7))));
        Assert.Equal([7, 1, 2], await All(Numbers(2).Prepend(Source.Single(7))));
        Assert.Equal([(1, "a"), (2, "b")], await All(Numbers(5).Zip(Source.From(["a", "b"]))));
        Assert.Equal([11, 22], await All(Numbers(2).ZipWith(Source.From([10, 20]), (a, b) => a + b)));
        Assert.Equal([1, 2, 7], (await All(Numbers(2).Merge(Source.Single(7)))).Order());
        var (other, own) = Numbers(4).DivertToProbe(n => n % 2 == 0, Mat);
        Assert.Equal([2, 4], await other.WaitAsync(Patience));
        Assert.Equal([1, 3], await own.WaitAsync(Patience));
    }

    [Fact]
    public async Task What_ends_is_started_again()
    {
        var runs = 0;
        var source = RestartSource.WithBackoff(() => Source.Single(Interlocked.Increment(ref runs)), Quick);
        Assert.Equal([1, 2, 3], await All(source.Take(3)));

        var failures = 0;
        var failing = RestartSource.OnFailuresWithBackoff(
            () => failures++ < 2 ? Source.Failed<int>(new InvalidDataException()) : Numbers(2), Quick.WithMaxRestarts(5, TimeSpan.FromMinutes(1)));
        Assert.Equal([1, 2], await All(failing));
        await FailsWith<InvalidDataException>(All(RestartSource.WithBackoff(
            () => Source.Failed<int>(new InvalidDataException()), Quick.WithMaxRestarts(2, TimeSpan.FromMinutes(1)))));

        var flow = RestartFlow.WithBackoff(() => Flow.Create<int>().Select(n => n == 2 ? throw new InvalidDataException() : n), Quick);
        Assert.Equal([1, 3, 4], await All(Numbers(4).Via(flow)));
    }

    [Fact]
    public async Task Framing_cuts_bytes_however_they_come()
    {
        var bytes = "one\ntwo\n\nlonger line\n"u8.ToArray();
        for (var size = 1; size <= bytes.Length; size++)
        {
            var pieces = Source.From(bytes.Chunk(size)).Select(ByteString.FromBytes);
            var lines = await All(pieces.Via(Framing.Delimiter(ByteString.FromString("\n"), 100)).Select(b => b.ToString()));
            Assert.Equal(["one", "two", "", "longer line"], lines);
        }

        var truncated = Source.Single(ByteString.FromString("a\nb"));
        await FailsWith<Framing.FramingException>(All(truncated.Via(Framing.Delimiter(ByteString.FromString("\n"), 100))));
        Assert.Equal(2, (await All(truncated.Via(Framing.Delimiter(ByteString.FromString("\n"), 100, allowTruncation: true)))).Count);
        await FailsWith<Framing.FramingException>(All(truncated.Via(Framing.Delimiter(ByteString.FromString("\r"), 2))));

        var both = Framing.SimpleFramingProtocol(100).Join(Flow.Create<ByteString>().SelectMany(b => b.ToArray()).Select(b => ByteString.FromBytes([b])));
        var messages = new[] { "", "x", "hello" }.Select(ByteString.FromString).ToArray();
        Assert.Equal(messages, await All(Source.From(messages).Via(both)));
    }

    [Fact]
    public async Task Groups_and_windows_gather()
    {
        Assert.Equal([[1, 2], [3, 4], [5]], await All(Numbers(5).Grouped(2)));
        Assert.Equal([[1, 2, 3], [2, 3, 4]], await All(Numbers(4).Sliding(3)));
        Assert.Equal([[1, 2], [4, 5]], await All(Numbers(5).Sliding(2, 3)));
        Assert.Equal([0, 1, 3, 6], await All(Numbers(3).Scan(0, (s, n) => s + n)));
        Assert.Equal([0, 1, 3, 6], await All(Numbers(3).ScanAsync(0, async (s, n) =>
        {
            await Task.Yield();
            return s + n;
        })));
        Assert.Equal(["[", "a", ",", "b", "]"], await All(Source.From(["a", "b"]).Intersperse("[", ",", "]")));
        Assert.Equal([6], await All(Numbers(3).Aggregate(0, (s, n) => s + n)));
        Assert.Equal([0], await All(Source.Empty<int>().Aggregate(0, (s, n) => s + n)));
        Assert.Equal([1, 2, 1], await All(Source.From([1, 1, 2, 1, 1]).Deduplicate()));
        Assert.Equal([5, 4, 3], await All(Source.Unfold(5, n => n > 2 ? new Option<(int, int)>((n - 1, n)) : Option<(int, int)>.None)));
    }
}

internal static class Diverting
{
    public static (Task<System.Collections.Immutable.IImmutableList<T>> Other, Task<System.Collections.Immutable.IImmutableList<T>> Own) DivertToProbe<T, TMat>(
        this Source<T, TMat> source, Func<T, bool> when, IMaterializer materializer)
    {
        var other = new TaskCompletionSource<Task<System.Collections.Immutable.IImmutableList<T>>>();
        var own = source.DivertTo(Sink.Seq<T>().MapMaterializedValue(task =>
        {
            other.SetResult(task);
            return task;
        }), when).RunWith(Sink.Seq<T>(), materializer);
        return (other.Task.Unwrap(), own);
    }
}
