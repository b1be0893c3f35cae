using System.Text;

namespace ActorServer.Protocol.Http1;

/// <summary>What all HTTP connections of an endpoint share. Safe to use from any thread.</summary>
public sealed class HttpOptions
{
    /// <summary>The date that replies carry.</summary>
    public required HttpDate Date { get; init; }

    /// <summary>The limits of each connection.</summary>
    public HttpLimits Limits { get; init; } = new();

    /// <summary>The product in the <c>Server</c> field of replies (RFC 9110 §10.2.4); null leaves the field out.</summary>
    /// <exception cref="ArgumentException">The text cannot stand in a field value.</exception>
    public string? ServerName
    {
        get;
        init
        {
            if (value is not null && !Grammar.IsFieldValue(value)) throw new ArgumentException("Not a field value.", nameof(value));
            field = value;
            ServerLine = value is null ? [] : Encoding.Latin1.GetBytes($"Server: {value}\r\n");
        }
    } = "ActorServer";

    internal byte[] ServerLine { get; private init; } = "Server: ActorServer\r\n"u8.ToArray();
}
