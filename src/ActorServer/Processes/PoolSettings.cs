namespace ActorServer.Processes;

/// <summary>A pool of processes, as its topology is configured.</summary>
/// <param name="Count">How many processes.</param>
/// <param name="SharesSocket">Whether all accept from one listening socket; otherwise each binds its own.</param>
/// <param name="Inside">The name of the topology that each runs.</param>
/// <param name="MaxRequests">After so many requests a process is replaced; 0 is never.</param>
/// <param name="MaxMemory">Beyond so many bytes of resident memory a process is replaced; 0 is never.</param>
public sealed record PoolSettings(int Count, bool SharesSocket, string Inside, int MaxRequests, long MaxMemory);
