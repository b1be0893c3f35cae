using ActorServer.Configuration;
using ActorServer.Protocol;
using ActorServer.Protocol.Echo;
using ActorServer.Protocol.Http1;
using ActorServer.Protocol.Line;

namespace ActorServer.Server;

/// <summary>The protocols by name.</summary>
public static class Protocols
{
    /// <summary>Every protocol, as <c>actor-server.protocol</c> names it.</summary>
    public static IReadOnlyList<string> Names { get; } = ["http", "echo", "line"];

    internal static Func<IProtocol> Factory(ServerSettings settings, HttpDate date)
    {
        var http = new HttpOptions { Date = date, Limits = settings.HttpLimits };
        return settings.Protocol switch
        {
            "http" => () => new HttpProtocol(http),
            "echo" => () => new EchoProtocol(),
            _ => () => new LineProtocol(settings.LineLimit),
        };
    }
}
