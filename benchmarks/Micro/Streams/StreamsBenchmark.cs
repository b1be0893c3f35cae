using System.Threading.Channels;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Micro.Kernel;

namespace Micro.Streams;

/// <summary>
/// What an element costs in a stream, beside what .NET has: a fused chain of five Selects beside five asynchronous iterators, and a
/// crossing of an Async() boundary beside a bounded channel between two tasks.
/// </summary>
/// <remarks>
/// The aims: the chain at most 1 × the iterators; a crossing at most 3 × a write and a read of the channel (take off it what
/// <see cref="SourceAndSink"/> costs, which has no boundary to cross).
/// </remarks>
[InProcess]
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class StreamsBenchmark
{
    private const int Elements = 500_000;

    private ActorSystem _system = null!;
    private ActorMaterializer _materializer = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = Quiet.System();
        _materializer = _system.Materializer();
    }

    [GlobalCleanup]
    public Task Stop() => _system.Terminate();

    [BenchmarkCategory("chain"), Benchmark(Baseline = true, OperationsPerInvoke = Elements)]
    public Task<long> FiveIterators() => Sum(Next(Next(Next(Next(Next(Range()))))));

    [BenchmarkCategory("chain"), Benchmark(OperationsPerInvoke = Elements)]
    public Task<long> FiveSelects() => Run(Numbers()
        .Select(static n => n + 1).Select(static n => n + 1).Select(static n => n + 1).Select(static n => n + 1).Select(static n => n + 1));

    [BenchmarkCategory("boundary"), Benchmark(Baseline = true, OperationsPerInvoke = Elements)]
    public async Task<long> ChannelBetweenTasks()
    {
        var channel = NewChannel();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; i < Elements; i++) await channel.Writer.WriteAsync(i);
            channel.Writer.Complete();
        });
        var sum = await Sum(channel.Reader.ReadAllAsync());
        await writer;
        return sum;
    }

    [BenchmarkCategory("boundary"), Benchmark(OperationsPerInvoke = Elements)]
    public async Task<long> ChannelInTurn()
    {
        var channel = NewChannel();
        var sum = 0L;
        for (var i = 0; i < Elements; i++)
        {
            await channel.Writer.WriteAsync(i);
            sum += await channel.Reader.ReadAsync();
        }

        return sum;
    }

    [BenchmarkCategory("boundary"), Benchmark(OperationsPerInvoke = Elements)]
    public Task<long> SourceAndSink() => Run(Numbers());

    [BenchmarkCategory("boundary"), Benchmark(OperationsPerInvoke = Elements)]
    public Task<long> AsyncBoundary() => Run(Numbers().Async());

    private static Source<int, NotUsed> Numbers() => Source.From(Enumerable.Range(0, Elements));

    private static Channel<int> NewChannel() =>
        Channel.CreateBounded<int>(new BoundedChannelOptions(16) { SingleReader = true, SingleWriter = true }); // as many as a boundary holds

    private static async IAsyncEnumerable<int> Range()
    {
        await Task.CompletedTask;
        for (var i = 0; i < Elements; i++) yield return i;
    }

    private static async IAsyncEnumerable<int> Next(IAsyncEnumerable<int> elements)
    {
        await foreach (var element in elements) yield return element + 1;
    }

    private static async Task<long> Sum(IAsyncEnumerable<int> elements)
    {
        var sum = 0L;
        await foreach (var element in elements) sum += element;
        return sum;
    }

    private Task<long> Run(Source<int, NotUsed> source) =>
        source.RunWith(Sink.Aggregate<int, long>(0L, static (sum, n) => sum + n), _materializer);
}
