using ActorServer.Bench.Load;

namespace ActorServer.Bench.Tests.Load;

/// <summary>When requests are sent, in virtual time.</summary>
public sealed class ArrivalsTests
{
    private const long Millisecond = 1_000_000, Second = 1_000_000_000;

    [Fact]
    public void A_closed_loop_sends_whenever_it_can()
    {
        var closed = new ClosedLoop();
        Assert.True(closed.Next < 0);
        Assert.True(closed.TryTake(42, out var intended));
        Assert.Equal(42, intended);
    }

    [Fact]
    public void A_constant_rate_has_equal_gaps_and_does_not_drift()
    {
        var open = new OpenLoop(start: Second, rate: 3_000);
        Assert.False(open.TryTake(Second - 1, out _));
        for (var i = 0; i < 30_000; i++)
        {
            Assert.True(open.TryTake(100 * Second, out var intended));
            Assert.InRange(intended, Second + (long)(i * (Second / 3_000.0)) - 1_000, Second + (long)(i * (Second / 3_000.0)) + 1_000);
        }

        Assert.InRange(open.Next, 11 * Second - 1_000, 11 * Second + 1_000);
    }

    [Fact]
    public void A_Poisson_process_keeps_its_rate_its_spread_and_its_seed()
    {
        var one = Gaps(new OpenLoop(0, 1_000, new Random(5)));
        Assert.Equal(one, Gaps(new OpenLoop(0, 1_000, new Random(5))));
        Assert.NotEqual(one, Gaps(new OpenLoop(0, 1_000, new Random(6))));
        var mean = one.Average();
        Assert.InRange(mean, 0.98 * Millisecond, 1.02 * Millisecond);
        // The standard deviation of an exponential distribution is its mean; some 63 % of the gaps are shorter than it.
        Assert.InRange(Math.Sqrt(one.Average(gap => (gap - mean) * (gap - mean))) / mean, 0.97, 1.03);
        Assert.InRange(one.Count(gap => gap < mean) / (double)one.Count, 0.62, 0.645);

        static List<long> Gaps(OpenLoop open)
        {
            List<long> gaps = [];
            for (long last = 0; gaps.Count < 50_000;)
            {
                Assert.True(open.TryTake(long.MaxValue, out var intended));
                gaps.Add(intended - last);
                last = intended;
            }

            return gaps;
        }
    }

    /// <summary>
    /// A server that takes 1 ms a request and stands still for a second, asked 500 times a second over one connection. Who measures from the
    /// time of sending sees one slow request; the users who came meanwhile have waited all the same.
    /// </summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Latency_counts_from_the_time_a_request_was_meant_for(bool openLoop)
    {
        IArrivals arrivals = openLoop ? new OpenLoop(0, 500) : new ClosedLoop();
        var histogram = new Histogram();
        for (long now = 0; now < 10 * Second;)
        {
            if (!arrivals.TryTake(now, out var intended))
            {
                now = arrivals.Next;
                continue;
            }

            var stalled = now is >= 5 * Second and < 6 * Second;
            now = (stalled ? 6 * Second : now) + Millisecond;
            histogram.Add(now - intended);
        }

        Assert.InRange(histogram.Max, Second, Second + 2 * Millisecond);
        if (openLoop)
        {
            // 500 came during the stall, and 500 more until those were worked off: a fifth of all, for up to a second.
            Assert.InRange(histogram.Percentile(90), 450 * Millisecond, 550 * Millisecond);
            Assert.InRange(histogram.Percentile(75), Millisecond, 2 * Millisecond);
        }
        else
        {
            Assert.InRange(histogram.Percentile(99.9), Millisecond, 2 * Millisecond);
        }
    }
}
