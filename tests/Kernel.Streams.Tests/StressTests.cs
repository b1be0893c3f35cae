using Akka.Streams;
using Akka.Streams.Dsl;

namespace Kernel.Streams.Tests;

/// <summary>Boundaries under load: chains of operators that chance picks, with boundaries of any size, against the same in LINQ.</summary>
public sealed class StressTests : StreamTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Chains_with_boundaries_give_what_LINQ_gives(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var numbers = Enumerable.Range(1, random.Next(1, 3_000)).ToArray();
            var stream = Source.From(numbers);
            IEnumerable<int> expected = numbers;
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                var n = random.Next(2, 50);
                (stream, expected) = random.Next(9) switch
                {
                    0 => (stream.Select(e => e + n), expected.Select(e => e + n)),
                    1 => (stream.Where(e => e % n != 0), expected.Where(e => e % n != 0)),
                    2 => (stream.SelectMany(e => Enumerable.Repeat(e, e % 3)), expected.SelectMany(e => Enumerable.Repeat(e, e % 3))),
                    3 => (stream.Take(n * 40), expected.Take(n * 40)),
                    4 => (stream.Skip(n), expected.Skip(n)),
                    5 => (stream.Buffer(n, OverflowStrategy.Backpressure), expected),
                    6 => (stream.SelectAsync(n % 4 + 1, async e =>
                    {
                        await Task.Yield();
                        return e;
                    }), expected),
                    7 => (stream.Grouped(n).SelectMany(g => g.Reverse()), expected.Chunk(n).SelectMany(g => g.Reverse())),
                    _ => (stream.Concat(Numbers(n)), expected.Concat(Enumerable.Range(1, n))),
                };
                if (random.Next(2) == 0)
                    stream = stream.Async();
                if (random.Next(3) == 0)
                    stream = stream.AddAttributes(Attributes.CreateInputBuffer(1, random.Next(1, 20)));
            }

            Assert.Equal(expected, await All(stream));
        }
    }

    [Fact]
    public async Task Who_enters_a_hub_at_its_end_is_told()
    {
        for (var i = 0; i < 200; i++)
        {
            var exit = Source.Empty<int>().RunWith(BroadcastHub.Sink<int>(8), Mat);
            var entrance = MergeHub.Source<int>(4).To(Sink.Cancelled<int>()).Run(Mat);
            Assert.Empty(await All(exit));
            await Source.Repeat(1).WatchTermination(Keep.Right).To(entrance).Run(Mat).WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task Ends_cross_boundaries_whenever_they_come()
    {
        var runs = new List<Task>();
        for (var i = 0; i < 200; i++)
        {
            var end = i * 7 % 60;
            var chain = Numbers(50).Async().Select(n => n == end ? throw new InvalidDataException() : n).Async().Select(n => n).Async();
            runs.Add(end is > 0 and <= 50 ? FailsWith<InvalidDataException>(chain.RunWith(Sink.Ignore<int>(), Mat)) : chain.RunWith(Sink.Ignore<int>(), Mat));
            runs.Add(Source.Repeat(i).Async().Select(n => n).Async().Take(end).RunWith(Sink.Ignore<int>(), Mat));
        }

        await Task.WhenAll(runs).WaitAsync(Patience);
    }
}
