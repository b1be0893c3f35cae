using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor whose behaviour is one method that gets every message.</summary>
public abstract class UntypedActor : ActorBase
{
    /// <summary>The context of the actor that is running on this thread.</summary>
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    /// <summary>Handles a message. One that means nothing to the actor goes to <see cref="ActorBase.Unhandled"/>.</summary>
    /// <param name="message">The message.</param>
    protected abstract void OnReceive(object message);

    /// <summary>Runs an action inside the actor; no message is handled before it is done.</summary>
    /// <param name="action">The action.</param>
    protected void RunTask(Action action) => ActorTaskScheduler.RunTask(action);

    /// <summary>Runs an asynchronous action inside the actor; no message is handled before it is done.</summary>
    /// <param name="action">The action; after an <c>await</c> it goes on inside the actor.</param>
    protected void RunTask(Func<Task> action) => ActorTaskScheduler.RunTask(action);

    /// <summary>Replaces the behaviour.</summary>
    /// <param name="receive">The new behaviour.</param>
    protected void Become(UntypedReceive receive) => Context.Become(receive);

    /// <summary>Puts a behaviour on top of the present one.</summary>
    /// <param name="receive">The new behaviour.</param>
    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);
}
