using System.Globalization;
using ActorServer.Handlers;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;

namespace ActorServer.Routing;

/// <summary>Answers with the handler whose route matches. Allocates nothing where one does.</summary>
/// <param name="routes">The table.</param>
/// <param name="handlers">The handlers, by the routes' numbers.</param>
internal sealed class RoutedHandler(Routes routes, ExchangeHandler[] handlers)
{
    public ValueTask HandleAsync(Exchange exchange)
    {
        var http = (HttpExchange)exchange;
        if (routes.Find(http.Request.Path, http.Request.MethodToken) is not { } route)
        {
            Decline(http);
            return ValueTask.CompletedTask;
        }

        exchange.Match = route;
        return handlers[route.Number](exchange);
    }

    private void Decline(HttpExchange exchange)
    {
        var allowed = routes.Allowed(exchange.Request.Path);
        var response = exchange.Response;
        response.ContentType = "text/plain";
        if (allowed.Count == 0)
        {
            response.Status = 404;
            response.Write("There is nothing at this path.\n");
            return;
        }

        response.AddHeader("Allow", string.Join(", ", allowed));
        if (exchange.Request.Method == RequestMethod.Options)
        {
            response.ContentType = null;
            response.Status = 204;
            return;
        }

        response.Status = 405; // RFC 9110 section 15.5.6: with the methods that the resource has
        response.Write("This resource has no such method.\n");
    }
}

/// <summary>What a route's parameters matched.</summary>
public static class RouteValues
{
    extension(HttpExchange exchange)
    {
        /// <summary>
        /// What a parameter of the route matched, as it came, escapes included. Allocates nothing; valid until the reply is encoded.
        /// </summary>
        /// <param name="name">The parameter: <c>id</c> of <c>/users/{id}</c>.</param>
        /// <exception cref="ArgumentException">The route's pattern has no such parameter.</exception>
        /// <exception cref="InvalidOperationException">No route led here.</exception>
        public ReadOnlySpan<byte> RouteValue(string name) => exchange.Matched().Value(name, exchange.Request.Path, (byte)'/');

        /// <summary>What a parameter of the route matched, as text, unescaped as <see cref="HttpRequest.PathText"/> is.</summary>
        /// <param name="name">The parameter.</param>
        /// <exception cref="ArgumentException">The route's pattern has no such parameter.</exception>
        /// <exception cref="InvalidOperationException">No route led here.</exception>
        public string RouteText(string name) => exchange.Matched().Value(name, exchange.Request.PathText.AsSpan(), '/').ToString();

        /// <summary>What a parameter of the route matched, as a number (or a <see cref="Guid"/>, or whatever else is parsed from UTF-8).</summary>
        /// <typeparam name="T">Its type.</typeparam>
        /// <param name="name">The parameter.</param>
        /// <param name="value">The number; the type's default if it is none.</param>
        /// <returns>Whether it is one.</returns>
        /// <exception cref="ArgumentException">The route's pattern has no such parameter.</exception>
        /// <exception cref="InvalidOperationException">No route led here.</exception>
        public bool TryRoute<T>(string name, out T? value) where T : IUtf8SpanParsable<T> =>
            T.TryParse(exchange.RouteValue(name), CultureInfo.InvariantCulture, out value);

        private Route Matched() => exchange.Match as Route ?? throw new InvalidOperationException("no route led to this handler");
    }
}
