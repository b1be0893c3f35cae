using ActorServer.Configuration;
using ActorServer.Handlers;

namespace ActorServer.Cli;

/// <summary><c>actorserver check</c>: loads a configuration as <c>run</c> would, and stops there.</summary>
internal static class CheckCommand
{
    public static int Run(string file, TextWriter output)
    {
        var settings = ServerSettings.Load(ConfigurationSource.File(file));
        HandlerLoader.Load(settings);
        var topology = settings.Topology;
        output.WriteLine(topology.Unavailable is { } reason
            ? $"{file}: valid, but this machine cannot run topology {topology.Roles.Name}: {reason}"
            : $"{file}: valid; topology {topology.Roles.Name} on {topology.Engine}");
        return 0;
    }
}
