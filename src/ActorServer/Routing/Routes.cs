using System.Globalization;
using ActorServer.Handlers;

namespace ActorServer.Routing;

/// <summary>
/// Handlers by method and path. Patterns are written as in ASP.NET Core: literals, <c>{parameter}</c> for a segment that is not empty, and
/// <c>{**parameter}</c> for the rest of the path. A literal is preferred to a parameter, and that to the rest; case counts, escapes and a
/// slash at the end do not.
/// </summary>
/// <remarks>
/// The patterns are parsed by ASP.NET Core, whose matchers are not used: <c>TemplateMatcher</c> makes a string of the path, and a string and
/// a dictionary's entry of each parameter, per request, and its endpoint routing is tied to <c>HttpContext</c>. Here a route is found among
/// the bytes of the path, segment by segment in a trie, and nothing is kept of a match but the route.
/// </remarks>
public sealed class Routes : IRoutes
{
    /// <summary>In place of a method: every one that no other route of the same path answers.</summary>
    public const string AnyMethod = "*";

    private readonly List<object> _handlers = [];
    private readonly Node _root = new();
    private bool _serving;

    /// <inheritdoc/>
    public void Add(string method, string pattern, object handler)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(method);
        if (_serving) throw new InvalidOperationException($"{method} {pattern} comes too late: a server serves these routes already");
        if (!HandlerLoader.IsHttpHandler(handler)) throw new ArgumentException($"{method} {pattern}: {handler} is no handler", nameof(handler));
        var route = new Route(method, pattern, _handlers.Count);
        var node = _root;
        for (var i = 0; i < route.Segments.Count; i++)
            node = route.TakesRest && i == route.Segments.Count - 1 ? node.Rest ??= new Node() : node.Next(route.Segments[i]);
        if (node.Routes.Find(other => other.Method == method) is { } other)
            throw new ArgumentException($"{route} and {other} answer the same requests", nameof(pattern));
        node.Routes.Add(route);
        _handlers.Add(handler);
    }

    /// <summary>Starts the handlers; what is the same object is started once.</summary>
    /// <param name="start">Starts one, which it gives a name: null if it cannot.</param>
    /// <returns>The handler of all; null if one of them could not be started.</returns>
    internal ExchangeHandler? Start(Func<object, string, ExchangeHandler?> start)
    {
        _serving = true;
        var started = new Dictionary<object, ExchangeHandler>(ReferenceEqualityComparer.Instance);
        foreach (var handler in _handlers)
        {
            if (started.ContainsKey(handler)) continue;
            if (start(handler, string.Create(CultureInfo.InvariantCulture, $"handler-{started.Count + 1}")) is not { } ready) return null;
            started.Add(handler, ready);
        }

        return new RoutedHandler(this, [.. _handlers.Select(handler => started[handler])]).HandleAsync;
    }

    /// <summary>The route that answers a request; null if none does.</summary>
    /// <param name="path">The path, as it came.</param>
    /// <param name="method">The method.</param>
    internal Route? Find(ReadOnlySpan<byte> path, ReadOnlySpan<byte> method) => Find(_root, WithoutSlash(path), method);

    /// <summary>The methods that a path has, OPTIONS included; none if there is nothing at it.</summary>
    /// <param name="path">The path, as it came.</param>
    internal IReadOnlyCollection<string> Allowed(ReadOnlySpan<byte> path)
    {
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        Collect(_root, WithoutSlash(path), methods);
        if (methods.Count > 0) methods.Add("OPTIONS");
        return methods;
    }

    private static ReadOnlySpan<byte> WithoutSlash(ReadOnlySpan<byte> path) => path is [(byte)'/', ..] ? path[1..] : path;

    // The depth is that of the longest pattern, whatever the path is.
    private static Route? Find(Node node, ReadOnlySpan<byte> path, ReadOnlySpan<byte> method)
    {
        if (path.IsEmpty) return Node.Of(node.Routes, method) ?? Node.Of(node.Rest?.Routes, method);
        var rest = Split(path, out var segment);
        foreach (var (literal, next) in node.Literals)
        {
            if (Matches(segment, literal) && Find(next, rest, method) is { } found) return found;
        }

        return (node.Parameter is null || segment.IsEmpty ? null : Find(node.Parameter, rest, method)) ?? Node.Of(node.Rest?.Routes, method);
    }

    private static void Collect(Node node, ReadOnlySpan<byte> path, SortedSet<string> methods)
    {
        node.Rest?.AddMethods(methods);
        if (path.IsEmpty)
        {
            node.AddMethods(methods);
            return;
        }

        var rest = Split(path, out var segment);
        foreach (var (literal, next) in node.Literals)
        {
            if (Matches(segment, literal)) Collect(next, rest, methods);
        }

        if (node.Parameter is not null && !segment.IsEmpty) Collect(node.Parameter, rest, methods);
    }

    private static ReadOnlySpan<byte> Split(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> segment)
    {
        var slash = path.IndexOf((byte)'/');
        segment = slash < 0 ? path : path[..slash];
        return slash < 0 ? default : path[(slash + 1)..];
    }

    /// <summary>Whether a segment is a literal, once its escapes are decoded (RFC 3986 section 6.2.2.2).</summary>
    private static bool Matches(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> literal)
    {
        if (segment.IndexOf((byte)'%') < 0) return segment.SequenceEqual(literal);
        foreach (var expected in literal)
        {
            if (segment.IsEmpty) return false;
            var isEscaped = segment[0] == '%' && segment.Length > 2 && char.IsAsciiHexDigit((char)segment[1]) && char.IsAsciiHexDigit((char)segment[2]);
            var letter = isEscaped ? byte.Parse(segment[1..3], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : segment[0];
            if (letter != expected) return false;
            segment = segment[(isEscaped ? 3 : 1)..];
        }

        return segment.IsEmpty;
    }

    /// <summary>A place in the trie: what the segments up to here have led to.</summary>
    private sealed class Node
    {
        public List<(byte[] Literal, Node Next)> Literals { get; } = [];

        public Node? Parameter { get; private set; }

        public Node? Rest { get; set; }

        public List<Route> Routes { get; } = [];

        /// <summary>Of some routes the one for a method.</summary>
        public static Route? Of(List<Route>? routes, ReadOnlySpan<byte> method)
        {
            if (routes is null) return null;
            Route? get = null, any = null;
            foreach (var route in routes)
            {
                if (method.SequenceEqual(route.MethodToken)) return route;
                if (route.TakesAnyMethod) any = route;
                else if (method.SequenceEqual("HEAD"u8) && route.MethodToken.AsSpan().SequenceEqual("GET"u8)) get = route;
            }

            return get ?? any;
        }

        public Node Next(byte[]? literal)
        {
            if (literal is null) return Parameter ??= new Node();
            foreach (var (text, next) in Literals)
            {
                if (text.AsSpan().SequenceEqual(literal)) return next;
            }

            Literals.Add((literal, new Node()));
            return Literals[^1].Next;
        }

        public void AddMethods(SortedSet<string> methods)
        {
            foreach (var route in Routes)
            {
                methods.Add(route.Method);
                if (route.Method == "GET") methods.Add("HEAD");
            }
        }
    }
}
