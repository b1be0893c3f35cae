using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// Runs the pieces of an asynchronous handler inside its actor, each as a system message, while the actor's ordinary messages wait.
/// </summary>
public sealed class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;

    internal ActorTaskScheduler(ActorCell cell) => _cell = cell;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs an action inside the actor that is running on this thread; no message is handled before it is done.</summary>
    /// <param name="action">The action.</param>
    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Runs an asynchronous action inside the actor that is running on this thread; no message is handled before it is done.</summary>
    /// <param name="asyncAction">The action; after an <c>await</c> it goes on inside the actor. If it throws, the actor fails.</param>
    /// <exception cref="InvalidOperationException">No actor is running on this thread.</exception>
    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        // With the scheduler current, what follows an await is queued to it.
        var start = new Task<Task>(asyncAction);
        start.RunSynchronously(cell.TaskScheduler);
        var task = start.GetAwaiter().GetResult();
        if (task.IsCompleted)
            task.GetAwaiter().GetResult();
        else
            cell.Await(task);
    }

    /// <inheritdoc/>
    protected override IEnumerable<Task>? GetScheduledTasks() => null;

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => _cell.SendSystemMessage(new ActorTaskMessage(() => Execute(task)));

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(ActorCell.Current, _cell) && Execute(task);

    /// <summary>An <c>await</c> would go on in a synchronization context rather than here, so there must be none.</summary>
    private bool Execute(Task task)
    {
        if (SynchronizationContext.Current is not { } context)
            return TryExecuteTask(task);
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return TryExecuteTask(task);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
