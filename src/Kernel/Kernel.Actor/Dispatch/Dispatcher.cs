using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>
/// Runs actors on an executor, which is made at first use, and anew after a <see cref="Shutdown"/>.
/// </summary>
public class Dispatcher : MessageDispatcher
{
    private readonly ExecutorServiceFactory _executorServiceFactory;
    private Lazy<ExecutorService> _executor;

    /// <summary>Creates a dispatcher.</summary>
    /// <param name="configurator">What it is configured by.</param>
    /// <param name="id">The configuration path.</param>
    /// <param name="throughput">How many messages an actor may handle before another one gets its thread.</param>
    /// <param name="throughputDeadlineTime">How long it may go on, in ticks of 100 ns; null for as long as it likes.</param>
    /// <param name="executorServiceFactory">Makes the executor.</param>
    /// <param name="shutdownTimeout">How long after the last actor's end the executor is kept.</param>
    public Dispatcher(
        MessageDispatcherConfigurator configurator,
        string id,
        int throughput,
        long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout)
        : base(configurator)
    {
        Id = id;
        Throughput = throughput;
        ThroughputDeadlineTime = throughputDeadlineTime;
        ShutdownTimeout = shutdownTimeout;
        _executorServiceFactory = executorServiceFactory;
        _executor = NewExecutor();
    }

    /// <inheritdoc/>
    protected override void ExecuteTask(IRunnable run)
    {
        try
        {
            Executor.Execute(run);
        }
        catch (RejectedExecutionException)
        {
            // The executor was just being shut down when work came: the next one is in place already.
            try
            {
                Executor.Execute(run);
            }
            catch (RejectedExecutionException e)
            {
                EventStream.Publish(new Error(e, GetType().FullName ?? Id, GetType(), "Schedule was rejected twice!"));
                throw;
            }
        }
    }

    /// <inheritdoc/>
    protected override void Shutdown()
    {
        var old = Interlocked.Exchange(ref _executor, NewExecutor());
        if (old.IsValueCreated)
            old.Value.Shutdown();
    }

    private ExecutorService Executor => Volatile.Read(ref _executor).Value;

    private Lazy<ExecutorService> NewExecutor() => new(() => _executorServiceFactory.Produce(Id));
}

/// <summary>A dispatcher of one actor, which so has its executor to itself.</summary>
public sealed class PinnedDispatcher : Dispatcher
{
    private readonly SoleInhabitant _inhabitant = new();

    /// <inheritdoc cref="Dispatcher(MessageDispatcherConfigurator, string, int, long?, ExecutorServiceFactory, TimeSpan)"/>
    public PinnedDispatcher(
        MessageDispatcherConfigurator configurator,
        string id,
        int throughput,
        long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout)
        : base(configurator, id, throughput, throughputDeadlineTime, executorServiceFactory, shutdownTimeout)
    {
    }

    internal override void Register(ActorCell cell)
    {
        _inhabitant.Admit(cell);
        base.Register(cell);
    }

    internal override void Unregister(ActorCell cell)
    {
        base.Unregister(cell);
        _inhabitant.Release();
    }
}

/// <summary>A dispatcher of one actor that runs on a synchronization context, such as a user interface's thread.</summary>
public sealed class CurrentSynchronizationContextDispatcher : Dispatcher
{
    private readonly SoleInhabitant _inhabitant = new();

    /// <inheritdoc cref="Dispatcher(MessageDispatcherConfigurator, string, int, long?, ExecutorServiceFactory, TimeSpan)"/>
    public CurrentSynchronizationContextDispatcher(
        MessageDispatcherConfigurator configurator,
        string id,
        int throughput,
        long? throughputDeadlineTime,
        ExecutorServiceFactory executorServiceFactory,
        TimeSpan shutdownTimeout)
        : base(configurator, id, throughput, throughputDeadlineTime, executorServiceFactory, shutdownTimeout)
    {
    }

    internal override void Register(ActorCell cell)
    {
        _inhabitant.Admit(cell);
        base.Register(cell);
    }

    internal override void Unregister(ActorCell cell)
    {
        base.Unregister(cell);
        _inhabitant.Release();
    }
}

/// <summary>The one actor that a dispatcher may have.</summary>
internal sealed class SoleInhabitant
{
    private ActorCell? _owner;

    public void Admit(ActorCell cell)
    {
        var owner = Interlocked.CompareExchange(ref _owner, cell, null);
        if (owner is not null && !ReferenceEquals(owner, cell))
            throw new InvalidOperationException($"Cannot register {cell.Self}: this dispatcher belongs to {owner.Self}.");
    }

    public void Release() => Volatile.Write(ref _owner, null);
}
