using static ActorServer.Tests.Conformance.RfcCase;

namespace ActorServer.Tests.Conformance;

/// <summary>RFC 9112 §9 and RFC 9110 §9 and §15: how long connections live, pipelines, and the framing of replies.</summary>
internal static class RfcConnections
{
    public const string BehindAClose = "what comes behind a close is not answered";

    public static IEnumerable<RfcCase> Cases =>
    [
        // Persistence
        Lives("9112 §9.3", "HTTP/1.1 persists", "GET /a HTTP/1.1↵Host: h↵↵", "200 GET /a h"),
        Ends("9112 §9.6", "the client closes", "GET /a HTTP/1.1↵Host: h↵Connection: close↵↵", "200 GET /a h"),
        Ends("9112 §9.6", "in any case of letters, in a list", "GET /a HTTP/1.1↵Host: h↵Connection: x, CLOSE↵↵", "200 GET /a h"),
        Ends("9112 §9.6", "in a second line", "GET /a HTTP/1.1↵Host: h↵Connection: x↵Connection: close↵↵", "200 GET /a h"),
        Lives("9112 §9.6", "another word that holds it", "GET /a HTTP/1.1↵Host: h↵Connection: closed, not-close↵↵", "200 GET /a h"),
        Ends("9112 §9.3", "close outweighs keep-alive", "GET /a HTTP/1.1↵Host: h↵Connection: keep-alive, close↵↵", "200 GET /a h"),
        Ends("9112 §9.6", "the server closes", "GET /close HTTP/1.1↵Host: h↵↵", "200 GET /close h"),
        Ends("9112 §9.3", "HTTP/1.0 does not persist", "GET /a HTTP/1.0↵↵", "200 GET /a"),
        Ends("9112 §9.3", "nor with a Host", "GET /a HTTP/1.0↵Host: h↵↵", "200 GET /a h"),
        Lives("9112 §9.3", "unless it asks to be kept", "GET /a HTTP/1.0↵Connection: Keep-Alive↵↵", "200 GET /a"),
        Ends("9112 §9.3", "close outweighs that as well", "GET /a HTTP/1.0↵Connection: keep-alive↵Connection: close↵↵", "200 GET /a"),
        Ends("9112 §9.3", "a body of HTTP/1.0", "POST /a HTTP/1.0↵Content-Length: 3↵↵abc", "200 POST /a abc"),

        // Pipelines
        Lives("9112 §9.3.2", "replies come in order", "GET /1 HTTP/1.1↵Host: h↵↵GET /2 HTTP/1.1↵Host: h↵↵GET /3 HTTP/1.1↵Host: h↵↵", "200 GET /1 h", "200 GET /2 h", "200 GET /3 h"),
        Lives("9112 §9.3.2", "with bodies in between", "POST /1 HTTP/1.1↵Host: h↵Content-Length: 1↵↵aPOST /2 HTTP/1.1↵Host: h↵Transfer-Encoding: chunked↵↵1↵b↵0↵↵GET /3 HTTP/1.1↵Host: h↵↵",
            "200 POST /1 h a", "200 POST /2 h b", "200 GET /3 h"),
        Ends("9112 §9.6", BehindAClose, "GET /1 HTTP/1.1↵Host: h↵↵GET /2 HTTP/1.1↵Host: h↵Connection: close↵↵GET /3 HTTP/1.1↵Host: h↵↵", "200 GET /1 h", "200 GET /2 h"),
        Ends("9112 §9.3.2", "what is wrong is refused in its turn", "GET /1 HTTP/1.1↵Host: h↵↵GET /2 HTTP/1.1↵Host: h↵↵nonsense↵↵", "200 GET /1 h", "200 GET /2 h", "400"),
        Ends("9112 §6.3", "as is what is too large", "GET /1 HTTP/1.1↵Host: h↵↵POST /2 HTTP/1.1↵Host: h↵Content-Length: 1000↵↵", "200 GET /1 h", "413"),

        // Replies
        Lives("9110 §9.3.2", "HEAD has the length of GET and no body", "HEAD /a HTTP/1.1↵Host: h↵↵", "200 head 9"),
        Lives("9110 §9.3.2", "and its coding", "HEAD /stream HTTP/1.1↵Host: h↵↵", "200 head chunked"),
        Lives("9110 §9.3.2", "in a pipeline", "HEAD /a HTTP/1.1↵Host: h↵↵GET /b HTTP/1.1↵Host: h↵↵", "200 head 9", "200 GET /b h"),
        Lives("9112 §6.3", "204 has neither body nor framing", "GET /204 HTTP/1.1↵Host: h↵↵", "204 bare"),
        Lives("9112 §6.3", "204 to HEAD", "HEAD /204 HTTP/1.1↵Host: h↵↵", "204 head"),
        Lives("9112 §6.3", "304 has no body", "GET /304 HTTP/1.1↵Host: h↵↵", "304"),
        Lives("9112 §7.1", "a body of unknown length is chunked", "GET /stream HTTP/1.1↵Host: h↵↵", "200 chunked GET /stream h"),
        Lives("9112 §2.3", "also to a later minor version", "GET /stream HTTP/1.2↵Host: h↵↵", "200 chunked GET /stream h"),
        Ends("9112 §6.3", "to HTTP/1.0 it ends with the connection", "GET /stream HTTP/1.0↵↵", "200 to-end GET /stream"),
        Ends("9112 §6.3", "however much that wants to be kept", "GET /stream HTTP/1.0↵Connection: keep-alive↵↵", "200 to-end GET /stream"),
        Lives("9110 §7.8", "an upgrade that nobody makes is read over", "GET /a HTTP/1.1↵Host: h↵Connection: Upgrade, HTTP2-Settings↵Upgrade: h2c↵HTTP2-Settings: AAMAAABk↵↵", "200 GET /a h"),
        Lives("9110 §7.8", "upgrades of HTTP/1.0 as well", "GET /a HTTP/1.0↵Connection: Upgrade, keep-alive↵Upgrade: tea↵↵", "200 GET /a"),
    ];
}
