namespace ActorServer.Processes;

/// <summary>The processes that serve in place of the server's own, as a topology is configured.</summary>
public abstract record Workforce
{
    private Workforce() { }

    /// <summary>How many blocks of counters all of them need together.</summary>
    /// <param name="connections">How many connections may be open.</param>
    internal abstract int Blocks(int connections);

    /// <summary>As many processes as there are seats, each of which accepts for itself.</summary>
    /// <param name="Count">How many processes.</param>
    /// <param name="SharesSocket">Whether all accept from one listening socket; otherwise each binds its own.</param>
    /// <param name="Inside">The name of the topology that each runs.</param>
    /// <param name="MaxRequests">After so many requests a process is replaced; 0 is never.</param>
    /// <param name="MaxMemory">Beyond so many bytes of resident memory a process is replaced; 0 is never.</param>
    public sealed record Pool(int Count, bool SharesSocket, string Inside, int MaxRequests, long MaxMemory) : Workforce
    {
        /// <summary>One for each supervisor of connections in a process; those beyond share.</summary>
        internal const int BlocksEach = 64;

        /// <summary>How many run at a time: each may have a successor that is not ready yet.</summary>
        internal static int Most(int count) => 2 * count;

        internal override int Blocks(int connections) => Most(Count) * BlocksEach;
    }

    /// <summary>A process for each connection.</summary>
    /// <param name="Spares">How many are started ahead.</param>
    public sealed record PerConnection(int Spares) : Workforce
    {
        /// <summary>
        /// For how long after a client, in milliseconds, none is started, and the client's own does not end: both take more of the processor than to
        /// serve, and the others of a burst are served first.
        /// </summary>
        internal const int BurstTime = 20;

        internal int Most(int connections) => connections + Spares;

        internal override int Blocks(int connections) => Most(connections);
    }
}
