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

    internal static Func<IProtocol> Factory(string name, HttpLimits limits, int line, HttpDate date)
    {
        var http = new HttpOptions { Date = date, Limits = limits };
        return name switch
        {
            "http" => () => new HttpProtocol(http),
            "echo" => () => new EchoProtocol(),
            _ => () => new LineProtocol(line),
        };
    }
}
