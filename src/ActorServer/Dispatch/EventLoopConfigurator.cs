using ActorServer.IO.Polling;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace ActorServer.Dispatch;

/// <summary>
/// Produces event loops for a dispatcher: <c>executor = "ActorServer.Dispatch.EventLoopConfigurator, ActorServer.Server"</c>, with
/// <c>poller</c> naming the demultiplexer (<c>auto</c> when absent), <c>library</c> the file that has <c>kqueue</c> (the system's own when
/// absent), and <c>keeps-handlers</c> whether asynchronous handlers of connections continue on the loop's thread (<c>off</c> when absent).
/// Works for any actor, not only for those of the server.
/// </summary>
/// <param name="config">The dispatcher's section.</param>
/// <param name="prerequisites">What dispatchers share.</param>
public sealed class EventLoopConfigurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <summary>Told of each loop that is started.</summary>
    public Action<EventLoop>? Started { get; init; }

    /// <inheritdoc/>
    public override ExecutorService Produce(string id)
    {
        var poller = Pollers.Create(Config.GetString("poller", Pollers.Auto), Config.GetString("library", null));
        var loop = new EventLoop(id, poller, Report, Config.GetBoolean("keeps-handlers"));
        Started?.Invoke(loop);
        return loop;

        void Report(Exception exception) =>
            Prerequisites.EventStream.Publish(new Error(exception, id, typeof(EventLoop), "a mailbox run failed on the event loop"));
    }
}
