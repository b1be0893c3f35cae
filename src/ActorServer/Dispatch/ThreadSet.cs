namespace ActorServer.Dispatch;

/// <summary>How many threads, and how they come and go.</summary>
/// <param name="Name">Names the threads, of which the kernel shows 15 letters.</param>
/// <param name="Most">As many at a time; mailboxes beyond wait their turn.</param>
public sealed record ThreadSet(string Name, int Most)
{
    /// <summary>Whether all are started at once and stay; they are numbered then. Otherwise a thread is started when it is needed.</summary>
    public bool Ready { get; init; }

    /// <summary>Of threads that are started when needed: how many may wait for a moment for the next mailbox when theirs is done.</summary>
    public int Spares { get; init; }

    /// <summary>
    /// How often a thread that has nothing to do lets others have the processor before it parks. Where threads hand each other work in small
    /// pieces, the next piece is there by then, and being woken costs more than it.
    /// </summary>
    public int Yields { get; init; }

    /// <summary>Bytes of stack that each may use; 0 for the system's default. Only what is used is resident.</summary>
    public int Stack { get; init; }
}
