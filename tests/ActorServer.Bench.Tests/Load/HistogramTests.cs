using ActorServer.Bench.Load;

namespace ActorServer.Bench.Tests.Load;

/// <summary>The buckets of durations, beside all durations sorted.</summary>
public sealed class HistogramTests
{
    [Fact]
    public void Nothing_counted_is_zero()
    {
        var none = new Histogram();
        Assert.Equal((0, 0, 0, 0d, 0), (none.Count, none.Min, none.Max, none.Mean, none.Percentile(99)));
        Assert.Empty(none.Buckets());
    }

    [Fact]
    public void Small_values_are_exact()
    {
        var histogram = new Histogram();
        for (var value = 0; value <= 511; value++) histogram.Add(value);
        for (var value = 0; value <= 511; value++) Assert.Equal(value, histogram.Percentile((value + 1) / 512.0 * 100));
        Assert.Equal(255.5, histogram.Mean);
    }

    [Theory]
    [InlineData(512), InlineData(1_000), InlineData(1_023), InlineData(1_024), InlineData(123_456_789), InlineData(3_600_000_000_000), InlineData(Histogram.Highest)]
    public void A_value_is_known_to_within_a_256th(long value)
    {
        var histogram = new Histogram();
        histogram.Add(value);
        histogram.Add(value + value / 2); // else the longest and shortest, which are exact, would answer
        histogram.Add(0);
        Assert.InRange(histogram.Percentile(50), value, value + value / 256);
    }

    [Theory, InlineData(7), InlineData(2026)]
    public void Percentiles_are_those_of_the_sorted_values(int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 25)).ToArray();
        var histogram = new Histogram();
        foreach (var value in values) histogram.Add(value);
        Array.Sort(values);
        foreach (var percent in (double[])[0, 0.01, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 100])
        {
            var exact = values[Math.Max(0, (int)Math.Ceiling(percent / 100 * values.Length - 1e-9) - 1)];
            Assert.InRange(histogram.Percentile(percent), exact, exact + exact / 256);
        }

        Assert.Equal((values[0], values[^1], 20_000), (histogram.Min, histogram.Max, histogram.Count));
        Assert.Equal(values.Average(), histogram.Mean, histogram.Mean * 1e-9);
        Assert.Equal(20_000, histogram.Buckets().Sum(bucket => bucket.Count));
    }

    [Fact]
    public void Merging_is_counting_all_in_one()
    {
        var random = new Random(1);
        Histogram one = new(), other = new(), all = new();
        for (var i = 0; i < 10_000; i++)
        {
            var value = random.NextInt64(1, 1L << random.Next(1, 42));
            all.Add(value);
            (i % 3 == 0 ? one : other).Add(value);
        }

        var merged = new Histogram();
        merged.Add(new Histogram());
        merged.Add(one);
        merged.Add(other);
        Assert.Equal(all.Buckets(), merged.Buckets());
        Assert.Equal((all.Min, all.Max, all.Count), (merged.Min, merged.Max, merged.Count));
        Assert.Equal(all.Mean, merged.Mean, 1e-3);
    }

    [Fact]
    public void What_its_buckets_tell_makes_it_anew()
    {
        var histogram = new Histogram();
        for (var i = 1; i < 100_000; i += 7) histogram.Add(i * 31L);
        var copy = new Histogram();
        foreach (var (upTo, count) in histogram.Buckets()) copy.Add(upTo, count);
        Assert.Equal(histogram.Buckets(), copy.Buckets());
        Assert.Equal(histogram.Percentile(99), copy.Percentile(99));
    }

    [Fact]
    public void What_is_out_of_range_is_counted_at_its_end()
    {
        var histogram = new Histogram();
        histogram.Add(-5);
        histogram.Add(long.MaxValue);
        Assert.Equal((2, 0, Histogram.Highest), (histogram.Count, histogram.Min, histogram.Max));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var histogram = new Histogram();
        histogram.Add(5);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) histogram.Add(i * 1_000L);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
