using Akka.Actor;
using Akka.Event;

namespace ActorServer.Server;

/// <summary>
/// As many permits as connections may be open. An acceptor takes one before it accepts, and whoever closes the connection gives it
/// back. Without one the acceptor stops watching its socket and is told when it may go on: back-pressure instead of polling, and
/// waiting clients stay in the kernel's backlog.
/// </summary>
/// <param name="count">How many there are.</param>
public sealed class Permits(int count)
{
    private readonly Lock _gate = new();
    private readonly HashSet<IActorRef> _waiting = [];
    private int _free = count;

    /// <summary>Told to an actor that found no permit: now there is one, perhaps.</summary>
    public sealed class Freed : IDeadLetterSuppression
    {
        internal static readonly Freed Instance = new();
    }

    /// <summary>How many are free.</summary>
    public int Free
    {
        get
        {
            lock (_gate) return _free;
        }
    }

    /// <summary>Takes a permit; without one, notes the actor, which is told <see cref="Freed"/> once.</summary>
    /// <param name="actor">Who wants it.</param>
    public bool TryTake(IActorRef actor)
    {
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return true;
            }

            _waiting.Add(actor);
            return false;
        }
    }

    /// <summary>Takes a permit that may not be there: the next that is given back makes up for it.</summary>
    public void Overdraw()
    {
        lock (_gate) _free--;
    }

    /// <summary>
    /// Gives a permit back. Everybody who waits is told, not just the first: whose clients wait is for the acceptors to find out, and one
    /// that has none would let the permit lie.
    /// </summary>
    public void Return()
    {
        IActorRef[] told;
        lock (_gate)
        {
            _free++;
            if (_waiting.Count == 0 || _free <= 0) return;
            told = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var actor in told) actor.Tell(Freed.Instance, ActorRefs.NoSender);
    }
}
