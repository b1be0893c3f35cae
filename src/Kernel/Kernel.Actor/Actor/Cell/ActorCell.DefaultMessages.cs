using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

public partial class ActorCell
{
    /// <summary>How much of what the kernel itself sends must wait.</summary>
    private enum Deferral
    {
        Nothing,

        /// <summary>Suspended: a child's failure waits until this actor's own is dealt with.</summary>
        Failures,

        /// <summary>Children are ending: whatever suspends, resumes or restarts waits, too.</summary>
        LifeCycle,
    }

    private Deferral Deferred => IsWaitingForChildren ? Deferral.LifeCycle
        : Mailbox.SuspendCount > (_extras?.Awaits ?? 0) ? Deferral.Failures
        : Deferral.Nothing;

    /// <summary>Handles a system message.</summary>
    /// <param name="message">The message.</param>
    internal void SystemInvoke(SystemMessage message)
    {
        var before = Deferred;
        if (MustWait(message, before))
        {
            (Rare.Deferred ??= new Queue<SystemMessage>()).Enqueue(message);
            return;
        }

        HandleSystemMessage(message);
        // What waited may go on once less must wait.
        if (_extras?.Deferred is { Count: > 0 } waiting && Deferred < before)
        {
            _extras.Deferred = null;
            while (waiting.TryDequeue(out var next) && !IsTerminated)
                SystemInvoke(next);
        }
    }

    /// <summary>Ordinary messages wait until an asynchronous handler is done.</summary>
    internal void Await(Task task)
    {
        Mailbox.Suspend();
        Rare.Awaits++;
        var completed = new ActorTaskMessage(() =>
        {
            Rare.Awaits--;
            Mailbox.Resume();
            RestartReceiveTimeout(null);
            // Throws what the handler threw.
            task.GetAwaiter().GetResult();
        });
        _ = task.ContinueWith(
            static (_, state) =>
            {
                var (cell, completed) = ((ActorCell, ActorTaskMessage))state!;
                cell.SendSystemMessage(completed);
            },
            (this, completed),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            global::System.Threading.Tasks.TaskScheduler.Default);
    }

    /// <summary>Handles a message that the behaviour does not see, or not as it is.</summary>
    /// <param name="envelope">The message.</param>
    protected virtual void AutoReceiveMessage(Envelope envelope)
    {
        var message = envelope.Message;
        if (SystemImpl.Settings.DebugAutoReceive)
            Publish(new Debug(Self.Path.ToString(), ActorClass, $"received AutoReceiveMessage {message}"));
        switch (message)
        {
            case Terminated terminated:
                ReceivedTerminated(terminated);
                break;
            case PoisonPill:
                Stop();
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, Self), Self);
                break;
            case TimerScheduler.Expiry expiry:
                if (_extras?.Timers?.Accept(expiry) is { } timed)
                    ReceiveTimed(timed, envelope.Sender);
                break;
            default:
                ReceiveMessage(message);
                break;
        }
    }

    private static bool MustWait(SystemMessage message, Deferral deferral) => deferral switch
    {
        Deferral.Failures => message is Failed,
        Deferral.LifeCycle => message is Failed or Suspend or Dispatch.SysMsg.Resume or Recreate,
        _ => false,
    };

    private void ReceiveTimed(object message, IActorRef? sender)
    {
        _actor!.CurrentMessage = message;
        if (message is IAutoReceivedMessage)
            AutoReceiveMessage(new Envelope(message, sender));
        else
            ReceiveMessage(message);
    }

    private void HandleSystemMessage(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case ActorTaskMessage task:
                    task.Run();
                    break;
                case Dispatch.SysMsg.Create:
                    Create();
                    break;
                case Failed failed:
                    HandleFailed(failed);
                    break;
                case DeathWatchNotification notification:
                    WatchedActorTerminated(notification);
                    break;
                case Watch watch:
                    AddWatcher(watch);
                    break;
                case Unwatch unwatch:
                    RemoveWatcher(unwatch);
                    break;
                case Suspend:
                    FaultSuspend();
                    break;
                case Resume resume:
                    FaultResume(resume.CausedByFailure);
                    break;
                case Recreate recreate:
                    FaultRecreate(recreate.Cause);
                    break;
                case Dispatch.SysMsg.Terminate:
                    Terminate();
                    break;
                default:
                    throw new NotSupportedException($"Unknown SystemMessage {message.GetType()}");
            }
        }
        catch (Exception e)
        {
            HandleInvokeFailure(e, message is Failed { Child: var child } ? child : Self);
        }
    }
}
