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

/// <summary>A dispatcher of its own for one completion loop, registered under an id instead of being looked up in HOCON.</summary>
public sealed class CompletionLoopDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _dispatcher;

    /// <summary>Makes the dispatcher; its loop starts with the first actor.</summary>
    /// <param name="config">The section: <c>id</c>, <c>engine</c>, <c>throughput</c>.</param>
    /// <param name="prerequisites">What dispatchers share.</param>
    public CompletionLoopDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites) : base(config, prerequisites) =>
        _dispatcher = new Dispatcher(this, config.GetString("id")!, config.GetInt("throughput", MessageDispatcher.DefaultThroughput),
            throughputDeadlineTime: null, new CompletionLoopConfigurator(config, prerequisites), shutdownTimeout: TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    public override MessageDispatcher Dispatcher() => _dispatcher;
}
