using System.Threading.Channels;
using Akka.Actor;
using BenchmarkDotNet.Attributes;

namespace Micro.Kernel;

/// <summary>An actor from its creation through one message to its end, beside a channel and the task that reads it.</summary>
[InProcess]
[MemoryDiagnoser]
public class CreationBenchmark
{
    private const int Count = 20_000;

    private readonly object _message = new();
    private ActorSystem _system = null!;

    [GlobalSetup]
    public void Start() => _system = Quiet.System();

    [GlobalCleanup]
    public Task Stop() => _system.Terminate();

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public Task Channels()
    {
        var readers = new Task[Count];
        for (var i = 0; i < Count; i++)
        {
            var channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
            readers[i] = Task.Run(async () =>
            {
                while (await channel.Reader.WaitToReadAsync())
                {
                    while (channel.Reader.TryRead(out _)) { }
                }
            });
            channel.Writer.TryWrite(_message);
            channel.Writer.Complete();
        }

        return Task.WhenAll(readers);
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public async Task Actors()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var left = new CountdownEvent(Count);
        var parent = _system.ActorOf(Props.Create(() => new Parent(left, done)));
        parent.Tell(_message);
        await done.Task;
        await parent.GracefulStop(TimeSpan.FromSeconds(30));
    }

    private sealed class Parent : UntypedActor
    {
        private readonly Props _child;

        public Parent(CountdownEvent left, TaskCompletionSource done) => _child = Props.Create(() => new Child(left, done));

        protected override void OnReceive(object message)
        {
            for (var i = 0; i < Count; i++) Context.ActorOf(_child).Tell(message);
        }
    }

    private sealed class Child(CountdownEvent left, TaskCompletionSource done) : UntypedActor
    {
        protected override void OnReceive(object message) => Context.Stop(Self);

        protected override void PostStop()
        {
            if (left.Signal()) done.SetResult();
        }
    }
}
