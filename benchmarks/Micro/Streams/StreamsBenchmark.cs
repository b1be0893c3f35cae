using System.Diagnostics;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Micro.Streams;

/// <summary>
/// What an element costs in a stream, beside what .NET has: a fused chain of five Selects beside five asynchronous iterators,
/// and a crossing of an Async() boundary beside a write and a read of a bounded channel.
/// </summary>
internal static class StreamsBenchmark
{
    private const int Rounds = 9;

    public static async Task<int> Run(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0]) : 2_000_000;
        using var system = ActorSystem.Create("benchmark");
        var materializer = system.Materializer();
        (string Name, Func<Task<long>> Run)[] contenders =
        [
            ("source and sink alone", () => Consume(Numbers(count), materializer)),
            ("fused chain of five Selects", () => Consume(FiveSelects(Numbers(count)), materializer)),
            ("five IAsyncEnumerable iterators", () => Sum(FiveIterators(count))),
            ("source, Async() boundary, sink", () => Consume(Numbers(count).Async(), materializer)),
            ("channel of 16, writer and reader task", () => ThroughChannel(count)),
            ("channel of 16, write and read in turn", () => ChannelInTurn(count)),
        ];
        var costs = await Costs(contenders, count);
        Console.WriteLine($"{count} elements, the median of {Rounds} rounds, nanoseconds an element");
        for (var i = 0; i < contenders.Length; i++)
            Console.WriteLine($"{contenders[i].Name,-40}{costs[i],8:F1}");
        Console.WriteLine($"chain / iterators            {costs[1] / costs[2]:F2}  (must be at most 1)");
        Console.WriteLine($"crossing / channel           {(costs[3] - costs[0]) / costs[4]:F2}  (must be at most 3)");
        Console.WriteLine($"crossing / channel in turn   {(costs[3] - costs[0]) / costs[5]:F2}");
        await system.Terminate();
        return 0;
    }

    private static Source<int, Akka.NotUsed> Numbers(int count) => Source.From(Enumerable.Range(0, count));

    private static Source<int, Akka.NotUsed> FiveSelects(Source<int, Akka.NotUsed> source) => source
        .Select(static n => n + 1).Select(static n => n + 1).Select(static n => n + 1).Select(static n => n + 1).Select(static n => n + 1);

    private static Task<long> Consume(Source<int, Akka.NotUsed> source, IMaterializer materializer) =>
        source.RunWith(Sink.Aggregate<int, long>(0L, static (sum, n) => sum + n), materializer);

    private static IAsyncEnumerable<int> FiveIterators(int count) => Next(Next(Next(Next(Next(Range(count))))));

    private static async IAsyncEnumerable<int> Range(int count)
    {
        await Task.CompletedTask;
        for (var i = 0; i < count; i++)
            yield return i;
    }

    private static async IAsyncEnumerable<int> Next(IAsyncEnumerable<int> elements)
    {
        await foreach (var element in elements)
            yield return element + 1;
    }

    private static async Task<long> Sum(IAsyncEnumerable<int> elements)
    {
        var sum = 0L;
        await foreach (var element in elements)
            sum += element;
        return sum;
    }

    private static async Task<long> ThroughChannel(int count)
    {
        var channel = NewChannel();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < count; i++)
                await channel.Writer.WriteAsync(i);
            channel.Writer.Complete();
        });
        var sum = await Sum(channel.Reader.ReadAllAsync());
        await writer;
        return sum;
    }

    private static async Task<long> ChannelInTurn(int count)
    {
        var channel = NewChannel();
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            await channel.Writer.WriteAsync(i);
            sum += await channel.Reader.ReadAsync();
        }

        return sum;
    }

    private static Channel<int> NewChannel() => Channel.CreateBounded<int>(
        new BoundedChannelOptions(16) { SingleReader = true, SingleWriter = true });

    /// <summary>All contenders in each round, so that what else the machine does hits them alike.</summary>
    private static async Task<double[]> Costs((string Name, Func<Task<long>> Run)[] contenders, int count)
    {
        var times = Array.ConvertAll(contenders, static _ => new double[Rounds]);
        for (var round = -1; round < Rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                GC.Collect();
                var start = Stopwatch.GetTimestamp();
                await contenders[i].Run();
                if (round >= 0)
                    times[i][round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
            }
        }

        return Array.ConvertAll(times, static t => t.Order().ElementAt(Rounds / 2));
    }
}
