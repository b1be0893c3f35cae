using ActorServer.IO.Polling;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorServer.Dispatch;

/// <summary>
/// Produces leader/followers for a dispatcher: <c>executor = "ActorServer.Dispatch.LeaderFollowerConfigurator, ActorServer.Server"</c>, with
/// <c>workers</c> saying how many threads (one per core when absent) and <c>poller</c> naming the handle set (<c>auto</c> when absent).
/// </summary>
/// <param name="config">The dispatcher's section.</param>
/// <param name="prerequisites">What dispatchers share.</param>
public sealed class LeaderFollowerConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <inheritdoc/>
    public override ExecutorService Produce(string id) => new LeaderFollower(
        id, Config.GetInt("workers", Math.Max(2, Environment.ProcessorCount)), Pollers.Create(Config.GetString("poller", Pollers.Auto)), exception =>
            Prerequisites.EventStream.Publish(new Error(exception, id, typeof(LeaderFollower), "a mailbox run failed on a thread of the set")));
}
