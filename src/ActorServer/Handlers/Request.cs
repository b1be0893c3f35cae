using System.Buffers;
using System.Text;
using ActorServer.Connections;
using ActorServer.Protocol.Http1;
using ActorServer.Routing;

namespace ActorServer.Handlers;

/// <summary>
/// A request as a message: a copy that never changes, for handlers that are actors or streams. It may be kept, and answered too late, or
/// twice, without harm: nothing of it belongs to the connection, whose buffers have long gone on to the next request by then.
/// </summary>
public sealed class Request
{
    private readonly Route? _route;

    /// <summary>Copies a request.</summary>
    /// <param name="exchange">The exchange that the request belongs to.</param>
    public Request(HttpExchange exchange)
    {
        var request = exchange.Request;
        Connection = exchange.Owner as ConnectionInfo;
        _route = exchange.Match as Route;
        Method = request.MethodText;
        Target = request.TargetText;
        Path = request.PathText;
        Query = request.QueryText;
        Host = Encoding.Latin1.GetString(request.Host);
        var headers = new KeyValuePair<string, string>[request.Headers.Count];
        for (var i = 0; i < headers.Length; i++)
            headers[i] = new(Encoding.Latin1.GetString(request.Headers.Name(i)), Encoding.Latin1.GetString(request.Headers.Value(i)));
        Headers = headers;
        Body = request.Body.IsEmpty ? default : request.Body.ToArray();
    }

    /// <summary>The method, as it came.</summary>
    public string Method { get; }

    /// <summary>The request target, as it came (RFC 9112 §3.2).</summary>
    public string Target { get; }

    /// <summary>The path, unescaped; see <see cref="HttpRequest.PathText"/>.</summary>
    public string Path { get; }

    /// <summary>The query without the question mark, still escaped; empty if there is none.</summary>
    public string Query { get; }

    /// <summary>Whom the request is for; empty if the client named none.</summary>
    public string Host { get; }

    /// <summary>The header fields, in the order they came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>The body; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The connection that the request came on; null if no server made the exchange.</summary>
    public ConnectionInfo? Connection { get; }

    /// <summary>The value of the first header field of a name, in any case; null if there is none.</summary>
    /// <param name="name">The name.</param>
    public string? Header(string name)
    {
        foreach (var (field, value) in Headers)
        {
            if (field.Equals(name, StringComparison.OrdinalIgnoreCase)) return value;
        }

        return null;
    }

    /// <summary>The route that led here, as it was registered: <c>GET /users/{id}</c>, of a HEAD as well; null if none did.</summary>
    public string? Route => _route?.Name;

    /// <summary>What a parameter of the route that led here matched, unescaped as <see cref="Path"/> is.</summary>
    /// <param name="name">The parameter: <c>id</c> of <c>/users/{id}</c>.</param>
    /// <exception cref="ArgumentException">The route's pattern has no such parameter.</exception>
    /// <exception cref="InvalidOperationException">No route led here.</exception>
    public string RouteText(string name) =>
        (_route ?? throw new InvalidOperationException("no route led to this handler")).Value(name, Path.AsSpan(), '/').ToString();

    /// <summary>An answer with a text (UTF-8).</summary>
    /// <param name="text">The body.</param>
    /// <param name="status">The status code, 200 to 599.</param>
    public Response Reply(string text, int status = 200) =>
        new(this) { Status = status, ContentType = "text/plain", Body = Encoding.UTF8.GetBytes(text) };

    /// <summary>An answer with a body.</summary>
    /// <param name="body">The body; not to be changed from here on.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="status">The status code, 200 to 599.</param>
    public Response Reply(ReadOnlyMemory<byte> body, string contentType, int status = 200) =>
        new(this) { Status = status, ContentType = contentType, Body = body };

    /// <summary>An answer without a body.</summary>
    /// <param name="status">The status code, 200 to 599.</param>
    public Response Reply(int status) => new(this) { Status = status };

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Target}";
}

/// <summary>The answer to a <see cref="Request"/>, made with one of its <c>Reply</c> methods.</summary>
/// <param name="Request">What it answers: no answer reaches a client who has not asked for it.</param>
public sealed record Response(Request Request)
{
    /// <summary>The status code, 200 to 599.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The body's media type, or null for none.</summary>
    public string? ContentType { get; init; }

    /// <summary>Further header fields; see <see cref="HttpResponse.AddHeader"/> for those that are the protocol's to write.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the connection closes after this reply.</summary>
    public bool Close { get; init; }

    /// <summary>Fills the reply of an exchange.</summary>
    /// <param name="response">The reply.</param>
    /// <exception cref="ArgumentException">The status or a field cannot be sent.</exception>
    public void CopyTo(HttpResponse response)
    {
        response.Status = Status;
        response.ContentType = ContentType;
        response.Close = Close;
        foreach (var (name, value) in Headers) response.AddHeader(name, value);
        response.Write(Body.Span);
    }

    /// <summary>Tells a client that nobody has answered in time.</summary>
    internal static void Unavailable(HttpResponse response, string why)
    {
        response.Status = 503;
        response.ContentType = "text/plain";
        response.Write(why);
    }
}
