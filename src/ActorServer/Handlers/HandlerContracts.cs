using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Protocol.Line;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorServer.Handlers;

/// <summary>
/// Answers HTTP requests on the thread that the topology's "handle" column names. One instance serves all connections: keep no state per
/// request in it.
/// </summary>
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

/// <summary>
/// A handler of HTTP requests, of any kind, that may be asked before there is a client. Processes that wait for their one client do so
/// (topology <c>multi-process</c>): what the handler does for the first time is not done on that client's time then.
/// </summary>
public interface IWarmUp
{
    /// <summary>
    /// What is asked: the target of a GET (RFC 9112 section 3.2), such as <c>/</c>, that changes nothing and takes the way that most requests take.
    /// Nobody looks at the reply, and nothing is counted; the client has no address. The handler has to end in time: its process is not ready before
    /// (<c>start-timeout</c>).
    /// </summary>
    string WarmUpTarget { get; }
}

/// <summary>Answers lines of the <c>line</c> protocol.</summary>
public interface ILineHandler
{
    /// <summary>Writes the answer to one line.</summary>
    /// <param name="exchange">The line and its answer; valid until the method returns.</param>
    void Handle(LineExchange exchange);
}

/// <summary>Answers HTTP requests with a stream. All connections share one run of it.</summary>
public interface IFlowHandler
{
    /// <summary>
    /// The stream: each <see cref="Response"/> says which <see cref="Request"/> it answers, so that it may answer in any order. A request that it
    /// drops, or takes too long for, is a 503 after <c>handler-timeout</c>; a failure is an exception of all that are in it.
    /// </summary>
    /// <returns>The stream, to be run; asked for again when it has ended.</returns>
    Flow<Request, Response, NotUsed> Create();
}

/// <summary>The one form that the serve loops call: every handler contract becomes this.</summary>
/// <param name="exchange">The request and the place for the reply.</param>
/// <returns>Completed when the reply may be encoded; usually at once.</returns>
public delegate ValueTask ExchangeHandler(Exchange exchange);

/// <summary>Makes a server's handler when its actor system runs: one that is an actor or a stream lives in there.</summary>
/// <param name="system">The server's actor system.</param>
/// <returns>The handler.</returns>
public delegate ExchangeHandler HandlerStart(ActorSystem system);

/// <summary>A stage of the user's own in the topology <c>pipeline</c>, between two of the built-in ones.</summary>
public interface IRequestStage
{
    /// <summary>
    /// Looks at a request before its handler does, or at the reply after that, on one of the stage's threads. Several may be inside at once, as
    /// the stage's parallelism says. An exception counts as one of the handler.
    /// </summary>
    /// <param name="exchange">The request and the reply; valid until the method returns.</param>
    /// <returns>Whether the request goes on as usual; false answers it with what the reply holds now, and no handler sees it.</returns>
    bool Process(HttpExchange exchange);
}
