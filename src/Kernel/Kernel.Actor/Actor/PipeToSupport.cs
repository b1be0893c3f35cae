namespace Akka.Actor;

/// <summary>Sends what comes of a task to an actor.</summary>
public static class PipeToSupport
{
    /// <summary>Sends a task's result as a message, or its failure as a <see cref="Status.Failure"/>.</summary>
    /// <typeparam name="T">The class of the result.</typeparam>
    /// <param name="taskToPipe">The task.</param>
    /// <param name="recipient">Who gets the message.</param>
    /// <param name="sender">In whose name; null for the actor that is running on this thread.</param>
    /// <param name="success">Makes the message from the result; null for the result itself.</param>
    /// <param name="failure">Makes the message from the failure; null for a <see cref="Status.Failure"/>.</param>
    /// <returns>A task that completes when the message is sent.</returns>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
    {
        sender ??= ActorCell.GetCurrentSelfOrNoSender();
        return Pipe();

        async Task Pipe()
        {
            object message;
            try
            {
                var result = await taskToPipe.ConfigureAwait(false);
                message = success is not null ? success(result) : result!;
            }
            catch (Exception e)
            {
                message = failure is not null ? failure(e) : new Status.Failure(e);
            }

            recipient.Tell(message, sender);
        }
    }

    /// <summary>Sends a message when a task is done, or its failure as a <see cref="Status.Failure"/>.</summary>
    /// <param name="taskToPipe">The task.</param>
    /// <param name="recipient">Who gets the message.</param>
    /// <param name="sender">In whose name; null for the actor that is running on this thread.</param>
    /// <param name="success">Makes the message; null for sending nothing.</param>
    /// <param name="failure">Makes the message from the failure; null for a <see cref="Status.Failure"/>.</param>
    /// <returns>A task that completes when the message is sent.</returns>
    public static Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null)
    {
        sender ??= ActorCell.GetCurrentSelfOrNoSender();
        return Pipe();

        async Task Pipe()
        {
            try
            {
                await taskToPipe.ConfigureAwait(false);
                if (success is not null)
                    recipient.Tell(success(), sender);
            }
            catch (Exception e)
            {
                recipient.Tell(failure is not null ? failure(e) : new Status.Failure(e), sender);
            }
        }
    }
}

/// <summary>Stops an actor and waits for its end.</summary>
public static class GracefulStopSupport
{
    /// <summary>Stops an actor with a <see cref="PoisonPill"/> and waits for its end.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>True when it has ended; fails with <see cref="TaskCanceledException"/> when it has not in time.</returns>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>Stops an actor with a message of one's own and waits for its end.</summary>
    /// <param name="target">The actor.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="stopMessage">The message on which the actor stops.</param>
    /// <returns>True when it has ended; fails with <see cref="TaskCanceledException"/> when it has not in time.</returns>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var actor = (IInternalActorRef)target;
        try
        {
            await new WatchedStop(actor, stopMessage).Ask<Terminated>(static self => self, timeout, CancellationToken.None);
            return true;
        }
        catch (AskTimeoutException e)
        {
            throw new TaskCanceledException($"{target} did not stop within {timeout}", e);
        }
    }

    /// <summary>Makes a question of stopping an actor: its end is the answer.</summary>
    private sealed class WatchedStop(IInternalActorRef actor, object stopMessage) : MinimalActorRef
    {
        public override ActorPath Path => actor.Path;

        public override IActorRefProvider Provider => actor.Provider;

        protected override void TellInternal(object message, IActorRef? sender)
        {
            actor.SendSystemMessage(new Dispatch.SysMsg.Watch(actor, (IInternalActorRef)sender!));
            actor.Tell(stopMessage, ActorRefs.NoSender);
        }
    }
}
