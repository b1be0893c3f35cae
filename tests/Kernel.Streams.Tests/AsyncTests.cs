using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Supervision;

namespace Kernel.Streams.Tests;

public sealed class AsyncTests : StreamTest
{
    [Fact]
    public async Task SelectAsync_keeps_the_order()
    {
        var promises = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var all = All(Source.From([0, 1, 2]).SelectAsync(3, n => promises[n].Task));
        promises[2].SetResult(12);
        promises[1].SetResult(11);
        promises[0].SetResult(10);
        Assert.Equal([10, 11, 12], await all);
    }

    [Fact]
    public async Task SelectAsyncUnordered_gives_what_is_there()
    {
        var promises = Enumerable.Range(0, 3).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var sink = Source.From([0, 1, 2]).SelectAsyncUnordered(3, n => promises[n].Task).RunWith(SinkProbe<int>.Sink(), Mat);
        sink.Request(10);
        promises[2].SetResult(12);
        await sink.Expect(12);
        promises[0].SetResult(10);
        await sink.Expect(10);
        promises[1].SetResult(11);
        await sink.Expect(11, "complete");
    }

    [Fact]
    public async Task SelectAsync_starts_no_more_than_it_may()
    {
        var running = 0;
        var most = 0;
        var result = await All(Numbers(200).SelectAsync(4, async n =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return n;
        }));
        Assert.Equal(Enumerable.Range(1, 200), result);
        Assert.InRange(most, 1, 4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failed_task_fails_or_is_dropped(bool ordered)
    {
        Source<int, Akka.NotUsed> Failing() => ordered
            ? Numbers(3).SelectAsync(2, async n => await Work(n))
            : Numbers(3).SelectAsyncUnordered(1, async n => await Work(n));
        await FailsWith<TimeZoneNotFoundException>(All(Failing()));
        Assert.Equal([1, 3], await All(Failing().WithAttributes(ActorAttributes.CreateSupervisionStrategy(Deciders.ResumingDecider))));

        static async Task<int> Work(int n)
        {
            await Task.Yield();
            return n == 2 ? throw new TimeZoneNotFoundException() : n;
        }
    }

    [Fact]
    public async Task Elements_cross_boundaries_in_order_and_complete()
    {
        const int Count = 300_000;
        var sum = await Numbers(Count).Async().Select(n => (long)n).Async().Select(n => n + 1).Async()
            .RunWith(Sink.Aggregate<long, (long Last, long Sum)>((1, 0), (s, n) => n == s.Last + 1 ? (n, s.Sum + n) : throw new InvalidDataException()), Mat)
            .WaitAsync(Patience);
        Assert.Equal(((long)Count * (Count + 1) / 2) + Count, sum.Sum);
    }

    [Fact]
    public async Task Many_streams_with_boundaries_run_side_by_side()
    {
        var runs = Enumerable.Range(0, 50).Select(i => Numbers(2_000).Async().AddAttributes(Attributes.CreateInputBuffer(1, 2))
            .Select(n => n + i).Async().RunWith(Sink.Aggregate<int, long>(0L, (s, n) => s + n), Mat));
        var sums = await Task.WhenAll(runs).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (2_000L * 2_001 / 2) + (2_000L * i)), sums);
    }

    [Fact]
    public async Task A_failure_crosses_a_boundary() =>
        await FailsWith<DivideByZeroException>(All(Numbers(5).Select(n => 1 / (n - 3)).Async().Select(n => n)));

    [Fact]
    public async Task Islands_run_on_their_dispatcher()
    {
        var names = await Source.Single(1).Select(_ => Thread.CurrentThread.IsThreadPoolThread)
            .WithAttributes(ActorAttributes.CreateDispatcher("own")).Async()
            .Select(first => (First: first, Second: Thread.CurrentThread.IsThreadPoolThread))
            .RunWith(Sink.First<(bool First, bool Second)>(), Mat).WaitAsync(Patience);
        Assert.Equal((false, true), names);
    }

    [Fact]
    public async Task Any_name_names_an_island() =>
        Assert.Equal([1], await All(Source.Single(1).Named("a name / with anything: äöü%").Async()));

    [Fact]
    public async Task Shutdown_of_the_materializer_fails_what_runs()
    {
        var done = Source.Never<int>().RunWith(Sink.Ignore<int>(), Mat);
        Mat.Shutdown();
        await FailsWith<AbruptStageTerminationException>(done);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Source.Single(1).RunWith(Sink.Ignore<int>(), Mat));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value)
            Interlocked.CompareExchange(ref target, value, seen);
    }

    public AsyncTests()
        : base("own { type = PinnedDispatcher, executor = fork-join-executor }")
    {
    }
}
