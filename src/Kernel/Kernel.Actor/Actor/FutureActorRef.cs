using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The sender of a question: lives for one answer, which completes a task.</summary>
internal abstract class FutureActorRef(IActorRefProvider provider, ActorPath path) : MinimalActorRef
{
    public override ActorPath Path { get; } = path;

    public override IActorRefProvider Provider { get; } = provider;

    public override IInternalActorRef Parent => Provider.TempContainer;

    /// <summary>A watched actor's end is an answer, too.</summary>
    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification notification)
        {
            this.Tell(
                new Terminated(notification.Actor, notification.ExistenceConfirmed, notification.AddressTerminated),
                notification.Actor);
        }
        else if (message is Watch watch && watch.Watchee.Equals(this) && IsTerminated)
        {
            watch.Watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
        }
    }
}

/// <summary>The sender of a question whose answer is a <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The class of answers.</typeparam>
internal sealed class FutureActorRef<T>(IActorRefProvider provider, ActorPath path) : FutureActorRef(provider, path)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    public override bool IsTerminated => _answer.Task.IsCompleted;

    public void Fail(Exception cause) => _answer.TrySetException(cause);

    public void Cancel(CancellationToken cancellationToken) => _answer.TrySetCanceled(cancellationToken);

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var taken = message switch
        {
            T answer => _answer.TrySetResult(answer),
            Status.Failure failure => _answer.TrySetException(failure.Cause ?? new TaskCanceledException("Status.Failure without a cause")),
            _ => _answer.TrySetException(new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (!taken)
            Provider.DeadLetters.Tell(new Akka.Event.DeadLetter(message, sender, this), sender);
    }
}
