using System.Buffers.Binary;
using System.Runtime.InteropServices;
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
    /// <summary>What the runtime does not need for one connection, and would take time and memory to set up.</summary>
    public static IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_EnableDiagnostics"] = "0",
    };

    public static LeanSettings Of(ServerSettings settings) =>
        new(settings.Protocol, settings.Handler, settings.HttpLimits, settings.LineLimit, settings.Limits, settings.Drain.Deadline);

    public static LeanSettings Read(ReadOnlySpan<byte> bytes)
    {
        var from = new Fields(bytes);
        return new LeanSettings(from.Text(), from.Text(),
            new HttpLimits { RequestLineBytes = from.Number(), HeadersBytes = from.Number(), HeaderCount = from.Number(), BodyBytes = from.Long() },
            from.Number(),
            new ConnectionLimits(from.Number(), from.Time(), from.Time(), from.Number(), from.Number(), from.Time(), from.Time()),
            from.Time());
    }

    public byte[] Write()
    {
        var bytes = new MemoryStream();
        using var to = new BinaryWriter(bytes);
        Text(Protocol);
        Text(Handler);
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

        void Text(string text)
        {
            to.Write(text.Length);
            to.Write(MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }

    // Neither a BinaryReader nor an encoding: loading them takes a process that serves one connection longer than to serve.
    private ref struct Fields(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public int Number() => BinaryPrimitives.ReadInt32LittleEndian(Next(sizeof(int)));

        public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Next(sizeof(long)));

        public TimeSpan Time() => new(Long());

        public string Text() => new(MemoryMarshal.Cast<byte, char>(Next(sizeof(char) * Number())));

        private ReadOnlySpan<byte> Next(int length)
        {
            var next = _rest[..length];
            _rest = _rest[length..];
            return next;
        }
    }
}
