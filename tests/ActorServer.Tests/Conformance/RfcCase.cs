using System.Globalization;
using System.Text;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>One thing that RFC 9110 or RFC 9112 says about what a server does with bytes.</summary>
/// <param name="Section">Where it says so.</param>
/// <param name="Is">What the case is.</param>
/// <param name="Persists">Whether the connection outlives it: what comes behind it is the next request then, and otherwise is nothing.</param>
/// <param name="Steps">
/// What the client sends, and the replies that it waits for before it sends more. In what is sent <c>↵</c> is CRLF. A reply is a status, or a status
/// and all that is told about the body (see <see cref="Describe"/>).
/// </param>
internal sealed record RfcCase(string Section, string Is, bool Persists, params (string Sent, string[] Replies)[] Steps)
{
    private const string Probe = "GET /probe HTTP/1.1\r\nHost: h\r\n\r\n";

    /// <summary>A request that is answered, and another one may follow.</summary>
    public static RfcCase Lives(string section, string what, string sent, params string[] replies) => new(section, what, Persists: true, (sent, replies));

    /// <summary>The last reply says <c>Connection: close</c>, and the server ends its stream behind it.</summary>
    public static RfcCase Ends(string section, string what, string sent, params string[] replies) => new(section, what, Persists: false, (sent, replies));

    /// <summary>
    /// Plays the case; a request stands behind it that is answered if the connection lives. Not where it does not and bytes come one by one: a
    /// server may have closed by then, and would be right to reset who goes on (RFC 9112 §9.6).
    /// </summary>
    /// <param name="client">A connection, between two requests.</param>
    /// <param name="size">How many bytes are sent at a time.</param>
    /// <returns>What was not as it should be, or null.</returns>
    public string? Play(RawClient client, int size)
    {
        for (var step = 0; step < Steps.Length; step++)
        {
            var (sent, replies) = Steps[step];
            var last = step == Steps.Length - 1;
            foreach (var piece in Encoding.Latin1.GetBytes(sent.Replace("↵", "\r\n", StringComparison.Ordinal) + (last && (Persists || size > 1) ? Probe : "")).Chunk(size)) client.Send(piece);
            for (var i = 0; i < replies.Length; i++)
            {
                var closes = last && !Persists && i == replies.Length - 1;
                if (Check(client, replies[i], closes) is { } problem) return $"reply {i + 1} to step {step + 1}: {problem}";
            }
        }

        if (Persists) return Check(client, "200 GET /probe h", closes: false) is { } wrong ? $"the next request: {wrong}" : null;
        var rest = Encoding.Latin1.GetString(client.ToEnd());
        return rest.Length == 0 ? null : $"after its last reply the server sent \"{rest}\"";
    }

    private static string? Check(RawClient client, string expected, bool closes)
    {
        var toHead = expected.Contains(" head", StringComparison.Ordinal);
        var reply = client.Read(toHead);
        // Only a client that waits for leave needs it, and one that sends a byte at a time may seem to.
        while (reply.Status == 100 && !expected.StartsWith("100", StringComparison.Ordinal)) reply = client.Read(toHead);
        var described = Describe(reply, toHead);
        if (expected != described && expected != reply.Status.ToString(CultureInfo.InvariantCulture)) return $"expected \"{expected}\", got \"{described}\"";
        if (reply.Closes != closes) return $"the reply {(closes ? "does not say" : "says")} Connection: close (RFC 9112 §9.6)";
        if (reply.Status >= 200 && !reply.Headers.ContainsKey("Date")) return "the reply has no Date (RFC 9110 §6.6.1)";
        return null;
    }

    /// <summary>The status, how the body's end is told unless that is by its length, and the body.</summary>
    private static string Describe(Reply reply, bool toHead)
    {
        var length = reply.Headers.GetValueOrDefault("Content-Length");
        var coding = reply.Headers.GetValueOrDefault("Transfer-Encoding");
        if (toHead) return $"{reply.Status} head {length ?? coding}".TrimEnd();
        if (length is not null && coding is not null) return $"{reply.Status} both framings"; // RFC 9112 §6.2
        if (reply.Status is < 200 or 204) return length is null && coding is null ? $"{reply.Status} bare" : $"{reply.Status} framed"; // RFC 9112 §6.1, RFC 9110 §8.6
        var framing = length is not null || reply.Status == 304 ? "" : coding is not null ? " chunked" : " to-end";
        return $"{reply.Status}{framing} {reply.Text}".TrimEnd();
    }
}

/// <summary>Says back what it was asked, in one line: method, target, host, and if there are some, body and trailers.</summary>
public sealed class RfcApp : Handlers.IHttpHandler
{
    /// <inheritdoc/>
    public void Handle(Protocol.Http1.HttpExchange exchange)
    {
        var (request, response) = (exchange.Request, exchange.Response);
        var text = $"{request.MethodText} {request.TargetText} {Encoding.Latin1.GetString(request.Host)}".TrimEnd();
        if (!request.Body.IsEmpty) text += $" {Encoding.Latin1.GetString(request.Body)}";
        for (var i = 0; i < request.Trailers.Count; i++)
            text += $" {Encoding.Latin1.GetString(request.Trailers.Name(i))}={Encoding.Latin1.GetString(request.Trailers.Value(i))}";
        if (request.Headers.Text("x") is { } field) text += $" x={field}";
        switch (request.PathText)
        {
            case "/204":
                response.Status = 204;
                break;
            case "/304":
                response.Status = 304;
                break;
            case "/close":
                response.Close = true;
                break;
            case "/stream":
                response.Body = new Once(Encoding.Latin1.GetBytes(text));
                return;
        }

        response.Write(text);
    }

    /// <summary>A body whose length nobody knows before its end.</summary>
    private sealed class Once(byte[] text) : Protocol.Http1.IBodySource
    {
        private int _at;

        public long? Length => null;

        public int Fill(Span<byte> destination)
        {
            var count = Math.Min(destination.Length, text.Length - _at);
            text.AsSpan(_at, count).CopyTo(destination);
            _at += count;
            return count;
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
