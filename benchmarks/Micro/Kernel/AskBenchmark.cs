using System.Threading.Channels;
using Akka.Actor;
using BenchmarkDotNet.Attributes;

namespace Micro.Kernel;

/// <summary>A question and its answer, beside a request that brings its own task to a channel's reader.</summary>
[InProcess]
[MemoryDiagnoser]
public class AskBenchmark
{
    private const int Questions = 20_000;

    private readonly Channel<TaskCompletionSource<object>> _channel =
        Channel.CreateUnbounded<TaskCompletionSource<object>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly object _message = new();
    private ActorSystem _system = null!;
    private IActorRef _actor = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = Quiet.System();
        _actor = _system.ActorOf(Props.Create(() => new Echo()));
        _ = Answer();
    }

    [GlobalCleanup]
    public Task Stop()
    {
        _channel.Writer.Complete();
        return _system.Terminate();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Questions)]
    public async Task Channels()
    {
        for (var i = 0; i < Questions; i++)
        {
            var question = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
            _channel.Writer.TryWrite(question);
            await question.Task;
        }
    }

    [Benchmark(OperationsPerInvoke = Questions)]
    public async Task Actors()
    {
        for (var i = 0; i < Questions; i++) await _actor.Ask<object>(_message);
    }

    private async Task Answer()
    {
        await foreach (var question in _channel.Reader.ReadAllAsync()) question.SetResult(_message);
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
