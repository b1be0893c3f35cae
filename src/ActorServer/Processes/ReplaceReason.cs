namespace ActorServer.Processes;

/// <summary>Why a process is replaced by another one: counted by name.</summary>
internal enum ReplaceReason
{
    /// <summary>It ended by itself.</summary>
    Ended,

    /// <summary>It did not answer, and was killed.</summary>
    Hung,

    /// <summary>It has answered <c>max-requests</c>.</summary>
    Requests,

    /// <summary>It takes more than <c>max-memory</c>.</summary>
    Memory,

    /// <summary>The operator wants fresh ones.</summary>
    Asked,
}
