using Akka.Actor;
using Akka.Streams.Dsl;
using ActorServer.Handlers;

namespace ActorServer.Routing;

/// <summary>
/// Where handlers are registered by method and path: the options of a server (<see cref="Hosting.ActorServerOptions"/>), or the
/// <see cref="Routes"/> of an <see cref="IRoutedHandler"/>. Made pleasant by the methods of <see cref="RoutesExtensions"/>.
/// </summary>
public interface IRoutes
{
    /// <summary>Adds a handler.</summary>
    /// <param name="method">The method, in its own case (RFC 9110 section 9.1), or <see cref="Routes.AnyMethod"/>.</param>
    /// <param name="pattern">The path's pattern; see <see cref="Routes"/>.</param>
    /// <param name="handler">
    /// A function of the exchange (<see cref="Action{T}"/>, or <see cref="Func{T, TResult}"/> of a <see cref="ValueTask"/>); an object of one of
    /// the HTTP contracts; a <see cref="Flow{TIn, TOut, TMat}"/> from <see cref="Request"/> to <see cref="Response"/>; an <see cref="IActorRef"/>,
    /// the <see cref="Props"/> of an actor or a <see cref="RegisteredActor"/>. The same object in several routes is started once.
    /// </param>
    /// <exception cref="ArgumentException">The pattern or the handler is none, or another route answers the same requests.</exception>
    /// <exception cref="InvalidOperationException">A server serves these routes already.</exception>
    void Add(string method, string pattern, object handler);
}

/// <summary>
/// A handler that is a table of other ones: what a configuration names in <c>handler</c> to have routes in processes of their own, too.
/// </summary>
public interface IRoutedHandler
{
    /// <summary>Registers the handlers. Called once per server, and once in each of its processes.</summary>
    /// <param name="routes">The table.</param>
    void Map(Routes routes);
}
