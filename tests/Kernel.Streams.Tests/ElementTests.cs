using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

public sealed class ElementTests : StreamTest
{
    [Fact]
    public async Task Select_transforms() => Assert.Equal([2, 4, 6], await All(Numbers(3).Select(n => n * 2)));

    [Fact]
    public async Task Where_lets_through_what_meets_the_condition() => Assert.Equal([2, 4], await All(Numbers(5).Where(n => n % 2 == 0)));

    [Fact]
    public async Task SelectMany_flattens() => Assert.Equal([1, 2, 2, 3, 3, 3], await All(Numbers(3).SelectMany(n => Enumerable.Repeat(n, n))));

    [Fact]
    public async Task SelectMany_skips_empty_results() => Assert.Equal([2, 4], await All(Numbers(4).SelectMany(n => n % 2 == 0 ? new[] { n } : [])));

    [Fact]
    public async Task Take_completes_early_and_produces_no_more()
    {
        var produced = 0;
        var endless = Source.FromEnumerator(() => Endless().GetEnumerator());
        Assert.Equal([1, 2, 3], await All(endless.Take(3)));
        Assert.InRange(produced, 3, 4);

        IEnumerable<int> Endless()
        {
            while (true)
                yield return ++produced;
        }
    }

    [Fact]
    public async Task Take_of_none_completes_at_once() => Assert.Empty(await All(Numbers(3).Take(0)));

    [Fact]
    public async Task TakeWhile_ends_before_or_with_the_first_that_fails()
    {
        Assert.Equal([1, 2], await All(Numbers(5).TakeWhile(n => n < 3)));
        Assert.Equal([1, 2, 3], await All(Numbers(5).TakeWhile(n => n < 3, inclusive: true)));
    }

    [Fact]
    public async Task Skip_and_SkipWhile_drop_the_first()
    {
        Assert.Equal([3, 4], await All(Numbers(4).Skip(2)));
        Assert.Equal([3, 1], await All(Source.From([1, 3, 1]).SkipWhile(n => n < 2)));
    }

    [Fact]
    public async Task Limit_fails_the_stream()
    {
        Assert.Equal([1, 2], await All(Numbers(2).Limit(2)));
        await FailsWith<StreamLimitReachedException>(All(Numbers(3).Limit(2)));
    }

    [Fact]
    public async Task ZipWithIndex_counts_each_run_from_zero()
    {
        var source = Source.From(["a", "b"]).ZipWithIndex();
        Assert.Equal([("a", 0L), ("b", 1L)], await All(source));
        Assert.Equal([("a", 0L), ("b", 1L)], await All(source));
    }

    [Fact]
    public async Task Sinks_fold_gather_and_pick()
    {
        Assert.Equal(15, await Numbers(5).RunWith(Sink.Aggregate<int, int>(0, (sum, n) => sum + n), Mat).WaitAsync(Patience));
        Assert.Equal(15, await Numbers(5).RunSum((a, b) => a + b, Mat).WaitAsync(Patience));
        Assert.Equal(1, await Numbers(5).RunWith(Sink.First<int>(), Mat).WaitAsync(Patience));
        Assert.Equal(5, await Numbers(5).RunWith(Sink.Last<int>(), Mat).WaitAsync(Patience));
        Assert.Equal(0, await Source.Empty<int>().RunWith(Sink.FirstOrDefault<int>(), Mat).WaitAsync(Patience));
        await FailsWith<NoSuchElementException>(Source.Empty<int>().RunWith(Sink.First<int>(), Mat));
        await Numbers(5).RunWith(Sink.Ignore<int>(), Mat).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_failure_reaches_the_sink() =>
        await FailsWith<TimeZoneNotFoundException>(All(Source.Failed<int>(new TimeZoneNotFoundException()).Select(n => n)));

    [Fact]
    public async Task An_exception_in_an_operator_fails_the_stream() =>
        await FailsWith<DivideByZeroException>(All(Numbers(3).Select(n => 1 / (n - 2))));

    [Fact]
    public async Task Values_are_combined()
    {
        var (left, right) = Source.Single(1).MapMaterializedValue(_ => "left").ToMaterialized(Sink.First<int>(), Keep.Both).Run(Mat);
        Assert.Equal("left", left);
        Assert.Equal(1, await right.WaitAsync(Patience));
        var flow = Flow.Create<int>().Select(n => n + 1);
        Assert.Equal(3, await Source.Single(1).Via(flow).Via(flow).RunWith(Sink.First<int>(), Sys).WaitAsync(Patience));
    }
}
