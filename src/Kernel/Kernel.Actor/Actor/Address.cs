using System.Diagnostics.CodeAnalysis;

namespace Akka.Actor;

/// <summary>Where an actor system is reached: <c>protocol://system@host:port</c>, or only <c>protocol://system</c> for the local one.</summary>
/// <param name="Protocol">The protocol, such as <c>akka</c>.</param>
/// <param name="System">The actor system's name.</param>
/// <param name="Host">The host, or null for a local address.</param>
/// <param name="Port">The port, or null for a local address.</param>
public sealed record Address(string Protocol, string System, string? Host = null, int? Port = null) : IComparable<Address>
{
    /// <summary>An address that stands for every system.</summary>
    public static readonly Address AllSystems = new("akka", "all-systems");

    /// <summary>True when the address names no host: it means something in this process only.</summary>
    public bool HasLocalScope => string.IsNullOrEmpty(Host);

    /// <summary>True when the address names a host.</summary>
    public bool HasGlobalScope => !HasLocalScope;

    /// <summary>Parses an address.</summary>
    /// <param name="address">Text such as <c>akka.tcp://system@host:2552</c>.</param>
    /// <returns>The address.</returns>
    /// <exception cref="UriFormatException">The text is no address.</exception>
    public static Address Parse(string address) =>
        TryParse(address, out var parsed) ? parsed : throw new UriFormatException($"Not an address: {address}");

    /// <summary>Parses an address; text after it (a path) is ignored.</summary>
    /// <param name="address">Text such as <c>akka.tcp://system@host:2552</c>.</param>
    /// <param name="parsed">The address, when the result is true.</param>
    /// <returns>Whether the text is an address.</returns>
    public static bool TryParse(string? address, [NotNullWhen(true)] out Address? parsed) => TryParse(address, out parsed, out _);

    /// <summary>Orders by protocol, system, host and port.</summary>
    /// <param name="other">The address to compare with.</param>
    /// <returns>Less than, equal to or greater than zero.</returns>
    public int CompareTo(Address? other)
    {
        if (other is null)
            return 1;
        var order = string.CompareOrdinal(Protocol, other.Protocol);
        if (order == 0)
            order = string.CompareOrdinal(System, other.System);
        if (order == 0)
            order = string.CompareOrdinal(Host, other.Host);
        return order != 0 ? order : Nullable.Compare(Port, other.Port);
    }

    /// <summary>Another protocol, the rest unchanged.</summary>
    /// <param name="protocol">The new protocol.</param>
    /// <returns>The new address.</returns>
    public Address WithProtocol(string protocol) => this with { Protocol = protocol };

    /// <summary>Another host, the rest unchanged.</summary>
    /// <param name="host">The new host.</param>
    /// <returns>The new address.</returns>
    public Address WithHost(string? host = null) => this with { Host = host };

    /// <summary>Another port, the rest unchanged.</summary>
    /// <param name="port">The new port.</param>
    /// <returns>The new address.</returns>
    public Address WithPort(int? port = null) => this with { Port = port };

    /// <inheritdoc/>
    public override string ToString() => (Host, Port) switch
    {
        (null or "", _) => $"{Protocol}://{System}",
        (_, null) => $"{Protocol}://{System}@{Host}",
        _ => $"{Protocol}://{System}@{Host}:{Port}",
    };

    // rest: what follows the address, beginning with '/', or empty.
    internal static bool TryParse(string? text, [NotNullWhen(true)] out Address? parsed, out string rest)
    {
        parsed = null;
        rest = "";
        var schemeEnd = text?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (text is null || schemeEnd <= 0)
            return false;
        var start = schemeEnd + 3;
        var end = text.IndexOf('/', start);
        if (end < 0)
            end = text.Length;
        rest = text[end..];
        var protocol = text[..schemeEnd];
        var authority = text.AsSpan(start, end - start);
        var at = authority.IndexOf('@');
        var system = at < 0 ? authority : authority[..at];
        if (system.IsEmpty)
            return false;
        if (at < 0)
        {
            parsed = new Address(protocol, system.ToString());
            return true;
        }

        var place = authority[(at + 1)..];
        // An IPv6 host stands in brackets: [::1]:2552.
        var colon = place.LastIndexOf(':');
        if (colon < place.LastIndexOf(']'))
            colon = -1;
        var host = colon < 0 ? place : place[..colon];
        if (host.IsEmpty)
            return false;
        int? port = null;
        if (colon >= 0)
        {
            if (!ushort.TryParse(place[(colon + 1)..], out var number))
                return false;
            port = number;
        }

        parsed = new Address(protocol, system.ToString(), host.ToString(), port);
        return true;
    }
}
