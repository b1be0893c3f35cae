namespace ActorServer.IO.Completion;

/// <summary>The completion queues by name, and which of them this machine has.</summary>
public static class CompletionQueues
{
    /// <summary>The value of <c>engine</c> that picks the best one of the machine.</summary>
    public const string Auto = "auto";

    /// <summary>Every completion queue of this build, best first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["io_uring", "socket-async"];

    /// <summary>Why this machine cannot run a completion queue, or null when it can.</summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="Auto"/>.</param>
    public static string? Unavailable(string name) => Reason(Resolve(name)) is not { } reason ? null
        : $"{reason}; this machine has: {string.Join(", ", Names.Where(other => Reason(other) is null).DefaultIfEmpty("none"))}";

    /// <summary>The name that <see cref="Auto"/> stands for here; any other name is returned as it is.</summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="Auto"/>.</param>
    public static string Resolve(string name) => name == Auto ? Names.FirstOrDefault(candidate => Reason(candidate) is null, Names[0]) : name;

    /// <summary>Creates a completion queue.</summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="Auto"/>.</param>
    /// <exception cref="PlatformNotSupportedException">This machine lacks it; the message names those it has.</exception>
    /// <exception cref="Native.SystemCallException">Out of descriptors or memory.</exception>
    public static ICompletionQueue Create(string name)
    {
        if (Unavailable(name) is { } reason) throw new PlatformNotSupportedException(reason);
        return Resolve(name) == "io_uring" ? new IoUring() : new SocketAsync();
    }

    private static string? Reason(string name) => name switch
    {
        "io_uring" => IoUring.Unavailable(),
        "socket-async" => SocketAsync.Unavailable(),
        _ => $"there is no completion queue '{name}'",
    };
}
