using System.Buffers;
using System.Net;
using System.Text;

namespace ActorServer.Protocol.Http1;

/// <summary>The character classes and small productions of RFC 9110 and RFC 9112 that requests are checked against.</summary>
internal static class Grammar
{
    private const string TokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<byte> Token = Bytes(TokenCharacters);
    private static readonly SearchValues<char> TokenText = SearchValues.Create(TokenCharacters);

    // All control characters but HTAB: what may stand neither in a field line nor in a chunk extension (RFC 9110 §5.5).
    private static readonly SearchValues<byte> Control = Bytes(Latin1(IsControl));
    private static readonly SearchValues<char> ValueText = SearchValues.Create(Latin1(c => !IsControl(c)));

    // Visible ASCII without the delimiters that RFC 3986 excludes and no client sends, and without '#': a fragment is never sent.
    // What browsers do send unescaped ({ | } ^ ` \) passes.
    private static readonly SearchValues<byte> Target =
        Bytes(TokenCharacters.Replace("#", "", StringComparison.Ordinal) + "/?:@()[]{}\\,;=");

    private static readonly SearchValues<byte> HostName =
        Bytes("%-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<byte> AddressLiteral = Bytes("0123456789ABCDEFabcdef:.");

    /// <summary>A method or a field name (RFC 9110 §5.6.2).</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    /// <inheritdoc cref="IsToken(ReadOnlySpan{byte})"/>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenText);

    public static bool HasControl(ReadOnlySpan<byte> text) => text.ContainsAny(Control);

    /// <summary>Text that can be sent as a field value: Latin-1 without control characters (RFC 9110 §5.5).</summary>
    public static bool IsFieldValue(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(ValueText);

    public static bool IsTarget(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Target);

    /// <summary>A field's Host or a target's authority: <c>uri-host [ ":" port ]</c>, no user information (RFC 9110 §7.2).</summary>
    public static bool IsAuthority(ReadOnlySpan<byte> text)
    {
        var colon = text.LastIndexOf((byte)':');
        var bracket = text.LastIndexOf((byte)']');
        if (colon > bracket)
        {
            if (!IsPort(text[(colon + 1)..])) return false;
            text = text[..colon];
            if (text.IsEmpty) return false;
        }
        if (bracket < 0) return !text.ContainsAnyExcept(HostName) && HasWholeEscapes(text);
        if (text is not [(byte)'[', .. var address, (byte)']']) return false;
        return address.Contains((byte)':') && !address.ContainsAnyExcept(AddressLiteral) && IPAddress.IsValidUtf8(address);
    }

    /// <summary>Takes the first element of a comma-separated list (RFC 9110 §5.6.1), white space around it removed.</summary>
    public static ReadOnlySpan<byte> NextElement(ref ReadOnlySpan<byte> list)
    {
        var comma = list.IndexOf((byte)',');
        var element = comma < 0 ? list : list[..comma];
        list = comma < 0 ? default : list[(comma + 1)..];
        return element.Trim(" \t"u8);
    }

    public static int HexValue(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    private static bool IsPort(ReadOnlySpan<byte> text)
    {
        var port = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            port = port * 10 + digit - '0';
            if (port > ushort.MaxValue) return false;
        }
        return true;
    }

    private static bool HasWholeEscapes(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf((byte)'%'); at >= 0; at = text.IndexOf((byte)'%'))
        {
            if (at + 2 >= text.Length || HexValue(text[at + 1]) < 0 || HexValue(text[at + 2]) < 0) return false;
            text = text[(at + 3)..];
        }
        return true;
    }

    // Loops, not queries: these run before the first request, and a process that serves one would spend more time on compiling queries.
    private static SearchValues<byte> Bytes(string characters) => SearchValues.Create(Encoding.Latin1.GetBytes(characters));

    private static string Latin1(Func<char, bool> which)
    {
        var text = new StringBuilder(256);
        for (var c = '\0'; c < 256; c++)
        {
            if (which(c)) text.Append(c);
        }

        return text.ToString();
    }

    private static bool IsControl(char c) => c is (< ' ' and not '\t') or '\x7f';
}
