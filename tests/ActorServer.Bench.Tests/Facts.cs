namespace ActorServer.Bench.Tests;

/// <summary>A test of what only Linux has: epoll and /proc.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "the experiment reads /proc and waits with epoll";
}

/// <summary>Tests of what only Linux has: epoll and /proc.</summary>
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "the experiment reads /proc and waits with epoll";
}
