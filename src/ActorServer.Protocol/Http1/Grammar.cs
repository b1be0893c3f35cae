using System.Buffers.Binary;
using System.Net;

namespace ActorServer.Protocol.Http1;

/// <summary>The character classes and small productions of RFC 9110 and RFC 9112 that requests are checked against.</summary>
internal static class Grammar
{
    private const string TokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private const ulong EachLow = 0x0101_0101_0101_0101, EachHigh = 0x80 * EachLow; // the lowest, and the highest, bit of each of eight bytes

    private static readonly ByteSet Token = new(TokenCharacters);

    // Without control characters but HTAB: those may stand neither in a field line nor in a chunk extension (RFC 9110 §5.5).
    private static readonly ByteSet ValueText = new ByteSet(' ', '\xff', besides: '\t').Without('\x7f');

    // Visible ASCII without the delimiters that RFC 3986 excludes and no client sends, and without '#': a fragment is never sent.
    // What browsers do send unescaped ({ | } ^ ` \) passes.
    private static readonly ByteSet Target = new ByteSet(TokenCharacters + "/?:@()[]{}\\,;=").Without('#');

    private static readonly ByteSet HostName = new("%-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly ByteSet AddressLiteral = new("0123456789ABCDEFabcdef:.");

    /// <summary>A method or a field name (RFC 9110 §5.6.2).</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && Token.ContainsAll(text);

    /// <inheritdoc cref="IsToken(ReadOnlySpan{byte})"/>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && Token.ContainsAll(text);

    public static bool HasControl(ReadOnlySpan<byte> text)
    {
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
        {
            // Field values can be long: eight bytes at a time, of which none is below a space, nor DEL, need no closer look.
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(text);
            var apart = eight ^ (0x7f * EachLow); // 0 is DEL
            var suspects = (((eight - (' ' * EachLow)) & ~eight) | ((apart - EachLow) & ~apart)) & EachHigh;
            if (suspects != 0 && !ValueText.ContainsAll(text[..sizeof(ulong)])) return true;
        }

        return !ValueText.ContainsAll(text);
    }

    /// <summary>Text that can be sent as a field value: Latin-1 without control characters (RFC 9110 §5.5).</summary>
    public static bool IsFieldValue(ReadOnlySpan<char> text) => ValueText.ContainsAll(text);

    public static bool IsTarget(ReadOnlySpan<byte> text) => !text.IsEmpty && Target.ContainsAll(text);

    /// <summary>Writes text that <see cref="IsFieldValue"/> or <see cref="IsToken(ReadOnlySpan{char})"/>: a byte for a character.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">Room for it.</param>
    public static void Write(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        for (var i = 0; i < text.Length; i++) bytes[i] = (byte)text[i];
    }

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
        if (bracket < 0) return HostName.ContainsAll(text) && HasWholeEscapes(text);
        if (text is not [(byte)'[', .. var address, (byte)']']) return false;
        return address.Contains((byte)':') && AddressLiteral.ContainsAll(address) && IPAddress.IsValidUtf8(address);
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
}
