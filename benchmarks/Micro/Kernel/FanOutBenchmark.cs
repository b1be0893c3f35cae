using System.Threading.Channels;
using Akka.Actor;
using Akka.Routing;
using BenchmarkDotNet.Attributes;

namespace Micro.Kernel;

/// <summary>One message to 64 actors, told to each and through a broadcasting router, beside a write to each of 64 channels.</summary>
[InProcess]
[MemoryDiagnoser]
public class FanOutBenchmark
{
    private const int Receivers = 64;
    private const int Rounds = 10_000;
    private const int Messages = Receivers * Rounds;

    private readonly object _message = new();
    private readonly Channel<object>[] _channels = [.. Enumerable.Range(0, Receivers).Select(_ =>
        Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true }))];
    private readonly Countdown[] _counts = [.. Enumerable.Range(0, Receivers).Select(_ => new Countdown())];
    private ActorSystem _system = null!;
    private IActorRef[] _actors = [];
    private IActorRef _router = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = Quiet.System();
        _actors = [.. _counts.Select(count => _system.ActorOf(Props.Create(() => new Counter(count))))];
        _router = _system.ActorOf(Props.Empty.WithRouter(new BroadcastGroup(_actors.Select(actor => actor.Path.ToStringWithoutAddress()))));
        for (var i = 0; i < Receivers; i++) _ = Read(_channels[i].Reader, _counts[i]);
    }

    [GlobalCleanup]
    public Task Stop()
    {
        foreach (var channel in _channels) channel.Writer.Complete();
        return _system.Terminate();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public Task Channels()
    {
        var done = Begin();
        for (var i = 0; i < Rounds; i++)
        {
            foreach (var channel in _channels) channel.Writer.TryWrite(_message);
        }

        return done;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task Actors()
    {
        var done = Begin();
        for (var i = 0; i < Rounds; i++)
        {
            foreach (var actor in _actors) actor.Tell(_message, ActorRefs.NoSender);
        }

        return done;
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task Router()
    {
        var done = Begin();
        for (var i = 0; i < Rounds; i++) _router.Tell(_message, ActorRefs.NoSender);
        return done;
    }

    private static async Task Read(ChannelReader<object> reader, Countdown done)
    {
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out _)) done.One();
        }
    }

    private Task Begin() => Task.WhenAll(Array.ConvertAll(_counts, count => count.From(Rounds)));
}
