using ActorServer.IO.Completion;

namespace ActorServer.IO.Tests;

/// <summary>A test over the double of kevent(2), which stands on epoll.</summary>
internal sealed class PlayedKqueueFactAttribute : FactAttribute
{
    public PlayedKqueueFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "the double of kevent(2) stands on epoll";
}

/// <summary>Tests over the double of kevent(2), which stands on epoll.</summary>
internal sealed class PlayedKqueueTheoryAttribute : TheoryAttribute
{
    public PlayedKqueueTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "the double of kevent(2) stands on epoll";
}

/// <summary>A test that needs io_uring; skipped with the machine's reason.</summary>
internal sealed class IoUringFactAttribute : FactAttribute
{
    public IoUringFactAttribute() => Skip = IoUring.Unavailable();
}

/// <summary>Tests that need io_uring; skipped with the machine's reason.</summary>
internal sealed class IoUringTheoryAttribute : TheoryAttribute
{
    public IoUringTheoryAttribute() => Skip = IoUring.Unavailable();
}

/// <summary>A test of what only Linux has.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "what it tests is implemented for Linux alone";
}
