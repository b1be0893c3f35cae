namespace ActorServer.Topologies;

/// <summary>What the topologies that block have in common.</summary>
internal static class Blocking
{
    /// <summary>The name of the engine: system calls that wait.</summary>
    public const string Engine = "blocking";

    /// <summary>Why this machine cannot run them, or null when it can.</summary>
    public static string? Unavailable => OperatingSystem.IsWindows() ? "a thread that waits in a system call is interrupted by a signal, and Windows has none" : null;
}
