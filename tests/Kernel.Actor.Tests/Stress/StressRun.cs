using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Akka.Event;

namespace Kernel.Actor.Tests.Stress;

/// <summary>What the worker that gets a job does after it has noted it.</summary>
internal enum Act
{
    Nothing,
    Forward,
    Await,
    FailAfterAwait,
    Resume,
    Restart,
    Stop,
    Escalate,
    StopSelf,
    Stash,
}

/// <summary>A message that is followed from its sender to its end.</summary>
/// <param name="Id">Its place in the books.</param>
/// <param name="Sender">Whose it is, and</param>
/// <param name="Number">the how manieth.</param>
/// <param name="Receiver">Whom it is for.</param>
/// <param name="Act">What it makes its receiver do.</param>
internal sealed record Job(int Id, Sender Sender, int Number, Ledger Receiver, Act Act);

/// <summary>Somebody whose messages to one receiver must arrive in order: a thread, or a worker.</summary>
internal sealed class Sender(int seed)
{
    public Random Random { get; } = new(seed);

    public int Sent { get; set; }
}

/// <summary>One random run over one dispatcher. All state that must outlive an actor's restart is here, and the books.</summary>
internal sealed class StressRun(ActorSystem system, int seed, string dispatcher)
{
    public const int Supervisors = 4;
    public const int WorkersEach = 4;
    private const int Threads = 3;
    private const int JobsPerThread = 10_000;
    private const int MostJobs = 2 * Threads * JobsPerThread;

    private readonly int[] _outcomes = new int[MostJobs];
    private readonly Job?[] _jobs = new Job?[MostJobs];
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly ConcurrentDictionary<IActorRef, Ledger> _ledgers = new();
    private readonly TaskCompletionSource _accounted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sent;
    private int _workers;
    private int _instances;

    /// <summary>Jobs that are under way, and one for each thread that still makes some.</summary>
    private int _pending = Threads;

    /// <summary>The present worker of each place.</summary>
    public Ledger[] Places { get; } = new Ledger[Supervisors * WorkersEach];

    /// <summary>Whom the observer watches.</summary>
    public HashSet<IActorRef> Watched { get; } = [];

    /// <summary>From now on nobody who ends is replaced.</summary>
    public bool Finishing { get; private set; }

    public IEnumerable<Ledger> Ledgers => _ledgers.Values;

    public string Dispatcher => dispatcher;

    public async Task<string> Go()
    {
        var letters = system.ActorOf(Props.Create(() => new DeadLetterReader(this)));
        system.EventStream.Subscribe(letters, typeof(AllDeadLetters));
        var observer = system.ActorOf(Props.Create(() => new Observer(this)).WithDispatcher(dispatcher));
        var root = system.ActorOf(Props.Create(() => new Root(this)).WithDispatcher(dispatcher));
        await root.Ask("started?", TestSystem.Patience);
        for (var i = 0; i < Supervisors; i++)
            await system.ActorSelection(root.Path / Name(i)).Ask("started?", TestSystem.Patience);

        var producers = Enumerable.Range(0, Threads)
            .Select(index => Task.Factory.StartNew(
                () => Produce(new Sender(HashCode(index)), observer),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))
            .ToArray();
        try
        {
            await Expect(_accounted.Task, "some jobs were neither handled nor dead letters");
            await Task.WhenAll(producers);
            Finishing = true;
            var watcher = new Inbox(system);
            await watcher.Watch(root);
            root.Tell("finish");
            await Expect(watcher.Next<Terminated>(), "the actors did not end");
            await Expect(observer.Ask("all ended?"), "a watcher was not told of an end");
            await letters.Ask("all read?", TestSystem.Patience);
            CheckBooks();
            Report();
        }
        finally
        {
            await Task.WhenAll(producers);
            foreach (var actor in new[] { root, observer, letters })
                await actor.GracefulStop(TestSystem.Patience);
        }

        var dead = _outcomes.Count(static outcome => outcome == Ledger.Dead);
        return $"{Math.Min(_sent, MostJobs) - dead} jobs handled, {dead} dead letters, {_workers} workers, {_instances - _workers} restarts";
    }

