using static ActorServer.Tests.Conformance.RfcCase;

namespace ActorServer.Tests.Conformance;

/// <summary>RFC 9112 §2 and §3: the lines of a message, the request line, the forms of a target, the version.</summary>
internal static class RfcRequestLines
{
    public static IEnumerable<RfcCase> Cases =>
    [
        // Message parsing
        Lives("9112 §2.2", "an empty line ahead of a request", "↵GET /a HTTP/1.1↵Host: h↵↵", "200 GET /a h"),
        Lives("9112 §2.2", "several of them", "↵↵↵GET /a HTTP/1.1↵Host: h↵↵", "200 GET /a h"),
        Ends("9112 §2.2", "empty lines without end", "↵↵↵↵↵↵↵↵↵↵↵↵GET /a HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §2.2", "a bare LF behind the request line", "GET / HTTP/1.1\nHost: h↵↵", "400"),
        Ends("9112 §2.2", "a bare CR behind the request line", "GET / HTTP/1.1\rHost: h↵↵", "400"),
        Ends("9112 §2.2", "a bare LF behind a field line", "GET / HTTP/1.1↵Host: h\nX: y↵↵", "400"),
        Ends("9112 §2.2", "a bare CR within a field line", "GET / HTTP/1.1↵Host: h↵X: y\rz↵↵", "400"),
        Ends("9112 §2.2", "a bare LF as the empty line", "GET / HTTP/1.1↵Host: h↵\n", "400"),
        Ends("9112 §2.2", "white space between request line and first field", "GET / HTTP/1.1↵ Host: h↵↵", "400"),
        Ends("9112 §2.2", "a tab there", "GET / HTTP/1.1↵\tX: y↵Host: h↵↵", "400"),
        Ends("9112 §2.2", "CR CR LF behind the request line", "GET / HTTP/1.1\r↵Host: h↵↵", "400"),

        // Request line
        Ends("9112 §3", "two spaces before the target", "GET  / HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3", "two spaces behind the target", "GET /  HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3", "a tab for a space", "GET\t/ HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3", "a space at its end", "GET / HTTP/1.1 ↵Host: h↵↵", "400"),
        Ends("9112 §3", "a space at its beginning", " GET / HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3", "a space in the target", "GET /a b HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3", "no target", "GET HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3", "neither target nor version", "GET↵Host: h↵↵", "400"),
        Lives("9112 §3", "a target as long as it may be", $"GET /{new string('a', 86)} HTTP/1.1↵Host: h↵↵", $"200 GET /{new string('a', 86)} h"),
        Ends("9112 §3", "a target that is too long", $"GET /{new string('a', 87)} HTTP/1.1↵Host: h↵↵", "414"),
        Ends("9112 §3", "a target that is far too long, without an end", $"GET /{new string('a', 30_000)}", "414"),
        Ends("9112 §3", "a method that is too long", $"{new string('A', 200)} / HTTP/1.1↵Host: h↵↵", "414"),

        // Method
        Lives("9112 §3.1", "an unknown method is the handler's to refuse", "BREW /pot HTTP/1.1↵Host: h↵↵", "200 BREW /pot h"),
        Lives("9112 §3.1", "a method is case-sensitive", "get / HTTP/1.1↵Host: h↵↵", "200 get / h"),
        Lives("9112 §3.1", "all the letters of a token", "!#$%&'*+-.^_`|~aZ9 / HTTP/1.1↵Host: h↵↵", "200 !#$%&'*+-.^_`|~aZ9 / h"),
        Ends("9112 §3.1", "a method that is no token", "G(T / HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3.1", "a control character in the method", "G\u0001T / HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3.1", "an empty method", " / HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §2.2", "a TLS handshake", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", "400"),

        // Target
        Lives("9112 §3.2.1", "the origin form", "GET /a/b?c=d&e HTTP/1.1↵Host: h↵↵", "200 GET /a/b?c=d&e h"),
        Lives("9112 §3.2.1", "an empty query", "GET /? HTTP/1.1↵Host: h↵↵", "200 GET /? h"),
        Lives("9112 §3.2.1", "escapes stay as they came", "GET /%41%2f%zz HTTP/1.1↵Host: h↵↵", "200 GET /%41%2f%zz h"),
        Ends("9112 §3.2", "a relative target", "GET a/b HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3.2", "a fragment", "GET /a#b HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3.2", "a query alone", "GET ?a HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3.2", "a NUL in the target", "GET /\0 HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3.2", "a DEL in the target", "GET /\u007f HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3.2", "a byte beyond ASCII in the target", "GET /\u00e9 HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3.2", "a quotation mark in the target", "GET /\" HTTP/1.1↵Host: h↵↵", "400"),
        Lives("9112 §3.2.2", "the absolute form overrides Host", "GET http://b:81/c?d HTTP/1.1↵Host: h↵↵", "200 GET http://b:81/c?d b:81"),
        Lives("9112 §3.2.2", "its scheme is case-insensitive", "GET HTTP://b/c HTTP/1.1↵Host: h↵↵", "200 GET HTTP://b/c b"),
        Lives("9112 §3.2.2", "without a path", "GET http://b HTTP/1.1↵Host: b↵↵", "200 GET http://b b"),
        Lives("9112 §3.2.2", "with an address", "GET https://[::1]:8443/ HTTP/1.1↵Host: h↵↵", "200 GET https://[::1]:8443/ [::1]:8443"),
        Ends("9112 §3.2.2", "it needs a Host all the same", "GET http://b/ HTTP/1.1↵↵", "400"),
        Ends("9110 §4.2.1", "an empty authority", "GET http:///a HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9110 §4.2.4", "user information", "GET http://me@b/ HTTP/1.1↵Host: b↵↵", "400"),
        Ends("9110 §4.2", "another scheme than http", "GET ftp://b/ HTTP/1.1↵Host: b↵↵", "400"),
        Ends("9112 §3.2.3", "the authority form is CONNECT's alone", "GET b:80 HTTP/1.1↵Host: b:80↵↵", "400"),
        Ends("9110 §9.3.6", "CONNECT, which an origin server need not implement", "CONNECT b:80 HTTP/1.1↵Host: b:80↵↵", "501"),
        Lives("9112 §3.2.4", "the asterisk form asks the server itself", "OPTIONS * HTTP/1.1↵Host: h↵↵", "200"),
        Lives("9110 §9.3.7", "OPTIONS of a resource is the handler's", "OPTIONS /a HTTP/1.1↵Host: h↵↵", "200 OPTIONS /a h"),
        Ends("9112 §3.2.4", "the asterisk form is OPTIONS' alone", "GET * HTTP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §3.2.4", "an asterisk and more", "OPTIONS *a HTTP/1.1↵Host: h↵↵", "400"),

        // Version
        Lives("9112 §2.3", "a later minor version is answered as 1.1", "GET / HTTP/1.2↵Host: h↵↵", "200 GET / h"),
        Lives("9112 §2.3", "the latest one", "GET / HTTP/1.9↵Host: h↵↵", "200 GET / h"),
        Ends("9110 §15.6.6", "another major version", "GET / HTTP/2.0↵Host: h↵↵", "505"),
        Ends("9110 §15.6.6", "an earlier one", "GET / HTTP/0.9↵Host: h↵↵", "505"),
        Ends("9110 §15.6.6", "the preface of HTTP/2", "PRI * HTTP/2.0↵↵SM↵↵", "505"),
        Ends("9112 §2.3", "the name is case-sensitive", "GET / http/1.1↵Host: h↵↵", "400"),
        Ends("9112 §2.3", "no minor version", "GET / HTTP/1↵Host: h↵↵", "400"),
        Ends("9112 §2.3", "two digits", "GET / HTTP/1.10↵Host: h↵↵", "400"),
        Ends("9112 §2.3", "a letter", "GET / HTTP/1.x↵Host: h↵↵", "400"),
        Ends("9112 §2.3", "a comma for the dot", "GET / HTTP/1,1↵Host: h↵↵", "400"),
        Ends("9112 §2.3", "another name", "GET / HTCPCP/1.1↵Host: h↵↵", "400"),
        Ends("9112 §2.3", "none at all, as in HTTP/0.9", "GET /↵", "400"),
    ];
}
