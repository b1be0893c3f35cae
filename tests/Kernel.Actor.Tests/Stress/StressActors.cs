using Akka.Actor;
using Akka.Event;

namespace Kernel.Actor.Tests.Stress;

/// <summary>Makes an actor fail in a way that its supervisor decides as told.</summary>
internal sealed record Fail(Directive Directive);

/// <summary>A failure that says what is to be decided about it.</summary>
internal sealed class StressException(Directive directive, Random random) : Exception($"decide {directive}")
{
    public Directive Directive => directive;

    /// <summary>For what else chance decides about it.</summary>
    public int Number { get; } = random.Next();

    public static Directive Decide(Exception cause) => cause switch
    {
        StressException stress => stress.Directive,
        ActorInitializationException => Directive.Restart,
        _ => Directive.Stop,
    };
}

/// <summary>Makes the supervisors, and others for those that end.</summary>
internal sealed class Root : UntypedActor
{
    private readonly StressRun _run;

    public Root(StressRun run)
    {
        _run = run;
        for (var i = 0; i < StressRun.Supervisors; i++)
            Start(i);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, -1, static cause => cause is StressException stress
        ? (stress.Number % 3) switch
        {
            0 => Directive.Resume,
            1 => Directive.Stop,
            _ => Directive.Restart,
        }
        : Directive.Restart);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case "started?":
                Sender.Tell("yes");
                break;
            case "finish":
                foreach (var supervisor in Context.GetChildren())
                    supervisor.Tell(message);
                break;
            case Terminated terminated when !_run.Finishing:
                Start(int.Parse(terminated.ActorRef.Path.Name, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case Terminated when !Context.GetChildren().Any():
                Context.Stop(Self);
                break;
        }
    }

    private void Start(int index)
    {
        var run = _run;
        Context.Watch(Context.ActorOf(
            Props.Create(() => new Supervisor(run, index)).WithDispatcher(run.Dispatcher),
            StressRun.Name(index)));
    }
}

/// <summary>Keeps a worker in each of its places. Its own restarts sometimes keep the workers, and sometimes replace them.</summary>
internal sealed class Supervisor(StressRun run, int index) : UntypedActor
{
    private readonly Dictionary<IActorRef, Ledger> _workers = [];

    protected override SupervisorStrategy SupervisorStrategy() => index % 2 == 0
        ? new OneForOneStrategy(-1, -1, StressException.Decide)
        : new AllForOneStrategy(-1, -1, StressException.Decide);

    protected override void PreStart()
    {
        for (var i = 0; i < StressRun.WorkersEach; i++)
        {
            var place = (index * StressRun.WorkersEach) + i;
            var child = Context.Child(Name(place));
            if (!child.IsNobody())
                _workers.Add(child, run.Places[place]);
            else if (!run.Finishing)
                Start(place);
        }
    }

    protected override void PreRestart(Exception reason, object? message)
    {
        if (reason is StressException { Number: var number } && number % 2 == 0)
            return;
        LetGo();
        base.PreRestart(reason, message);
    }

    protected override void PostStop() => LetGo();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case "started?":
                Sender.Tell("yes");
                break;
            case "finish":
                foreach (var worker in Context.GetChildren())
                    Context.Stop(worker);
                StopWhenAlone();
                break;
            case Terminated terminated:
                var ledger = run.LedgerOf(terminated.ActorRef);
                ledger.SeenByParent();
                // An instance before this one may have made it, and this one another in its place.
                var mine = _workers.Remove(terminated.ActorRef);
                if (run.Finishing)
                    StopWhenAlone();
                else if (mine)
                    Start(ledger.Place);
                break;
        }
    }

    private void StopWhenAlone()
    {
        if (_workers.Count == 0)
            Context.Stop(Self);
    }

    /// <summary>The watches end with the base's PreRestart, and with the supervisor.</summary>
    private void LetGo()
    {
        foreach (var ledger in run.Ledgers)
        {
            if (ledger.Place / StressRun.WorkersEach == index)
                ledger.ParentLetsGo();
        }
    }

    private void Start(int place)
    {
        var ledger = new Ledger(run, place, run.NextNumber());
        var (world, mailbox) = (run, ledger.IsBounded ? "bounded" : "");
        var props = ledger.HasStash ? Props.Create(() => new StashingWorker(world, ledger)) : Props.Create(() => new Worker(world, ledger));
        run.Add(ledger, Context.ActorOf(props.WithDispatcher(run.Dispatcher).WithMailbox(mailbox), Name(place)));
        Context.Watch(ledger.Ref);
        _workers.Add(ledger.Ref, ledger);
        Volatile.Write(ref run.Places[place], ledger);
    }

    private static string Name(int place) => $"worker-{place}";
}

