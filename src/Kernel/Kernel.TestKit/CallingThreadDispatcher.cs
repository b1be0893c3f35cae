using Akka.Configuration;
using Akka.Dispatch;

namespace Akka.TestKit;

/// <summary>Makes <see cref="CallingThreadDispatcher"/>s.</summary>
public sealed class CallingThreadDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly CallingThreadDispatcher _instance;

    /// <summary>Creates a configurator.</summary>
    /// <param name="config">The dispatcher's section.</param>
    /// <param name="prerequisites">What the actor system offers.</param>
    public CallingThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _instance = new(this);

    /// <inheritdoc/>
    public override MessageDispatcher Dispatcher() => _instance;
}

/// <summary>
/// Runs an actor on the thread that sends to it: when <c>Tell</c> returns, the message has been handled, unless another thread was
/// running the actor already; then that one goes on with it.
/// </summary>
public sealed class CallingThreadDispatcher : MessageDispatcher
{
    /// <summary>The id of this dispatcher.</summary>
    public new const string Id = "akka.test.calling-thread-dispatcher";

    /// <summary>Creates a dispatcher.</summary>
    /// <param name="configurator">What it was configured by.</param>
    public CallingThreadDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        Throughput = configurator.Config.GetInt("throughput", int.MaxValue);
    }

    /// <inheritdoc/>
    protected override void ExecuteTask(IRunnable run)
    {
        ArgumentNullException.ThrowIfNull(run);
        // What an actor awaits must come back to the actor, not to where the sender of its message would go on.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            run.Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>There is no thread to let go of.</summary>
    protected override void Shutdown()
    {
    }
}
