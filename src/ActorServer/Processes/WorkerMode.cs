namespace ActorServer.Processes;

/// <summary>How a worker process comes by its connections.</summary>
internal enum WorkerMode
{
    /// <summary>It accepts from the listening socket that it is given.</summary>
    Inherit,

    /// <summary>It binds a listening socket beside those of the others.</summary>
    Bind,

    /// <summary>It is given one connection, and ends with it.</summary>
    Single,
}