/// <summary>Does what its jobs say.</summary>
internal class Worker : ReceiveActor
{
    private readonly StressRun _run;
    private readonly Ledger _ledger;

    public Worker(StressRun run, Ledger ledger)
    {
        _run = run;
        _ledger = ledger;
        if (ledger.Sender.Random.Next(8) == 0)
            throw Failure(Directive.Restart);
        run.NoteInstance();
        Working();
    }

    protected void Working()
    {
        ReceiveAsync<Job>(HandleAsync, static job => job.Act is Act.Await or Act.FailAfterAwait);
        Receive<Job>(Handle);
        ReceiveAny(static _ => { });
    }

    private StressException Failure(Directive directive) => new(directive, _ledger.Sender.Random);

    protected virtual void OnStash()
    {
    }

    private void Handle(Job job)
    {
        _ledger.Begin(job);
        try
        {
            switch (job.Act)
            {
                case Act.Forward:
                    var random = _ledger.Sender.Random;
                    _run.Send(_ledger.Sender, Volatile.Read(ref _run.Places[random.Next(_run.Places.Length)]), StressRun.Pick(random));
                    break;
                case Act.Resume:
                    throw Failure(Directive.Resume);
                case Act.Restart:
                    throw Failure(Directive.Restart);
                case Act.Stop:
                    throw Failure(Directive.Stop);
                case Act.Escalate:
                    throw Failure(Directive.Escalate);
                case Act.StopSelf:
                    Context.Stop(Self);
                    break;
                case Act.Stash:
                    OnStash();
                    break;
            }
        }
        finally
        {
            _ledger.End();
            _run.Done();
        }
    }

    private async Task HandleAsync(Job job)
    {
        _ledger.Begin(job);
        // A worker that is stopped meanwhile does not come back from the await.
        _run.Done();
        await Task.Yield();
        _ledger.End();
        if (job.Act == Act.FailAfterAwait)
            throw Failure(Directive.Restart);
    }
}

/// <summary>Puts all jobs away for a while, now and then.</summary>
internal sealed class StashingWorker(StressRun run, Ledger ledger) : Worker(run, ledger), IWithUnboundedStash
{
    public IStash Stash { get; set; } = null!;

    protected override void OnStash()
    {
        Self.Tell("open");
        Become(() =>
        {
            Receive<Job>(_ => Stash.Stash());
            ReceiveAny(_ =>
            {
                Stash.UnstashAll();
                Become(Working);
            });
        });
    }
}

/// <summary>Watches any worker, and must be told of each end once; its restarts change nothing in that.</summary>
internal sealed class Observer(StressRun run) : UntypedActor
{
    private IActorRef _asks = ActorRefs.Nobody;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ledger ledger:
                if (run.Watched.Add(ledger.Ref))
                    Context.Watch(ledger.Ref);
                break;
            case IActorRef worker:
                if (run.Watched.Remove(worker))
                    Context.Unwatch(worker);
                break;
            case Fail fail:
                throw new StressException(fail.Directive, Random.Shared);
            case Terminated terminated:
                if (!run.Watched.Remove(terminated.ActorRef))
                    run.Fault($"a watcher was told of the end of {terminated.ActorRef}, whom it does not watch");
                Answer();
                break;
            case "all ended?":
                _asks = Sender;
                Answer();
                break;
        }
    }

    private void Answer()
    {
        if (run.Watched.Count == 0)
            _asks.Tell("yes");
    }
}

/// <summary>Enters dead letters into the books.</summary>
internal sealed class DeadLetterReader(StressRun run) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is AllDeadLetters { Message: Job job })
        {
            job.Receiver.DiesUnread(job);
            run.Done();
        }
        else if (message is "all read?")
        {
            Sender.Tell("yes");
        }
    }
}
