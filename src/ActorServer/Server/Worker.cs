using ActorServer.Connections;
using ActorServer.Observability;
using Akka.Actor;

namespace ActorServer.Server;

/// <summary>A supervisor of connections as acceptors see it: whom to tell of a new one, and how many it has.</summary>
public sealed class Worker
{
    private int _load;

    internal Worker(Counters counters) => Counters = counters;

    /// <summary>Whether each of its connections has a thread to itself, which blocks: messages do not reach it meanwhile.</summary>
    internal bool Blocks { get; init; }

    /// <summary>Where requests are handled, if that is not where their connections are served; null otherwise.</summary>
    internal HandlerPlace? Place { get; init; }

    /// <summary>How many connections it takes, if that is fewer than the server's limit; null otherwise.</summary>
    internal Permits? Room { get; init; }

    /// <summary>Whether the supervisor was told to come to its end, before or after it was restarted. The supervisor's own.</summary>
    internal bool IsDraining { get; set; }

    /// <summary>The <see cref="ConnectionsActor"/>.</summary>
    public IActorRef Actor { get; internal set; } = ActorRefs.Nobody;

    /// <summary>Connections that it has or is about to get.</summary>
    public int Load => Volatile.Read(ref _load);

    internal Counters Counters { get; }

    internal void Assigned() => Interlocked.Increment(ref _load);

    internal void Released()
    {
        Interlocked.Decrement(ref _load);
        Room?.Return();
    }
}
