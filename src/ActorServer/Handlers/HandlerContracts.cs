using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Protocol.Line;

namespace ActorServer.Handlers;

/// <summary>Answers HTTP requests on the thread that the topology's "handle" column names. One instance serves all connections: keep no state per request in it.</summary>
public interface IHttpHandler
{
    /// <summary>Fills the response. An exception becomes a 500, closes this connection and reaches its supervisor.</summary>
    /// <param name="exchange">The request and the response; valid until the method returns.</param>
    void Handle(HttpExchange exchange);
}

/// <summary>Answers HTTP requests without holding a thread while it waits.</summary>
public interface IAsyncHttpHandler
{
    /// <summary>Fills the response; the reply is sent when the task completes. An exception counts as in <see cref="IHttpHandler"/>.</summary>
    /// <param name="exchange">The request and the response; valid until the task completes.</param>
    ValueTask HandleAsync(HttpExchange exchange);
}

/// <summary>Answers lines of the <c>line</c> protocol.</summary>
public interface ILineHandler
{
    /// <summary>Writes the answer to one line.</summary>
    /// <param name="exchange">The line and its answer; valid until the method returns.</param>
    void Handle(LineExchange exchange);
}

/// <summary>The one form that the serve loops call: every handler contract becomes this.</summary>
/// <param name="exchange">The request and the place for the reply.</param>
/// <returns>Completed when the reply may be encoded; usually at once.</returns>
public delegate ValueTask ExchangeHandler(Exchange exchange);
