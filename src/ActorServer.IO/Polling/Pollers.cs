namespace ActorServer.IO.Polling;

/// <summary>The pollers by name, and which of them this machine has.</summary>
public static class Pollers
{
    /// <summary>The value of <c>poller</c> that picks the best one of the platform.</summary>
    public const string Auto = "auto";

    /// <summary>Every poller of this build, best first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["epoll", "kqueue", "poll", "select"];

    /// <summary>Why this machine cannot run a poller, or null when it can.</summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="Auto"/>.</param>
    /// <param name="library">Where <c>kqueue</c> is looked for; null for the system's own place.</param>
    public static string? Unavailable(string name, string? library = null) => name switch
    {
        "epoll" when !OperatingSystem.IsLinux() => "epoll is a facility of Linux",
        "poll" or "select" or Auto when OperatingSystem.IsWindows() => "a poller of raw descriptors needs a Unix system",
        "epoll" or "poll" or "select" or Auto => null,
        "kqueue" => KqueuePoller.Unavailable(library),
        _ => $"there is no poller '{name}'",
    };

    /// <summary>The name that <see cref="Auto"/> stands for here; any other name is returned as it is.</summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="Auto"/>.</param>
    public static string Resolve(string name) => name == Auto ? Names.First(candidate => Unavailable(candidate) is null) : name;

    /// <summary>Creates a poller.</summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="Auto"/>.</param>
    /// <param name="library">Where <c>kqueue</c> is looked for; null for the system's own place.</param>
    /// <exception cref="PlatformNotSupportedException">This machine lacks it; the message names those it has.</exception>
    public static IPoller Create(string name, string? library = null)
    {
        if (Unavailable(name, library) is { } reason)
            throw new PlatformNotSupportedException($"{reason}; this machine has: {string.Join(", ", Names.Where(n => Unavailable(n, library) is null))}");
        return Resolve(name) switch
        {
            "epoll" when OperatingSystem.IsLinux() => new EpollPoller(),
            "kqueue" => new KqueuePoller(library),
            "select" => new SelectPoller(),
            _ => new PollPoller(),
        };
    }
}
