using System.Threading.Channels;
using Akka.Actor;
using BenchmarkDotNet.Attributes;

namespace Micro.Kernel;

/// <summary>Pairs that send each other the same message to and fro, beside pairs of tasks that do so over two channels.</summary>
/// <remarks>
/// With one pair and a window of one each message is a hand-over to a sleeping party; with 64 pairs that have a hundred messages under way
/// each the processors are never idle. The aim: at least 0.7 of the channels' rate (a ratio of at most 1.43).
/// </remarks>
[InProcess]
[MemoryDiagnoser]
public class PingPongBenchmark
{
    private const int Messages = 512_000;

    private readonly object _ball = new();
    private ActorSystem _system = null!;

    /// <summary>Pairs, and balls that each pair keeps in the air.</summary>
    [ParamsSource(nameof(Loads))]
    public required Load Pairs { get; set; }

    public static IEnumerable<Load> Loads => [new(1, 1), new(64, 100)];

    [GlobalSetup]
    public void Start() => _system = Quiet.System();

    [GlobalCleanup]
    public Task Stop() => _system.Terminate();

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public Task Channels() => Task.WhenAll(Enumerable.Range(0, Pairs.Count).Select(async _ =>
    {
        Channel<object> there = NewChannel(), back = NewChannel();
        for (var i = 0; i < Pairs.Window; i++) there.Writer.TryWrite(_ball);
        var answering = Task.Run(() => Return(there.Reader, back.Writer, int.MaxValue));
        await Task.Run(() => Return(back.Reader, there.Writer, Messages / 2 / Pairs.Count));
        there.Writer.Complete();
        await answering;
    }));

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task Actors() => Task.WhenAll(Enumerable.Range(0, Pairs.Count).Select(async _ =>
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answering = _system.ActorOf(Props.Create(() => new Player(null, int.MaxValue)));
        var serving = _system.ActorOf(Props.Create(() => new Player(done, Messages / 2 / Pairs.Count)));
        for (var i = 0; i < Pairs.Window; i++) answering.Tell(_ball, serving);
        await done.Task;
        _system.Stop(serving);
        _system.Stop(answering);
    }));

    private static Channel<object> NewChannel() =>
        Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });

    private static async Task Return(ChannelReader<object> reader, ChannelWriter<object> writer, int count)
    {
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var ball))
            {
                if (--count == 0) return;
                writer.TryWrite(ball);
            }
        }
    }

    private sealed class Player(TaskCompletionSource? done, int count) : UntypedActor
    {
        private int _left = count;

        protected override void OnReceive(object message)
        {
            if (--_left == 0) done?.SetResult();
            else if (_left > 0) Sender.Tell(message);
        }
    }

    /// <summary>How many play at once.</summary>
    /// <param name="Count">Pairs.</param>
    /// <param name="Window">Messages that each pair has under way.</param>
    public sealed record Load(int Count, int Window)
    {
        public override string ToString() => $"{Count} x {Window}";
    }
}
