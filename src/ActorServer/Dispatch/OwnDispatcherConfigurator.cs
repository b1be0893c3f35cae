using Akka.Configuration;
using Akka.Dispatch;

namespace ActorServer.Dispatch;

/// <summary>A dispatcher of its own for one executor, registered under an id instead of being looked up in HOCON.</summary>
public sealed class OwnDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly Dispatcher _dispatcher;

    /// <summary>Makes the dispatcher; its executor starts with the first actor.</summary>
    /// <param name="config">The section: <c>id</c>, <c>throughput</c>, and what the executor reads.</param>
    /// <param name="prerequisites">What dispatchers share.</param>
    /// <param name="executor">Makes the executor.</param>
    public OwnDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites, ExecutorServiceFactory executor) : base(config, prerequisites) =>
        _dispatcher = new Dispatcher(this, config.GetString("id")!, config.GetInt("throughput", MessageDispatcher.DefaultThroughput),
            throughputDeadlineTime: null, executor, shutdownTimeout: TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    public override MessageDispatcher Dispatcher() => _dispatcher;
}
