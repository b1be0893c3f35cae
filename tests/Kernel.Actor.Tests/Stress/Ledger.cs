using Akka.Actor;

namespace Kernel.Actor.Tests.Stress;

/// <summary>What happened to one worker, from its making to its end, whatever its restarts.</summary>
internal sealed class Ledger(StressRun run, int place, int number)
{
    public const int Handled = 1;
    public const int Dead = 1000;

    private readonly Dictionary<Sender, int> _lastHandled = [];
    private readonly Dictionary<Sender, int> _firstDead = [];
    private int _busy;
    private int _endsSeenByParent;
    private bool _parentHasLetGo;

    public int Place => place;

    public bool HasStash => place % 3 == 0;

    public bool IsBounded => place % 3 == 1;

    public IActorRef Ref { get; set; } = ActorRefs.Nobody;

    /// <summary>The worker as a sender.</summary>
    public Sender Sender { get; } = new(run.HashCode((number * 31) + place));

    /// <summary>The worker handles a job: it must be the only one now, and a later one than the sender's last.</summary>
    public void Begin(Job job)
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            run.Fault($"{this} handles two messages at a time");
        if (!ReferenceEquals(job.Receiver, this))
            run.Fault($"{this} got a message for {job.Receiver}");
        if (_lastHandled.TryGetValue(job.Sender, out var last) && last >= job.Number)
            run.Fault($"{this} got {job.Number} after {last}");
        _lastHandled[job.Sender] = job.Number;
        run.Note(job, Handled);
    }

    public void End() => Volatile.Write(ref _busy, 0);

    public void DiesUnread(Job job)
    {
        _firstDead[job.Sender] = _firstDead.TryGetValue(job.Sender, out var first) ? Math.Min(first, job.Number) : job.Number;
        run.Note(job, Dead);
    }

    public void SeenByParent()
    {
        if (++_endsSeenByParent != 1)
            run.Fault($"the supervisor of {this} was told of its end {_endsSeenByParent} times");
    }

    /// <summary>The supervisor ends, or no longer watches: it may have been told of the end before, or never will be.</summary>
    public void ParentLetsGo() => _parentHasLetGo = true;

    public void CheckEnd()
    {
        if (!_parentHasLetGo && _endsSeenByParent == 0)
            run.Fault($"the supervisor of {this} was not told of its end");
        // A bounded mailbox gives up single messages. Otherwise the end is the end.
        foreach (var (sender, first) in _firstDead)
        {
            if (!IsBounded && _lastHandled.TryGetValue(sender, out var last) && last > first)
                run.Fault($"{this} handled {last} after {first} was lost");
        }
    }

    public override string ToString() => $"worker {place}.{number} ({(HasStash ? "stash" : IsBounded ? "bounded" : "plain")})";
}
