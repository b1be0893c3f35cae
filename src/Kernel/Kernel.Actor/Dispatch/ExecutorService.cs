using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>
/// Threads for a dispatcher. May be made and shut down several times in a dispatcher's life: whenever the last actor leaves, and anew
/// for the next one.
/// </summary>
public abstract class ExecutorService
{
    /// <summary>Creates an executor.</summary>
    /// <param name="id">The id of the dispatcher it works for.</param>
    protected ExecutorService(string id) => Id = id;

    /// <summary>The id of the dispatcher it works for.</summary>
    public string Id { get; }

    /// <summary>Runs a piece of work, now or later, on a thread of the executor's choice.</summary>
    /// <param name="run">The work; a mailbox is the same object for its actor's whole life.</param>
    /// <exception cref="RejectedExecutionException">The executor is shut down.</exception>
    public abstract void Execute(IRunnable run);

    /// <summary>Lets go of all threads; work that was accepted before is still done.</summary>
    public abstract void Shutdown();
}

/// <summary>An executor does not take work, because it is shut down.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The exception behind it, if any.</param>
public class RejectedExecutionException(string? message = null, Exception? inner = null) : AkkaException(message, inner);

/// <summary>Makes executors.</summary>
public abstract class ExecutorServiceFactory
{
    /// <summary>Makes an executor.</summary>
    /// <param name="id">The id of the dispatcher it is for.</param>
    /// <returns>A new executor.</returns>
    public abstract ExecutorService Produce(string id);
}

/// <summary>
/// Makes executors from configuration. A class named by <c>executor = "Ns.Class, Assembly"</c> needs a public constructor with
/// the same two parameters.
/// </summary>
public abstract class ExecutorServiceConfigurator : ExecutorServiceFactory
{
    /// <summary>Creates a factory.</summary>
    /// <param name="config">The dispatcher's section.</param>
    /// <param name="prerequisites">What the actor system offers.</param>
    protected ExecutorServiceConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    /// <summary>The dispatcher's section.</summary>
    public Config Config { get; }

    /// <summary>What the actor system offers.</summary>
    public IDispatcherPrerequisites Prerequisites { get; }
}