    public static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);

    public int HashCode(int index) => unchecked((seed * 397) ^ (index * 7919));

    public void Fault(string fault)
    {
        _faults.Enqueue(fault);
        _accounted.TrySetResult();
    }

    public int NextNumber() => Interlocked.Increment(ref _workers);

    public void Add(Ledger ledger, IActorRef worker)
    {
        ledger.Ref = worker;
        _ledgers[worker] = ledger;
    }

    public Ledger LedgerOf(IActorRef worker) => _ledgers[worker];

    public void NoteInstance() => Interlocked.Increment(ref _instances);

    public void Send(Sender sender, Ledger receiver, Act act)
    {
        var id = Interlocked.Increment(ref _sent) - 1;
        if (id >= MostJobs)
            return;
        Interlocked.Increment(ref _pending);
        var job = _jobs[id] = new Job(id, sender, sender.Sent++, receiver, act);
        receiver.Ref.Tell(job, ActorRefs.NoSender);
    }

    /// <summary>A job has reached its worker, or has turned out to be a dead letter.</summary>
    public void Note(Job job, int unit)
    {
        if (Interlocked.Add(ref _outcomes[job.Id], unit) != unit)
            Fault($"{job.Id} came twice: {Describe(job)}");
    }

    /// <summary>Nothing more comes from this job, or this thread.</summary>
    public void Done()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
            _accounted.TrySetResult();
    }

    private void Produce(Sender sender, IActorRef observer)
    {
        var random = sender.Random;
        for (var i = 0; i < JobsPerThread && _faults.IsEmpty; i++)
        {
            var worker = Volatile.Read(ref Places[random.Next(Places.Length)]);
            switch (random.Next(200))
            {
                case 0:
                    worker.Ref.Tell(PoisonPill.Instance);
                    break;
                case 1:
                    worker.Ref.Tell(Kill.Instance);
                    break;
                case 2:
                    system.Stop(worker.Ref);
                    break;
                case < 8:
                    observer.Tell(worker);
                    break;
                case < 10:
                    observer.Tell(worker.Ref);
                    break;
                case 10:
                    observer.Tell(new Fail(Directive.Restart));
                    break;
                case < 40:
                    // The others get the time to go idle.
                    Thread.Yield();
                    break;
            }

            Send(sender, worker, Pick(random));
            // Those who are behind catch up now and then, and all have nothing to do for a moment.
            if (random.Next(200) == 0)
                SpinWait.SpinUntil(() => Volatile.Read(ref _pending) <= Threads || !_faults.IsEmpty, TestSystem.Patience);
        }

        Done();
    }

    public static Act Pick(Random random) => random.Next(300) switch
    {
        < 60 => Act.Forward,
        < 75 => Act.Await,
        < 77 => Act.FailAfterAwait,
        < 83 => Act.Resume,
        < 91 => Act.Restart,
        < 94 => Act.Stop,
        < 95 => Act.Escalate,
        < 97 => Act.StopSelf,
        < 110 => Act.Stash,
        _ => Act.Nothing,
    };

    private async Task Expect(Task task, string fault)
    {
        try
        {
            await task.WaitAsync(TestSystem.Patience);
        }
        catch (TimeoutException)
        {
            Fault(fault);
        }

        Report();
    }

    private void CheckBooks()
    {
        var sent = Math.Min(_sent, MostJobs);
        for (var id = 0; id < sent; id++)
        {
            if (_outcomes[id] == 0)
                Fault($"{id} was lost: {Describe(_jobs[id]!)}");
        }

        foreach (var ledger in Ledgers)
            ledger.CheckEnd();
    }

    private void Report()
    {
        if (_faults.IsEmpty)
            return;
        var lost = Enumerable.Range(0, Math.Min(_sent, MostJobs)).Where(id => _outcomes[id] == 0).Select(id => _jobs[id]).OfType<Job>().Select(Describe);
        Assert.Fail($"seed {seed} on {dispatcher}:\n{string.Join('\n', _faults.Take(20))}\nnot accounted for:\n{string.Join('\n', lost.Take(20))}");
    }

    private static string Describe(Job job) => $"{job.Act} {job.Number} for {job.Receiver}";
}
