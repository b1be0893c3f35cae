using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>Brings messages to actors and actors to threads.</summary>
public abstract class MessageDispatcher
{
    /// <summary>How many messages an actor may handle before another one gets its thread, if nothing else is said.</summary>
    public const int DefaultThroughput = 100;

    private CountedRun? _spare;
    private long _inhabitants;

    /// <summary>0: no shutdown is planned; 1: one is; 2: one is, and an actor came meanwhile.</summary>
    private int _shutdownPlan;

    /// <summary>Creates a dispatcher.</summary>
    /// <param name="configurator">What it was configured by.</param>
    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        Configurator = configurator;
        Id = configurator.Config.GetString("id", "") ?? "";
        SystemImpl = (ActorSystemImpl)configurator.Prerequisites.Settings.System;
    }

    /// <summary>What this dispatcher was configured by.</summary>
    public MessageDispatcherConfigurator Configurator { get; }

    /// <summary>The event stream of the system.</summary>
    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    /// <summary>The mailboxes of the system.</summary>
    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    /// <summary>The configuration path.</summary>
    public string Id { get; protected set; }

    /// <summary>How many messages an actor may handle before another one gets its thread.</summary>
    public int Throughput { get; set; } = DefaultThroughput;

    /// <summary>How long an actor may go on before another one gets its thread, in ticks of 100 ns; null for as long as it likes.</summary>
    public long? ThroughputDeadlineTime { get; protected set; }

    /// <summary>How long after the last actor's end the threads are kept.</summary>
    public TimeSpan ShutdownTimeout { get; protected set; } = TimeSpan.FromSeconds(1);

    internal ActorSystemImpl SystemImpl { get; }

    /// <summary>The number of actors, and of actions that are under way.</summary>
    protected long Inhabitants => Volatile.Read(ref _inhabitants);

    /// <summary>Runs an action on this dispatcher.</summary>
    /// <param name="run">The action.</param>
    public void Schedule(Action run) => Schedule(new ActionRunnable(run));

    /// <summary>Runs a piece of work on this dispatcher.</summary>
    /// <param name="run">The work.</param>
    public void Schedule(IRunnable run)
    {
        // The work counts as an inhabitant, so that the threads stay until it is done.
        Interlocked.Increment(ref _inhabitants);
        try
        {
            var counted = Interlocked.Exchange(ref _spare, null) ?? new CountedRun(this);
            counted.Work = run;
            ExecuteTask(counted);
        }
        catch
        {
            RemoveInhabitant();
            throw;
        }
    }

    /// <summary>Delivers a message.</summary>
    /// <param name="cell">The receiver.</param>
    /// <param name="envelope">The message.</param>
    public virtual void Dispatch(ActorCell cell, Envelope envelope)
    {
        var mailbox = cell.Mailbox;
        mailbox.Enqueue(cell.Self, in envelope);
        RegisterForExecution(mailbox, hasMessageHint: true, hasSystemMessageHint: false);
    }

    /// <summary>Delivers a system message.</summary>
    /// <param name="cell">The receiver.</param>
    /// <param name="message">The message.</param>
    public virtual void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        var mailbox = cell.Mailbox;
        mailbox.SystemEnqueue(cell.Self, message);
        RegisterForExecution(mailbox, hasMessageHint: false, hasSystemMessageHint: true);
    }

    /// <summary>Takes in an actor and runs what it has to do.</summary>
    /// <param name="cell">The actor.</param>
    public virtual void Attach(ActorCell cell)
    {
        Register(cell);
        try
        {
            RegisterForExecution(cell.Mailbox, hasMessageHint: false, hasSystemMessageHint: true);
        }
        catch
        {
            Unregister(cell);
            throw;
        }
    }

    /// <summary>Lets go of an actor that has ended.</summary>
    /// <param name="cell">The actor.</param>
    public virtual void Detach(ActorCell cell) => Unregister(cell);

    internal virtual void Register(ActorCell cell) => Interlocked.Increment(ref _inhabitants);

    internal virtual void Unregister(ActorCell cell)
    {
        var mailbox = cell.SwapMailbox(cell.SystemImpl.DeadLetterMailbox);
        mailbox.BecomeClosed();
        mailbox.CleanUp();
        RemoveInhabitant();
    }

    /// <summary>Hands a mailbox to the executor if it has something to do and is not there yet.</summary>
    internal bool RegisterForExecution(Mailbox mailbox, bool hasMessageHint, bool hasSystemMessageHint)
    {
        if (!mailbox.TrySchedule(hasMessageHint, hasSystemMessageHint))
            return false;
        try
        {
            ExecuteTask(mailbox);
            return true;
        }
        catch
        {
            mailbox.Unschedule();
            throw;
        }
    }

    /// <summary>Lets go of all threads without waiting; called at the system's end, too.</summary>
    internal void ShutdownNow()
    {
        SystemImpl.EmptyDispatchers.TryRemove(this, out _);
        try
        {
            Shutdown();
        }
        catch (Exception ex)
        {
            ReportFailure(ex);
        }
    }

    /// <summary>Runs a piece of work on a thread of this dispatcher.</summary>
    /// <param name="run">The work.</param>
    protected abstract void ExecuteTask(IRunnable run);

    /// <summary>Lets go of all threads; may be called several times, and work may come again afterwards.</summary>
    protected abstract void Shutdown();

    /// <summary>Publishes a failure of the dispatcher itself as an error.</summary>
    /// <param name="ex">The failure.</param>
    protected void ReportFailure(Exception ex) => EventStream.Publish(new Error(ex, $"{GetType().Name}({Id})", GetType(), ex.Message));

    private void RemoveInhabitant()
    {
        if (Interlocked.Decrement(ref _inhabitants) == 0 && Interlocked.Exchange(ref _shutdownPlan, 2) == 0)
            PlanShutdown();
    }

    private void PlanShutdown()
    {
        Volatile.Write(ref _shutdownPlan, 1);
        SystemImpl.EmptyDispatchers.TryAdd(this, true);
        try
        {
            Configurator.Prerequisites.Scheduler.Advanced.ScheduleOnce(ShutdownTimeout, ShutdownIfEmpty);
        }
        catch (SchedulerException)
        {
            // The system is at its end: there is no scheduler left to wait with.
            ShutdownNow();
        }
    }

    private void ShutdownIfEmpty()
    {
        if (Interlocked.Exchange(ref _shutdownPlan, 0) == 2)
        {
            // Actors came and went meanwhile: the last one's timeout starts now.
            if (Interlocked.Exchange(ref _shutdownPlan, 2) == 0)
                PlanShutdown();
            return;
        }

        if (Inhabitants == 0)
            ShutdownNow();
        else
            SystemImpl.EmptyDispatchers.TryRemove(this, out _);
    }

    private sealed class CountedRun(MessageDispatcher dispatcher) : IRunnable
    {
        public IRunnable? Work { get; set; }

        public void Execute() => Run();

        public void Run()
        {
            try
            {
                Work!.Run();
            }
            catch (Exception ex)
            {
                dispatcher.ReportFailure(ex);
            }
            finally
            {
                // One is kept for the next piece of work: work that comes piece by piece allocates nothing.
                Work = null;
                Volatile.Write(ref dispatcher._spare, this);
                dispatcher.RemoveInhabitant();
            }
        }
    }
}
