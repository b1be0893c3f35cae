using ActorServer.Configuration;
using ActorServer.Protocol.Http1;

namespace ActorServer.Processes;

/// <summary>
/// What a process needs to know that serves one connection and ends: numbers, so that it need not read HOCON, which would take longer than to
/// serve.
/// </summary>
/// <param name="Protocol">One of <see cref="Server.Protocols.Names"/>.</param>
/// <param name="Handler"><c>demo</c>, or the name of a handler's type.</param>
/// <param name="Http">The limits of size on HTTP requests.</param>
/// <param name="Line">Longest line of the line protocol, in bytes.</param>
/// <param name="Limits">The limits of time and rate.</param>
/// <param name="Drain">How long to go on when the server is gone.</param>
internal sealed record LeanSettings(string Protocol, string Handler, HttpLimits Http, int Line, ConnectionLimits Limits, TimeSpan Drain)
{
    public static LeanSettings Of(ServerSettings settings) =>
        new(settings.Protocol, settings.Handler, settings.HttpLimits, settings.LineLimit, settings.Limits, settings.Drain.Deadline);

    public static LeanSettings Read(ReadOnlySpan<byte> bytes)
    {
        using var from = new BinaryReader(new MemoryStream(bytes.ToArray()));
        return new LeanSettings(from.ReadString(), from.ReadString(),
            new HttpLimits { RequestLineBytes = from.ReadInt32(), HeadersBytes = from.ReadInt32(), HeaderCount = from.ReadInt32(), BodyBytes = from.ReadInt64() },
            from.ReadInt32(),
            new ConnectionLimits(from.ReadInt32(), Time(), Time(), from.ReadInt32(), from.ReadInt32(), Time(), Time()),
            Time());

        TimeSpan Time() => new(from.ReadInt64());
    }

    public byte[] Write()
    {
        var bytes = new MemoryStream();
        using var to = new BinaryWriter(bytes);
        to.Write(Protocol);
        to.Write(Handler);
        to.Write(Http.RequestLineBytes);
        to.Write(Http.HeadersBytes);
        to.Write(Http.HeaderCount);
        to.Write(Http.BodyBytes);
        to.Write(Line);
        to.Write(Limits.MaxConnections);
        to.Write(Limits.HeaderTimeout.Ticks);
        to.Write(Limits.KeepAliveTimeout.Ticks);
        to.Write(Limits.MinRequestRate);
        to.Write(Limits.MinResponseRate);
        to.Write(Limits.RateGrace.Ticks);
        to.Write(Limits.Linger.Ticks);
        to.Write(Drain.Ticks);
        to.Flush();
        return bytes.ToArray();
    }
}
