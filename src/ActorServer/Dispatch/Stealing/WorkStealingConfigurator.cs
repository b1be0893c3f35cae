using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorServer.Dispatch.Stealing;

/// <summary>
/// Produces work-stealing threads for a dispatcher: <c>executor = work-stealing-executor</c>, or by its class where Akka.NET itself is the
/// kernel: <c>executor = "ActorServer.Dispatch.Stealing.WorkStealingConfigurator, ActorServer.Server"</c>. <c>workers</c> says how many threads (one
/// per core, at least 2, when absent). Works for any actor, not only for those of the server.
/// </summary>
/// <param name="config">The dispatcher's section.</param>
/// <param name="prerequisites">What dispatchers share.</param>
public sealed class WorkStealingConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <summary>Told of each set of threads that is started.</summary>
    public Action<WorkStealing>? Started { get; init; }

    /// <inheritdoc/>
    public override ExecutorService Produce(string id)
    {
        var threads = new WorkStealing(id, Config.GetInt("workers", Math.Max(2, Environment.ProcessorCount)), exception =>
            Prerequisites.EventStream.Publish(new Error(exception, id, typeof(WorkStealing), "a run failed on a work-stealing thread")));
        Started?.Invoke(threads);
        return threads;
    }
}
