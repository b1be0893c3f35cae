using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Server;

namespace ActorServer.Cli;

/// <summary><c>actorserver check</c>: loads a configuration as <c>run</c> would, and stops there.</summary>
internal static class CheckCommand
{
    public static async Task<int> RunAsync(string file, TextWriter output)
    {
        var settings = ServerSettings.Load(ConfigurationSource.File(file));
        HandlerLoader.Load(settings);
        await RunningServer.CheckActorSystem(settings);
        var topology = settings.Topology;
        await output.WriteLineAsync(topology.Unavailable is { } reason
            ? $"{file}: valid, but this machine cannot run topology {topology.Roles.Name}: {reason}"
            : $"{file}: valid; topology {topology.Roles.Name} on {topology.Engine}");
        return 0;
    }
}
