using System.Diagnostics;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Micro.Kernel;

/// <summary>
/// Ten million messages from one thread to one actor, against as many through an unbounded single-reader channel: the two in turns,
/// so that whatever else the machine does befalls both. Also the cost of a message without a second thread.
/// </summary>
internal static class TellBenchmark
{
    private const int Messages = 10_000_000;
    private const int Turns = 7;

    public static async Task Run()
    {
        using var system = ActorSystem.Create("tell", ConfigurationFactory.ParseString(KernelBenchmark.Config));
        List<double> channels = [], actors = [];
        for (var turn = -1; turn < Turns; turn++)
        {
            var channel = await Channels();
            var (actor, _) = await Actors(system);
            // The first turn only warms up.
            if (turn < 0)
                continue;
            channels.Add(channel);
            actors.Add(actor);
        }

        var ratio = KernelBenchmark.Median(channels.Zip(actors, static (c, a) => c / a));
        Console.WriteLine(
            $"tell: channel {Rate(channels)}, actor {Rate(actors)}; actor / channel = {ratio:0.00} (median of {Turns} turns of {Messages:N0} messages)");

        List<double> alone = [];
        var bytes = 0L;
        for (var turn = -1; turn < Turns; turn++)
        {
            var (seconds, allocated) = await SameThread(system);
            if (turn >= 0)
                alone.Add(seconds);
            bytes = allocated;
        }

        Console.WriteLine($"tell on one thread: {KernelBenchmark.Median(alone) / Messages * 1e9:0.0} ns and {(double)bytes / Messages:0.000} bytes a message");
        await system.Terminate();
    }

    private static string Rate(List<double> seconds) => $"{Messages / KernelBenchmark.Median(seconds) / 1e6:0.0} M/s";

    private static async Task<double> Channels()
    {
        var channel = Channel.CreateUnbounded<Envelope>(new UnboundedChannelOptions { SingleReader = true });
        var reader = Task.Run(async () =>
        {
            var left = Messages;
            while (left > 0 && await channel.Reader.WaitToReadAsync())
            {
                while (channel.Reader.TryRead(out _))
                    left--;
            }
        });
        var message = new object();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Messages; i++)
            channel.Writer.TryWrite(new Envelope(message, null));
        await reader;
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task<(double Seconds, long Bytes)> Actors(ActorSystem system)
    {
        var done = new TaskCompletionSource();
        var actor = system.ActorOf(Props.Create<Counter>(done, Messages));
        await actor.Ask<ActorIdentity>(new Identify(0));
        var message = new object();
        var before = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Messages; i++)
            actor.Tell(message, ActorRefs.NoSender);
        await done.Task;
        var seconds = watch.Elapsed.TotalSeconds;
        var bytes = GC.GetTotalAllocatedBytes() - before;
        await actor.GracefulStop(TimeSpan.FromSeconds(10));
        return (seconds, bytes);
    }

    /// <summary>The actor runs on the sender's thread, in batches of the throughput: what a message costs apart from its way to another core.</summary>
    private static async Task<(double Seconds, long Bytes)> SameThread(ActorSystem system)
    {
        system.Dispatchers.RegisterConfigurator("inline", new InlineConfigurator(system));
        var done = new TaskCompletionSource();
        var actor = system.ActorOf(Props.Create<Counter>(done, Messages).WithDispatcher("inline"));
        var executor = Inline.Last!;
        executor.RunAll();
        var message = new object();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Messages; i += 100)
        {
            for (var j = 0; j < 100; j++)
                actor.Tell(message, ActorRefs.NoSender);
            executor.RunAll();
        }

        var seconds = watch.Elapsed.TotalSeconds;
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        await done.Task;
        system.Stop(actor);
        executor.RunAll();
        return (seconds, bytes);
    }

    private sealed class Counter(TaskCompletionSource done, int messages) : UntypedActor
    {
        private int _left = messages;

        protected override void OnReceive(object message)
        {
            if (--_left == 0)
                done.TrySetResult();
        }
    }

    private sealed class Inline(string id) : ExecutorService(id)
    {
        private readonly Queue<IRunnable> _work = new();

        public static Inline? Last { get; private set; }

        public static Inline Create(string id) => Last = new Inline(id);

        public override void Execute(IRunnable run) => _work.Enqueue(run);

        public void RunAll()
        {
            while (_work.TryDequeue(out var run))
                run.Run();
        }

        public override void Shutdown()
        {
        }
    }

    private sealed class InlineFactory : ExecutorServiceFactory
    {
        public override ExecutorService Produce(string id) => Inline.Create(id);
    }

    private sealed class InlineConfigurator : MessageDispatcherConfigurator
    {
        private readonly Dispatcher _dispatcher;

        public InlineConfigurator(ActorSystem system)
            : base(Config.Empty, system.Dispatchers.Prerequisites) =>
            _dispatcher = new Dispatcher(this, "inline", 100, null, new InlineFactory(), TimeSpan.FromHours(1));

        public override MessageDispatcher Dispatcher() => _dispatcher;
    }
}
