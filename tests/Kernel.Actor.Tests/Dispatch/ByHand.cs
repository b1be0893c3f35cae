using Akka.Configuration;
using Akka.Dispatch;

namespace Kernel.Actor.Tests.Dispatch;

/// <summary>An executor that a test turns by hand.</summary>
internal sealed class ByHand(string id) : ExecutorService(id)
{
    public Queue<IRunnable> Work { get; } = new();

    public int Shutdowns { get; private set; }

    public bool Reject { get; set; }

    public bool Free { get; set; }

    public override void Execute(IRunnable run)
    {
        if (Free)
            ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
        else if (Reject)
            throw new RejectedExecutionException("not now");
        else
            Work.Enqueue(run);
    }

    public void RunOne() => Work.Dequeue().Run();

    public void RunAll()
    {
        while (Work.Count > 0)
            RunOne();
    }

    public override void Shutdown() => Shutdowns++;
}

/// <summary>Makes executors that a test turns by hand.</summary>
internal sealed class ByHandFactory : ExecutorServiceFactory
{
    public List<ByHand> Made { get; } = [];

    public bool Free { get; set; }

    public bool Reject { get; set; }

    public override ExecutorService Produce(string id)
    {
        var made = new ByHand(id) { Free = Free, Reject = Reject };
        Made.Add(made);
        return made;
    }
}

/// <summary>A dispatcher, <c>by-hand</c>, over such an executor.</summary>
internal sealed class ByHandConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _dispatcher;

    public ByHandConfigurator(IDispatcherPrerequisites prerequisites, ExecutorServiceFactory executors, int throughput, long? deadline = null)
        : base(Config.Empty, prerequisites) =>
        _dispatcher = new Dispatcher(this, "by-hand", throughput, deadline, executors, TimeSpan.FromMilliseconds(1));

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
