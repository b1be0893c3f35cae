using ActorServer.Protocol.Http1;

namespace ActorServer.Routing;

/// <summary>
/// Registers handlers by method and path: <c>server.MapGet("/users/{id}", exchange => …)</c>. Each method exists for a function that answers
/// by its return, for one that answers when its task completes, and for handlers that are objects: see <see cref="IRoutes.Add"/>, whose
/// exceptions they throw. GET answers HEAD as well, and OPTIONS is answered where no route does.
/// </summary>
public static class RoutesExtensions
{
    extension<TRoutes>(TRoutes routes) where TRoutes : IRoutes
    {
        /// <summary>Answers a method.</summary>
        /// <param name="method">The method, or <see cref="Routes.AnyMethod"/>.</param>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response; see <see cref="Handlers.IHttpHandler"/>.</param>
        /// <returns>The same routes.</returns>
        public TRoutes Map(string method, string pattern, Action<HttpExchange> handle) => routes.With(method, pattern, handle);

        /// <summary>Answers a method.</summary>
        /// <param name="method">The method, or <see cref="Routes.AnyMethod"/>.</param>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response; see <see cref="Handlers.IAsyncHttpHandler"/>.</param>
        /// <returns>The same routes.</returns>
        public TRoutes Map(string method, string pattern, Func<HttpExchange, ValueTask> handle) => routes.With(method, pattern, handle);

        /// <summary>Answers a method.</summary>
        /// <param name="method">The method, or <see cref="Routes.AnyMethod"/>.</param>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handler">An object of an HTTP contract, a flow, or an actor in one of its forms.</param>
        /// <returns>The same routes.</returns>
        public TRoutes Map(string method, string pattern, object handler) => routes.With(method, pattern, handler);

        /// <summary>Answers GET and HEAD.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapGet(string pattern, Action<HttpExchange> handle) => routes.With("GET", pattern, handle);

        /// <summary>Answers GET and HEAD.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response, by the time its task completes.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapGet(string pattern, Func<HttpExchange, ValueTask> handle) => routes.With("GET", pattern, handle);

        /// <summary>Answers GET and HEAD.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handler">An object of an HTTP contract, a flow, or an actor in one of its forms.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapGet(string pattern, object handler) => routes.With("GET", pattern, handler);

        /// <summary>Answers POST.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapPost(string pattern, Action<HttpExchange> handle) => routes.With("POST", pattern, handle);

        /// <summary>Answers POST.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response, by the time its task completes.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapPost(string pattern, Func<HttpExchange, ValueTask> handle) => routes.With("POST", pattern, handle);

        /// <summary>Answers POST.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handler">An object of an HTTP contract, a flow, or an actor in one of its forms.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapPost(string pattern, object handler) => routes.With("POST", pattern, handler);

        /// <summary>Answers PUT.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapPut(string pattern, Action<HttpExchange> handle) => routes.With("PUT", pattern, handle);

        /// <summary>Answers PUT.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response, by the time its task completes.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapPut(string pattern, Func<HttpExchange, ValueTask> handle) => routes.With("PUT", pattern, handle);

        /// <summary>Answers PUT.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handler">An object of an HTTP contract, a flow, or an actor in one of its forms.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapPut(string pattern, object handler) => routes.With("PUT", pattern, handler);

        /// <summary>Answers DELETE.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapDelete(string pattern, Action<HttpExchange> handle) => routes.With("DELETE", pattern, handle);

        /// <summary>Answers DELETE.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handle">Fills the response, by the time its task completes.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapDelete(string pattern, Func<HttpExchange, ValueTask> handle) => routes.With("DELETE", pattern, handle);

        /// <summary>Answers DELETE.</summary>
        /// <param name="pattern">The path's pattern.</param>
        /// <param name="handler">An object of an HTTP contract, a flow, or an actor in one of its forms.</param>
        /// <returns>The same routes.</returns>
        public TRoutes MapDelete(string pattern, object handler) => routes.With("DELETE", pattern, handler);

        private TRoutes With(string method, string pattern, object handler)
        {
            routes.Add(method, pattern, handler);
            return routes;
        }
    }
}
