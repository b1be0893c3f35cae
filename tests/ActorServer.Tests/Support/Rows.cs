using ActorServer.Configuration;
using ActorServer.Topologies;

namespace ActorServer.Tests.Support;

/// <summary>The rows of the catalog that this machine can run: a new topology joins every suite by being listed there.</summary>
public static class Rows
{
    public static TheoryData<string> Runnable => [.. Catalog.Entries.Where(entry => Unavailable(entry) is null).Select(entry => entry.Roles.Name)];

    public static string? Unavailable(Catalog.Entry entry) =>
        entry.Create(new SettingsReader(ServerSettings.Defaults, ServerSettings.Root).Section("topologies").Section(entry.Roles.Name)).Unavailable;
}
