namespace ActorServer.Protocol.Http1;

/// <summary>An HTTP request and the reply to it.</summary>
public sealed class HttpExchange : Exchange
{
    internal HttpExchange(HttpRequest request, HttpResponse response)
    {
        Request = request;
        Response = response;
    }

    /// <summary>The request.</summary>
    public HttpRequest Request { get; }

    /// <summary>The reply: 200 without a body until the handler says otherwise.</summary>
    public HttpResponse Response { get; }
}
