using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorServer.Dispatch;

/// <summary>Produces threads that may block for a dispatcher.</summary>
/// <param name="config">The dispatcher's section.</param>
/// <param name="prerequisites">What dispatchers share.</param>
/// <param name="set">How many threads.</param>
public sealed class BlockingThreadsConfigurator(Config config, IDispatcherPrerequisites prerequisites, ThreadSet set)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <summary>Told of each set of threads that is started.</summary>
    public Action<BlockingThreads>? Started { get; init; }

    /// <inheritdoc/>
    public override ExecutorService Produce(string id)
    {
        var threads = new BlockingThreads(id, set, exception =>
            Prerequisites.EventStream.Publish(new Error(exception, id, typeof(BlockingThreads), "a run failed on a thread of its own")));
        Started?.Invoke(threads);
        return threads;
    }
}
