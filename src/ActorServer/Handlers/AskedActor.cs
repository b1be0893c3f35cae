using ActorServer.Protocol.Http1;
using Akka.Actor;

namespace ActorServer.Handlers;

/// <summary>
/// Answers with what an actor answers: it is told a <see cref="Request"/>, and tells its sender the <see cref="Response"/>, now or later.
/// No answer in time is a 503; <see cref="Status.Failure"/>, or an answer of another kind, counts as an exception of the handler. What the
/// actor itself throws is its supervisor's affair: its client waits for the 503.
/// </summary>
/// <param name="actor">The actor, or a router of several.</param>
/// <param name="timeout">How long it may take.</param>
internal sealed class AskedActor(IActorRef actor, TimeSpan timeout) : IAsyncHttpHandler
{
    public async ValueTask HandleAsync(HttpExchange exchange)
    {
        var request = new Request(exchange);
        try
        {
            var response = await actor.Ask<Response>(request, timeout);
            if (response.Request != request) throw new InvalidOperationException($"{actor.Path} answered {response.Request} to whom asked for {request}");
            response.CopyTo(exchange.Response);
        }
        catch (AskTimeoutException)
        {
            Response.Unavailable(exchange.Response, "The service has not answered in time.\n");
        }
    }
}
