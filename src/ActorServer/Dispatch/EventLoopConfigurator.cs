using ActorServer.IO.Polling;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorServer.Dispatch;

/// <summary>
/// Produces event loops for a dispatcher: <c>executor = "ActorServer.Dispatch.EventLoopConfigurator, ActorServer.Server"</c>, with
/// <c>poller</c> naming the demultiplexer (<c>auto</c> when absent). Works for any actor, not only for those of the server.
/// </summary>
/// <param name="config">The dispatcher's section.</param>
/// <param name="prerequisites">What dispatchers share.</param>
public sealed class EventLoopConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <inheritdoc/>
    public override ExecutorService Produce(string id) => new EventLoop(id, Pollers.Create(Config.GetString("poller", Pollers.Auto)), exception =>
        Prerequisites.EventStream.Publish(new Error(exception, id, typeof(EventLoop), "a mailbox run failed on the event loop")));
}
