using static ActorServer.Tests.Conformance.RfcCase;

namespace ActorServer.Tests.Conformance;

/// <summary>RFC 9112 §5 and RFC 9110 §5 to §7: field lines, Host, and their limits.</summary>
internal static class RfcFields
{
    public static IEnumerable<RfcCase> Cases =>
    [
        // Field syntax
        Lives("9112 §5", "a name is case-insensitive", "GET / HTTP/1.1↵hOST: h↵X: y↵↵", "200 GET / h x=y"),
        Lives("9112 §5.1", "no white space before the value", "GET / HTTP/1.1↵Host:h↵X:y↵↵", "200 GET / h x=y"),
        Lives("9112 §5.1", "white space around the value is none of it", "GET / HTTP/1.1↵Host: \t h \t↵X: \t y z\t ↵↵", "200 GET / h x=y z"),
        Lives("9110 §5.5", "an empty value", "GET / HTTP/1.1↵Host: h↵X:↵↵", "200 GET / h x="),
        Lives("9110 §5.5", "a tab within a value", "GET / HTTP/1.1↵Host: h↵X: a\tb↵↵", "200 GET / h x=a\tb"),
        Lives("9110 §5.5", "bytes beyond ASCII in a value", "GET / HTTP/1.1↵Host: h↵Y: caf\u00e9\u0080↵↵", "200 GET / h"),
        Lives("9110 §5.3", "a colon in a value", "GET / HTTP/1.1↵Host: h↵X: a:b: c↵↵", "200 GET / h x=a:b: c"),
        Lives("9110 §5.6.2", "all the letters of a token in a name", "GET / HTTP/1.1↵Host: h↵!#$%&'*+-.^_`|~9: y↵↵", "200 GET / h"),
        Ends("9112 §5.1", "a space before the colon", "GET / HTTP/1.1↵Host : h↵↵", "400"),
        Ends("9112 §5.1", "a tab before the colon", "GET / HTTP/1.1↵Host: h↵X\t: y↵↵", "400"),
        Ends("9112 §5.2", "a folded line", "GET / HTTP/1.1↵Host: h↵X: y↵ z↵↵", "400"),
        Ends("9112 §5.2", "a line folded with a tab", "GET / HTTP/1.1↵Host: h↵X: y↵\tz↵↵", "400"),
        Ends("9112 §5.2", "a folded line of nothing", "GET / HTTP/1.1↵Host: h↵X: y↵ ↵↵", "400"),
        Ends("9112 §5", "no colon", "GET / HTTP/1.1↵Host: h↵X↵↵", "400"),
        Ends("9112 §5", "an empty name", "GET / HTTP/1.1↵Host: h↵: y↵↵", "400"),
        Ends("9110 §5.1", "a name that is no token", "GET / HTTP/1.1↵Host: h↵X@Y: z↵↵", "400"),
        Ends("9110 §5.1", "a name beyond ASCII", "GET / HTTP/1.1↵Host: h↵X\u00e9: z↵↵", "400"),
        Ends("9110 §5.1", "a space within a name", "GET / HTTP/1.1↵Host: h↵X Y: z↵↵", "400"),
        Ends("9110 §5.5", "a NUL in a value", "GET / HTTP/1.1↵Host: h↵X: a\0b↵↵", "400"),
        Ends("9110 §5.5", "a control character in a value", "GET / HTTP/1.1↵Host: h↵X: a\u001bb↵↵", "400"),
        Ends("9110 §5.5", "a DEL in a value", "GET / HTTP/1.1↵Host: h↵X: a\u007fb↵↵", "400"),
        Ends("9112 §2.2", "CR CR LF behind a field", "GET / HTTP/1.1↵Host: h\r↵↵", "400"),

        // Host
        Ends("9112 §3.2", "no Host", "GET / HTTP/1.1↵X: y↵↵", "400"),
        Ends("9112 §3.2", "no field at all", "GET / HTTP/1.1↵↵", "400"),
        Ends("9112 §3.2", "two", "GET / HTTP/1.1↵Host: a↵Host: b↵↵", "400"),
        Ends("9112 §3.2", "two of the same", "GET / HTTP/1.1↵Host: a↵Host: a↵↵", "400"),
        Ends("9112 §3.2", "two in HTTP/1.0", "GET / HTTP/1.0↵Host: a↵Host: a↵↵", "400"),
        Ends("9112 §3.2", "a list", "GET / HTTP/1.1↵Host: a, b↵↵", "400"),
        Lives("9112 §3.2", "an empty one, as where there is no authority", "GET / HTTP/1.1↵Host:↵↵", "200 GET /"),
        Lives("9110 §7.2", "a port", "GET / HTTP/1.1↵Host: h.example:8080↵↵", "200 GET / h.example:8080"),
        Lives("9110 §7.2", "an address", "GET / HTTP/1.1↵Host: 127.0.0.1↵↵", "200 GET / 127.0.0.1"),
        Lives("9110 §7.2", "an address of version 6", "GET / HTTP/1.1↵Host: [2001:db8::1]:80↵↵", "200 GET / [2001:db8::1]:80"),
        Ends("9110 §7.2", "a port that is no number", "GET / HTTP/1.1↵Host: h:eighty↵↵", "400"),
        Ends("9110 §7.2", "a port that does not exist", "GET / HTTP/1.1↵Host: h:65536↵↵", "400"),
        Ends("9110 §7.2", "a path", "GET / HTTP/1.1↵Host: h/a↵↵", "400"),
        Ends("9110 §7.2", "user information", "GET / HTTP/1.1↵Host: me@h↵↵", "400"),
        Ends("9110 §7.2", "a space within", "GET / HTTP/1.1↵Host: a b↵↵", "400"),
        Ends("9110 §7.2", "a bracket that stays open", "GET / HTTP/1.1↵Host: [::1↵↵", "400"),
        Ends("9110 §7.2", "a name in brackets", "GET / HTTP/1.1↵Host: [h]↵↵", "400"),

        // Limits
        Lives("6585 §5", "as many fields as there may be", $"GET / HTTP/1.1↵Host: h↵{Repeat("Y: z↵", 9)}↵", "200 GET / h"),
        Ends("6585 §5", "one more", $"GET / HTTP/1.1↵Host: h↵{Repeat("Y: z↵", 10)}↵", "431"),
        Lives("6585 §5", "fields as long as they may be", $"GET / HTTP/1.1↵Host: h↵Y: {new string('z', 286)}↵↵", "200 GET / h"),
        Ends("6585 §5", "one byte more", $"GET / HTTP/1.1↵Host: h↵Y: {new string('z', 287)}↵↵", "431"),
        Ends("6585 §5", "a field without an end", $"GET / HTTP/1.1↵Host: h↵Y: {new string('z', 30_000)}", "431"),
        Ends("6585 §5", "a name without an end", $"GET / HTTP/1.1↵Host: h↵{new string('z', 30_000)}", "431"),
        Ends("6585 §5", "fields without an end", $"GET / HTTP/1.1↵Host: h↵{Repeat("Y: z↵", 5_000)}", "431"),

        // Expectations
        new("9110 §10.1.1", "a client that waits for leave gets it", Persists: true,
            ("POST /a HTTP/1.1↵Host: h↵Expect: 100-continue↵Content-Length: 3↵↵", ["100 bare"]), ("abc", ["200 POST /a h abc"])),
        new("9110 §10.1.1", "so does one with a chunked body", Persists: true,
            ("POST /a HTTP/1.1↵Host: h↵Expect: 100-Continue↵Transfer-Encoding: chunked↵↵", ["100 bare"]), ("3↵abc↵0↵↵", ["200 POST /a h abc"])),
        new("9110 §10.1.1", "in a pipeline after the replies before", Persists: true,
            ("GET /a HTTP/1.1↵Host: h↵↵POST /b HTTP/1.1↵Host: h↵Expect: 100-continue↵Content-Length: 1↵↵", ["200 GET /a h", "100 bare"]), ("c", ["200 POST /b h c"])),
        Lives("9110 §10.1.1", "there is no leave for nothing", "GET /a HTTP/1.1↵Host: h↵Expect: 100-continue↵↵", "200 GET /a h"),
        Lives("9110 §10.1.1", "one that did not wait is answered", "POST /a HTTP/1.1↵Host: h↵Expect: 100-continue↵Content-Length: 3↵↵abc", "200 POST /a h abc"),
        Ends("9110 §10.1.1", "HTTP/1.0 does not know it", "POST /a HTTP/1.0↵Expect: 100-continue↵Content-Length: 3↵↵abc", "200 POST /a abc"),
        Ends("9110 §10.1.1", "a body that is too large is not asked for", "POST /a HTTP/1.1↵Host: h↵Expect: 100-continue↵Content-Length: 101↵↵", "413"),
        Ends("9110 §10.1.1", "another expectation", "POST /a HTTP/1.1↵Host: h↵Expect: tea↵Content-Length: 3↵↵abc", "417"),
        Ends("9110 §10.1.1", "another one beside it", "POST /a HTTP/1.1↵Host: h↵Expect: 100-continue, tea↵Content-Length: 3↵↵abc", "417"),
    ];

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
