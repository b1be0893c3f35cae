using System.Runtime.ExceptionServices;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public partial class ActorCell
{
    private bool IsFailed => _extras?.Perpetrator is not null;

    private bool IsTerminating => _children?.AwaitedFor == ChildrenAwaitedFor.Termination || IsTerminated;

    /// <summary>Children are ending, after which the actor is made anew or ends itself.</summary>
    private bool IsWaitingForChildren => _children is { AwaitedFor: not ChildrenAwaitedFor.Nothing };

    /// <summary>
    /// The actor has thrown: it handles no more messages, nor do its children, until its supervisor has decided what becomes of it.
    /// </summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="perpetrator">This actor, or the child whose failure it did not handle.</param>
    /// <param name="childrenNotToSuspend">Children that are suspended already.</param>
    private void HandleInvokeFailure(Exception cause, IActorRef perpetrator, IReadOnlyCollection<IActorRef>? childrenNotToSuspend = null)
    {
        // A second failure on the way, such as one of PostStop, changes nothing.
        if (IsFailed)
            return;
        try
        {
            Mailbox.Suspend();
            Rare.Perpetrator = perpetrator;
            SuspendChildren(perpetrator, childrenNotToSuspend);
            Parent.SendSystemMessage(new Failed(Self, cause, Self.Path.Uid));
        }
        catch (Exception e)
        {
            Publish(new Error(e, Self.Path.ToString(), ActorClass, $"Emergency stop: exception in failure handling for {cause.GetType()}"));
            try
            {
                StopChildrenThen(ChildrenAwaitedFor.Termination);
            }
            finally
            {
                FinishTerminate();
            }
        }
    }

    private void Create()
    {
        try
        {
            var actor = NewActor();
            _actor = actor;
            actor.AroundPreStart();
            StartReceiveTimeout();
            if (SystemImpl.Settings.DebugLifecycle)
                Publish(new Debug(Self.Path.ToString(), ActorClass, $"Started ({actor})"));
        }
        catch (Exception e)
        {
            ClearActor();
            throw e is ActorInitializationException { Actor: not null } ? e : new ActorInitializationException(Self, "Exception during creation", e);
        }
    }

    private void FaultSuspend()
    {
        Mailbox.Suspend();
        SuspendChildren();
    }

    private void FaultResume(Exception? causedByFailure)
    {
        if (_actor is null)
        {
            Publish(new Warning(Self.Path.ToString(), ActorClass, $"Changing Resume into Create after {causedByFailure}"));
            FaultCreate();
            return;
        }

        var perpetrator = _extras?.Perpetrator;
        Mailbox.Resume();
        // Otherwise the suspension came from further up, and so does the resumption: the own failure is still to be dealt with.
        if (causedByFailure is not null)
            ClearFailed();
        ResumeChildren(causedByFailure, perpetrator);
    }

    /// <summary>Begins a restart; it goes on in <see cref="FinishRecreate"/> when the children that are being stopped have ended.</summary>
    private void FaultRecreate(Exception cause)
    {
        if (_actor is not { } failed)
        {
            Publish(new Error(cause, Self.Path.ToString(), ActorClass, $"Changing Recreate into Create after {cause}"));
            FaultCreate();
            return;
        }

        if (IsWaitingForChildren)
        {
            // The actor is ending already; the suspension that went with this restart must not stay, though.
            FaultResume(null);
            return;
        }

        if (SystemImpl.Settings.DebugLifecycle)
            Publish(new Debug(Self.Path.ToString(), ActorClass, "Restarting"));
        var message = IsFailed ? CurrentMessage : null;
        try
        {
            failed.AroundPreRestart(cause, message);
            UnstashAfterPreRestart();
        }
        catch (Exception e)
        {
            Publish(new Error(new PreRestartException(Self, e, cause, message), Self.Path.ToString(), ActorClass, e.Message));
        }
        finally
        {
            ClearActor();
        }

        if (_children?.AwaitStopping(ChildrenAwaitedFor.Recreation, cause) != true)
            FinishRecreate(cause);
    }

    private void FinishRecreate(Exception cause)
    {
        // The fresh instance may make children, which need no restart.
        var survivors = ChildrenSnapshot();
        try
        {
            Mailbox.Resume();
            ClearFailed();
            var fresh = NewActor();
            _actor = fresh;
            fresh.AroundPostRestart(cause, null);
            StartReceiveTimeout();
            if (SystemImpl.Settings.DebugLifecycle)
                Publish(new Debug(Self.Path.ToString(), ActorClass, $"Restarted ({fresh})"));
            foreach (var child in survivors)
                child.Restart(cause);
        }
        catch (Exception e)
        {
            ClearActor();
            HandleInvokeFailure(new PostRestartException(Self, e, cause), Self, survivors);
        }
    }

    /// <summary>Makes the actor anew after its creation failed; goes on in <see cref="FinishCreate"/> when its children have ended.</summary>
    private void FaultCreate()
    {
        CancelReceiveTimeout();
        if (!StopChildrenThen(ChildrenAwaitedFor.Creation))
            FinishCreate();
    }

    private void FinishCreate()
    {
        Mailbox.Resume();
        ClearFailed();
        try
        {
            Create();
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e, Self);
        }
    }

    /// <summary>Begins the end; it goes on in <see cref="FinishTerminate"/> when all children have ended.</summary>
    private void Terminate()
    {
        SetReceiveTimeout(null);
        var wasTerminating = IsTerminating;
        if (!StopChildrenThen(ChildrenAwaitedFor.Termination))
        {
            FinishTerminate();
            return;
        }

        if (wasTerminating)
            return;
        // No ordinary message is handled while the children end, and no failure of theirs is reported upwards.
        Mailbox.Suspend();
        Rare.Perpetrator = Self;
        if (SystemImpl.Settings.DebugLifecycle)
            Publish(new Debug(Self.Path.ToString(), ActorClass, "Stopping"));
    }

    /// <summary>Ends the actor. Whatever fails on the way, the steps after it are still taken: others wait for them.</summary>
    private void FinishTerminate()
    {
        ForgetMessage();
        Attempt(static cell => cell._actor?.AroundPostStop());
        Attempt(static cell => cell.ClearActor());
        Attempt(static cell =>
        {
            cell.DiscardStash();
            cell.Dispatcher.Detach(cell);
        });
        Attempt(static cell => cell.Parent.SendSystemMessage(
            new DeathWatchNotification(cell.Self, existenceConfirmed: true, addressTerminated: false)));
        Attempt(static cell => cell.TellWatchersWeDied());
        Attempt(static cell => cell.UnwatchWatchedActors());
        if (SystemImpl.Settings.DebugLifecycle)
            Publish(new Debug(Self.Path.ToString(), ActorClass, "Stopped"));
        _extras = null;
        _deathWatch = null;
    }

    private void Attempt(Action<ActorCell> step)
    {
        try
        {
            step(this);
        }
        catch (Exception e)
        {
            Publish(new Error(e, Self.Path.ToString(), ActorClass, e.Message));
        }
    }

    /// <summary>A child has failed: the strategy deals with it, or this actor fails itself.</summary>
    private void HandleFailed(Failed failed)
    {
        if (_children?.StatsOf(failed.Child) is not { } stats || stats.Uid != failed.Uid || _actor is not { } actor)
        {
            Publish(new Debug(Self.Path.ToString(), ActorClass, $"Dropping {failed}: from a child that is gone"));
            return;
        }

        // An asynchronous handler may be under way, which needs its own sender again.
        var sender = actor.CurrentSender;
        actor.CurrentSender = failed.Child;
        try
        {
            if (!StrategyOf(actor, _children).HandleFailure(this, failed.Child, failed.Cause, stats, _children))
                ExceptionDispatchInfo.Throw(failed.Cause);
        }
        finally
        {
            actor.CurrentSender = sender;
        }
    }

    private SupervisorStrategy StrategyOf(ActorBase actor, Children children) =>
        children.Strategy ??= Props.SupervisorStrategy ?? actor.SupervisorStrategyInternal();

    private void ClearFailed()
    {
        if (_extras is not null)
            _extras.Perpetrator = null;
    }

    /// <summary>Lets go of the instance. The mailbox, the children that live on, and the watches stay.</summary>
    private void ClearActor()
    {
        if (_actor is { } actor)
            Props.Release(actor);
        _actor = null;
        _behavior = null;
        CancelTimers();
        CancelReceiveTimeout();
        if (_children is { } children)
            children.Strategy = null;
    }
}
