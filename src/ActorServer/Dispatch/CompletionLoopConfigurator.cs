using ActorServer.IO.Completion;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorServer.Dispatch;

/// <summary>
/// Produces completion loops for a dispatcher: <c>executor = "ActorServer.Dispatch.CompletionLoopConfigurator, ActorServer.Server"</c>,
/// with <c>engine</c> naming what carries operations out (<c>auto</c> when absent). Works for any actor, not only for those of the server.
/// </summary>
/// <param name="config">The dispatcher's section.</param>
/// <param name="prerequisites">What dispatchers share.</param>
public sealed class CompletionLoopConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <inheritdoc/>
    public override ExecutorService Produce(string id) => new CompletionLoop(id, CompletionQueues.Create(Config.GetString("engine", CompletionQueues.Auto)), exception =>
        Prerequisites.EventStream.Publish(new Error(exception, id, typeof(CompletionLoop), "a mailbox run failed on the completion loop")));
}
