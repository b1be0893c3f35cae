using System.Text;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ActorServer.Routing;

/// <summary>One route: a method and a path's pattern. What it matched is found again in the path: a parameter is known by its segment.</summary>
internal sealed class Route
{
    private readonly List<(string Name, int Segment)> _parameters = [];

    /// <summary>Makes a route.</summary>
    /// <param name="method">The method.</param>
    /// <param name="pattern">The path's pattern.</param>
    /// <param name="number">Its place among the handlers.</param>
    /// <exception cref="ArgumentException">The pattern is none.</exception>
    public Route(string method, string pattern, int number)
    {
        (Method, Pattern, Name, Number, MethodToken) = (method, pattern, $"{method} {pattern}", number, Encoding.ASCII.GetBytes(method));
        try
        {
            foreach (var segment in RoutePatternFactory.Parse(pattern).PathSegments) Segments.Add(Simple(segment));
        }
        catch (RoutePatternException exception)
        {
            throw new ArgumentException($"\"{pattern}\" is no pattern: {exception.Message}", nameof(pattern), exception);
        }
    }

    public string Method { get; }

    public byte[] MethodToken { get; }

    public string Pattern { get; }

    /// <summary>Both, as they were registered: <c>GET /users/{id}</c>.</summary>
    public string Name { get; }

    public int Number { get; }

    /// <summary>The literal of each segment; null where a parameter stands.</summary>
    public List<byte[]?> Segments { get; } = [];

    /// <summary>Whether the last parameter takes the rest of the path, however many segments that is.</summary>
    public bool TakesRest { get; private set; }

    /// <summary>Whether it answers every method.</summary>
    public bool TakesAnyMethod => Method == Routes.AnyMethod;

    /// <summary>What a parameter matched in a path.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="path">The path, as bytes or as text.</param>
    /// <param name="slash">Its separator.</param>
    /// <exception cref="ArgumentException">The pattern has no such parameter.</exception>
    public ReadOnlySpan<T> Value<T>(string name, ReadOnlySpan<T> path, T slash) where T : IEquatable<T>
    {
        foreach (var (parameter, segment) in _parameters)
        {
            if (parameter != name) continue;
            for (var i = 0; i <= segment; i++)
            {
                var next = path.IndexOf(slash);
                if (next < 0) return default; // the rest of the path, which is nothing
                path = path[(next + 1)..];
            }

            var end = TakesRest && segment == Segments.Count - 1 ? -1 : path.IndexOf(slash);
            return end < 0 ? path : path[..end];
        }

        throw new ArgumentException($"{Pattern} has no parameter {name}", nameof(name));
    }

    public override string ToString() => Name;

    private byte[]? Simple(RoutePatternPathSegment segment)
    {
        switch (segment.Parts)
        {
            case [RoutePatternLiteralPart literal]:
                return Encoding.UTF8.GetBytes(literal.Content);
            case [RoutePatternParameterPart { IsOptional: false, Default: null, ParameterPolicies.Count: 0 } parameter]:
                _parameters.Add((parameter.Name, Segments.Count));
                TakesRest = parameter.IsCatchAll;
                return null;
            default:
                throw new ArgumentException($"\"{Pattern}\": a segment is a literal, {{parameter}} or, at the end, {{**parameter}}", nameof(segment));
        }
    }
}
