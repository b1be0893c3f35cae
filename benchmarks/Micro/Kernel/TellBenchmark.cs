using System.Threading.Channels;
using Akka.Actor;
using BenchmarkDotNet.Attributes;

namespace Micro.Kernel;

/// <summary>A message of a reference type from one thread to one actor, beside a write to an unbounded channel that one task reads.</summary>
/// <remarks>The aim: at least 0.7 of the channel's rate (a ratio of at most 1.43), and no allocation.</remarks>
[InProcess]
[MemoryDiagnoser]
public class TellBenchmark
{
    private const int Messages = 1_000_000;

    private readonly object _message = new();
    private readonly Channel<object> _channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Countdown _channelDone = new();
    private readonly Countdown _actorDone = new();
    private ActorSystem _system = null!;
    private IActorRef _actor = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = Quiet.System();
        _actor = _system.ActorOf(Props.Create(() => new Counter(_actorDone)));
        _ = Read(_channel.Reader, _channelDone);
    }

    [GlobalCleanup]
    public Task Stop()
    {
        _channel.Writer.Complete();
        return _system.Terminate();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public Task Channels()
    {
        var done = _channelDone.From(Messages);
        for (var i = 0; i < Messages; i++) _channel.Writer.TryWrite(_message);
        return done;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task Actors()
    {
        var done = _actorDone.From(Messages);
        for (var i = 0; i < Messages; i++) _actor.Tell(_message, ActorRefs.NoSender);
        return done;
    }

    private static async Task Read(ChannelReader<object> reader, Countdown done)
    {
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out _)) done.One();
        }
    }
}
