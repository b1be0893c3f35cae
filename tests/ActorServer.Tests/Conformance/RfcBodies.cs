using static ActorServer.Tests.Conformance.RfcCase;

namespace ActorServer.Tests.Conformance;

/// <summary>
/// RFC 9112 §6 and §7, RFC 9110 §8.6: where a request's body ends. Whatever two recipients could read differently is refused, and what stands
/// behind it is never taken for a request (RFC 9112 §11.2).
/// </summary>
internal static class RfcBodies
{
    private const string Chunked = "POST / HTTP/1.1↵Host: h↵Transfer-Encoding: chunked↵↵";

    public static IEnumerable<RfcCase> Cases =>
    [
        // Content-Length
        Lives("9112 §6.3", "neither field: there is no body", "POST / HTTP/1.1↵Host: h↵↵", "200 POST / h"),
        Lives("9110 §8.6", "a length", Length("3", "abc"), "200 POST / h abc"),
        Lives("9110 §8.6", "a length of nothing", Length("0", ""), "200 POST / h"),
        Lives("9110 §8.6", "leading zeros", Length("0003", "abc"), "200 POST / h abc"),
        Lives("9110 §9.3.1", "GET with a body, which is read", "GET / HTTP/1.1↵Host: h↵Content-Length: 3↵↵abc", "200 GET / h abc"),
        Lives("9112 §6.2", "a body that looks like a request", Length("24", "GET /x HTTP/1.1\r\nHost: h"), "200 POST / h GET /x HTTP/1.1\r\nHost: h"),
        Lives("9110 §8.6", "a body as large as it may be", Length("100", new string('b', 100)), $"200 POST / h {new string('b', 100)}"),
        Ends("9110 §15.5.14", "a body that is larger", Length("101", new string('b', 101)), "413"),
        Ends("9110 §15.5.14", "a body that is far larger", Length("1000000", new string('b', 1_000_000)), "413"),
        Ends("9112 §6.3", "two lengths", "POST / HTTP/1.1↵Host: h↵Content-Length: 3↵Content-Length: 4↵↵abc", "400"),
        Ends("9112 §6.3", "the same length twice", "POST / HTTP/1.1↵Host: h↵Content-Length: 3↵Content-Length: 3↵↵abc", "400"),
        Ends("9112 §6.3", "a list", Length("3, 3", "abc"), "400"),
        Ends("9112 §6.3", "a list of two lengths", Length("3, 4", "abc"), "400"),
        Ends("9110 §8.6", "a negative one", Length("-3", "abc"), "400"),
        Ends("9110 §8.6", "a sign", Length("+3", "abc"), "400"),
        Ends("9110 §8.6", "an empty one", Length("", ""), "400"),
        Ends("9110 §8.6", "hexadecimal", Length("0x3", "abc"), "400"),
        Ends("9110 §8.6", "a fraction", Length("3.0", "abc"), "400"),
        Ends("9110 §8.6", "a space within", Length("1 0", "abc"), "400"),
        Ends("9110 §8.6", "more than 63 bits", Length("9223372036854775808", "abc"), "400"),
        Ends("9110 §8.6", "more than 64 bits", Length("18446744073709551619", "abc"), "400"),
        Ends("9110 §8.6", "a hundred digits", Length(new string('9', 100), "abc"), "400"),

        // Transfer-Encoding
        Lives("9112 §7.1", "chunks", Chunked + "3↵abc↵2↵de↵0↵↵", "200 POST / h abcde"),
        Lives("9112 §7", "the coding's name is case-insensitive", "POST / HTTP/1.1↵Host: h↵transfer-encoding: CHUNKED↵↵1↵a↵0↵↵", "200 POST / h a"),
        Ends("9112 §6.1", "both framings", "POST / HTTP/1.1↵Host: h↵Content-Length: 6↵Transfer-Encoding: chunked↵↵0↵↵G", "400"),
        Ends("9112 §6.1", "both, the other way round", "POST / HTTP/1.1↵Host: h↵Transfer-Encoding: chunked↵Content-Length: 6↵↵0↵↵G", "400"),
        Ends("9112 §6.1", "both, with a length of nothing", "POST / HTTP/1.1↵Host: h↵Transfer-Encoding: chunked↵Content-Length: 0↵↵0↵↵", "400"),
        Ends("9112 §6.1", "a coding that the server does not know", Coding("gzip, chunked"), "501"),
        Ends("9112 §6.1", "two of them", Coding("gzip, deflate, chunked"), "501"),
        Ends("9112 §6.1", "a coding in HTTP/1.0", "POST / HTTP/1.0↵Transfer-Encoding: chunked↵↵0↵↵", "400"),
        Ends("9112 §6.3", "chunked is not the last", Coding("chunked, gzip"), "400"),
        Ends("9112 §6.3", "chunked is not there", Coding("gzip"), "400"),
        Ends("9112 §6.3", "identity, which is no coding any more", Coding("identity"), "400"),
        Ends("9112 §7", "chunked twice", Coding("chunked, chunked"), "400"),
        Ends("9112 §7", "chunked twice, in two lines", "POST / HTTP/1.1↵Host: h↵Transfer-Encoding: chunked↵Transfer-Encoding: chunked↵↵0↵↵", "400"),
        Ends("9112 §7", "chunked, then another in a second line", "POST / HTTP/1.1↵Host: h↵Transfer-Encoding: chunked↵Transfer-Encoding: identity↵↵0↵↵", "400"),
        Ends("9112 §7", "a parameter", Coding("chunked;q=1"), "400"),
        Ends("9112 §7", "quoted", Coding("\"chunked\""), "400"),
        Ends("9112 §7", "a vertical tab before it", Coding("\vchunked"), "400"),
        Ends("9112 §7", "another word that holds it", Coding("xchunked"), "400"),
        Ends("9112 §7", "an empty one", Coding(""), "400"),
        Ends("9112 §7", "an empty element", Coding(", chunked"), "400"),
        Ends("9112 §5.1", "a space before its colon", "POST / HTTP/1.1↵Host: h↵Transfer-Encoding : chunked↵↵0↵↵", "400"),
        Ends("9112 §5.2", "folded", "POST / HTTP/1.1↵Host: h↵Transfer-Encoding:↵ chunked↵↵0↵↵", "400"),

        // Chunks
        Lives("9112 §7.1", "no chunk but the last", Chunked + "0↵↵", "200 POST / h"),
        Lives("9112 §7.1", "hexadecimal, either case", Chunked + "a↵0123456789↵B↵01234567890↵0↵↵", "200 POST / h 012345678901234567890"),
        Lives("9112 §7.1", "leading zeros", Chunked + "0003↵abc↵000↵↵", "200 POST / h abc"),
        Lives("9112 §7.1", "data that looks like chunks", Chunked + "5↵0↵↵↵0↵↵", "200 POST / h 0"),
        Lives("9112 §7.1", "chunks as large as a body may be", Chunked + $"32↵{new string('b', 50)}↵32↵{new string('b', 50)}↵0↵↵", $"200 POST / h {new string('b', 100)}"),
        Ends("9110 §15.5.14", "chunks that are larger", Chunked + $"32↵{new string('b', 50)}↵33↵{new string('b', 51)}↵0↵↵", "413"),
        Ends("9110 §15.5.14", "a chunk that is announced to be", Chunked + "fffffffff↵", "413"),
        Ends("9112 §7.1", "a size that does not fit", Chunked + "fffffffffffffffff↵abc", "400"),
        Ends("9112 §7.1", "a negative size", Chunked + "-1↵a↵0↵↵", "400"),
        Ends("9112 §7.1", "a signed size", Chunked + "+1↵a↵0↵↵", "400"),
        Ends("9112 §7.1", "a prefix", Chunked + "0x1↵a↵0↵↵", "400"),
        Ends("9112 §7.1", "no size", Chunked + "↵a↵0↵↵", "400"),
        Ends("9112 §7.1", "a size that is no number", Chunked + "g↵a↵0↵↵", "400"),
        Ends("9112 §7.1", "a space before the size", Chunked + " 1↵a↵0↵↵", "400"),
        Ends("9112 §7.1", "a space behind the size", Chunked + "1 ↵a↵0↵↵", "400"),
        Ends("9112 §7.1", "a bare LF behind the size", Chunked + "1\na↵0↵↵", "400"),
        Ends("9112 §7.1", "a bare LF behind the data", Chunked + "1↵a\n0↵↵", "400"),
        Ends("9112 §7.1", "data longer than its size", Chunked + "1↵ab↵0↵↵", "400"),
        Ends("9112 §7.1", "data shorter than its size", Chunked + "4↵ab↵0↵↵", "400"),
        Lives("9112 §7.1.1", "an extension is read over", Chunked + "1;a↵b↵0;c=d;e=\"f g\"↵↵", "200 POST / h b"),
        Lives("9112 §7.1.1", "white space around it as well", Chunked + "1 ; a = b↵c↵0↵↵", "200 POST / h c"),
        Lives("9112 §7.1.1", "as long as it may be", Chunked + $"1;{new string('e', 255)}↵a↵0↵↵", "200 POST / h a"),
        Ends("9112 §7.1.1", "longer", Chunked + $"1;{new string('e', 256)}↵a↵0↵↵", "400"),
        Ends("9112 §7.1.1", "without an end", Chunked + $"1;{new string('e', 30_000)}", "400"),
        Ends("9112 §7.1.1", "without a semicolon", Chunked + "1 a↵b↵0↵↵", "400"),
        Ends("9112 §7.1.1", "a bare LF in it", Chunked + "1;a\nb↵c↵0↵↵", "400"),
        Ends("9112 §7.1.1", "a bare CR in it", Chunked + "1;a\rb↵c↵0↵↵", "400"),
        Ends("9112 §7.1.1", "a NUL in it", Chunked + "1;\0↵a↵0↵↵", "400"),

        // Trailers
        Lives("9112 §7.1.2", "trailers are kept apart", Chunked + "1↵a↵0↵T: u↵V: w↵↵", "200 POST / h a T=u V=w"),
        Lives("9112 §7.1.2", "as many as fields", Chunked + $"0↵{Repeat("T: u↵", 10)}↵", $"200 POST / h{Repeat(" T=u", 10)}"),
        Ends("9112 §7.1.2", "one more", Chunked + $"0↵{Repeat("T: u↵", 11)}↵", "431"),
        Ends("9112 §7.1.2", "longer than fields may be", Chunked + $"0↵T: {new string('u', 300)}↵↵", "431"),
        Ends("9112 §7.1.2", "without an end", Chunked + $"0↵T: {new string('u', 30_000)}", "431"),
        Ends("9112 §7.1.2", "folded", Chunked + "0↵T: u↵ v↵↵", "400"),
        Ends("9112 §7.1.2", "without a colon", Chunked + "0↵T↵↵", "400"),
        Ends("9110 §6.5.1", "a length as a trailer", Chunked + "0↵Content-Length: 5↵↵", "400"),
        Ends("9110 §6.5.1", "a coding as a trailer", Chunked + "0↵Transfer-Encoding: chunked↵↵", "400"),
        Ends("9110 §6.5.1", "a host as a trailer", Chunked + "0↵Host: b↵↵", "400"),
    ];

    private static string Length(string value, string body) => $"POST / HTTP/1.1↵Host: h↵Content-Length: {value}↵↵{body}";

    private static string Coding(string value) => $"POST / HTTP/1.1↵Host: h↵Transfer-Encoding: {value}↵↵0↵↵";

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
