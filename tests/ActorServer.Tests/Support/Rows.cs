using ActorServer.Configuration;
using ActorServer.Topologies;

namespace ActorServer.Tests.Support;

/// <summary>The rows of the catalog: a new topology joins every suite by being listed there.</summary>
public static class Rows
{
    /// <summary>The topologies that this machine can run.</summary>
    public static TheoryData<string> Runnable => [.. RunnableNames];

    /// <summary>The same, and those that another setting makes behave differently: the name, a space, the setting.</summary>
    public static TheoryData<string> Variants => [.. RunnableNames, "epoll trigger=edge", "actor poller=poll", "proactor loops=2", "proactor engine=socket-async"];

    public static TheoryData<string> Unrunnable => [.. Catalog.Entries.Where(entry => Unavailable(entry) is not null).Select(entry => entry.Roles.Name), "none"];

    public static string? Unavailable(Catalog.Entry entry) =>
        entry.Create(new SettingsReader(ServerSettings.Defaults, ServerSettings.Root).Section("topologies").Section(entry.Roles.Name)).Unavailable;

    private static IEnumerable<string> RunnableNames => Catalog.Entries.Where(entry => Unavailable(entry) is null).Select(entry => entry.Roles.Name);
}
