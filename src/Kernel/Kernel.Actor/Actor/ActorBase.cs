using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// An actor: state and behaviour that only one thread at a time ever touches. Made with <see cref="IActorRefFactory.ActorOf"/>, never
/// with <c>new</c>; the constructor runs on the actor's dispatcher.
/// </summary>
public abstract class ActorBase
{
    // What is being handled, or what the actor failed on. It changes with every message, and so lies here, where only the actor's own
    // thread looks: in the cell it would take the cache line away from every sender.
    internal object? CurrentMessage;
    internal IActorRef? CurrentSender;

    /// <summary>Creates the instance of the actor that is being started on this thread.</summary>
    /// <exception cref="ActorInitializationException">No actor is being started: the constructor was called directly.</exception>
    protected ActorBase()
    {
        if (ActorCell.Current is not { } cell || !cell.TakeCreation())
        {
            throw new ActorInitializationException(
                $"You cannot create an instance of {GetType()} explicitly using the constructor (new). Use ActorOf with Props.");
        }

        Self = cell.Self;
    }

    /// <summary>The context of the actor that is running on this thread.</summary>
    /// <exception cref="NotSupportedException">None is, for instance after an <c>await</c> outside <c>ReceiveAsync</c>.</exception>
    protected static IActorContext Context => ActorCell.Current
        ?? throw new NotSupportedException("There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    /// <summary>This actor; the same over restarts, and safe to use from any thread.</summary>
    protected IActorRef Self { get; }

    /// <summary>Who sent the message that is being handled; dead letters when nobody did.</summary>
    protected IActorRef Sender => Context.Sender;

    /// <summary>Called on the fresh instance before the first message; a chance to step in for subclasses that are libraries.</summary>
    public virtual void AroundPreStart() => PreStart();

    /// <summary>Calls <see cref="PostStop"/>.</summary>
    public virtual void AroundPostStop() => PostStop();

    /// <summary>Calls <see cref="PreRestart"/>.</summary>
    /// <param name="cause">Why the actor is restarted.</param>
    /// <param name="message">The message on which it failed, if any.</param>
    public virtual void AroundPreRestart(Exception cause, object? message) => PreRestart(cause, message);

    /// <summary>Calls <see cref="PostRestart"/>.</summary>
    /// <param name="cause">Why the actor was restarted.</param>
    /// <param name="message">Always null.</param>
    public virtual void AroundPostRestart(Exception cause, object? message) => PostRestart(cause);

    internal bool ReceiveFirst(object message) => Receive(message);

    internal SupervisorStrategy SupervisorStrategyInternal() => SupervisorStrategy();

    /// <summary>Hands a message to the behaviour, and to <see cref="Unhandled"/> if that has nothing to do with it.</summary>
    /// <param name="receive">The present behaviour.</param>
    /// <param name="message">The message.</param>
    /// <returns>Whether the behaviour handled it.</returns>
    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        if (receive(message))
            return true;
        Unhandled(message);
        return false;
    }

    /// <summary>The first behaviour.</summary>
    /// <param name="message">The message.</param>
    /// <returns>False when it has nothing to do with the message.</returns>
    protected abstract bool Receive(object message);

    /// <summary>Called before the first message.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Called after the last message.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>
    /// Called on the instance that failed, before a fresh one takes its place. Stops all children and calls <see cref="PostStop"/>.
    /// </summary>
    /// <param name="reason">Why the actor is restarted.</param>
    /// <param name="message">The message on which it failed, if any.</param>
    protected virtual void PreRestart(Exception reason, object? message)
    {
        foreach (var child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }

        PostStop();
    }

    /// <summary>Called on the fresh instance after a restart. Calls <see cref="PreStart"/>.</summary>
    /// <param name="reason">Why the actor was restarted.</param>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>Called with a message that no behaviour handled; publishes it as <see cref="UnhandledMessage"/>.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="DeathPactException">The message is a <see cref="Terminated"/>: who watches must handle the end.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    /// <summary>How this actor supervises its children; asked for once an instance, when it is first needed.</summary>
    /// <returns>The strategy.</returns>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Replaces the behaviour.</summary>
    /// <param name="receive">The new behaviour.</param>
    protected void Become(Receive receive) => Context.Become(receive);

    /// <summary>Puts a behaviour on top of the present one.</summary>
    /// <param name="receive">The new behaviour.</param>
    protected void BecomeStacked(Receive receive) => Context.BecomeStacked(receive);

    /// <summary>Goes back to the behaviour beneath; the lowest one stays.</summary>
    protected void UnbecomeStacked() => Context.UnbecomeStacked();

    /// <summary>Sets or clears the receive timeout; it starts anew with every message.</summary>
    /// <param name="timeout">The silence to wait for, or null for never.</param>
    protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);
}
