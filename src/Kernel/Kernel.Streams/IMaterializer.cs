using Akka.Actor;
using Akka.Dispatch;

namespace Akka.Streams;

/// <summary>Makes graphs run.</summary>
public interface IMaterializer
{
    /// <summary>Gets the dispatcher of islands that name none.</summary>
    MessageDispatcher ExecutionContext { get; }

    /// <summary>Gets the actor system.</summary>
    ActorSystem System { get; }

    /// <summary>Makes the same materializer with another beginning of its actors' names.</summary>
    /// <param name="namePrefix">The beginning.</param>
    /// <returns>The materializer.</returns>
    IMaterializer WithNamePrefix(string namePrefix);

    /// <summary>Makes a graph run.</summary>
    /// <typeparam name="TMat">What it materializes to.</typeparam>
    /// <param name="runnable">The graph.</param>
    /// <returns>The materialized value.</returns>
    TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable);

    /// <summary>Makes a graph run.</summary>
    /// <typeparam name="TMat">What it materializes to.</typeparam>
    /// <param name="runnable">The graph.</param>
    /// <param name="initialAttributes">What holds unless the graph says otherwise.</param>
    /// <returns>The materialized value.</returns>
    TMat Materialize<TMat>(IGraph<ClosedShape, TMat> runnable, Attributes initialAttributes);

    /// <summary>Does something later, on the scheduler's thread.</summary>
    /// <param name="delay">The time before it.</param>
    /// <param name="action">What to do.</param>
    /// <returns>Calls it off.</returns>
    ICancelable ScheduleOnce(TimeSpan delay, Action action);

    /// <summary>Does something again and again, on the scheduler's thread.</summary>
    /// <param name="initialDelay">The time before the first time.</param>
    /// <param name="interval">The time before each further time.</param>
    /// <param name="action">What to do.</param>
    /// <returns>Calls it off.</returns>
    ICancelable ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action);
}
