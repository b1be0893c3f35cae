using System.Text;

namespace ActorServer.Bench.Load;

/// <summary>The requests of a workload, made once: each distinct one as bytes, and the order in which they are asked.</summary>
public sealed class Requests
{
    /// <summary>How many requests are drawn before the order repeats.</summary>
    public const int Period = 1 << 13;

    private readonly byte[][] _variants;
    private readonly byte[][] _order;

    /// <summary>Makes the bytes and draws the order.</summary>
    /// <param name="variants">The distinct requests, with weights above 0.</param>
    /// <param name="host">The Host field (RFC 9112 section 3.2).</param>
    /// <param name="seed">The same seed gives the same order: every server gets the same work.</param>
    /// <param name="close">Whether each request asks for its connection to be closed.</param>
    public Requests(IReadOnlyList<RequestSpec> variants, string host, int seed, bool close = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(variants.Count);
        Close = close;
        _variants = [.. variants.Select(variant => Render(variant, host, close))];
        var random = new Random(seed);
        var total = variants.Sum(variant => variant.Weight);
        _order = new byte[variants.Count == 1 ? 1 : Period][];
        for (var i = 0; i < _order.Length; i++)
        {
            var draw = random.NextDouble() * total;
            var chosen = 0;
            while (chosen < variants.Count - 1 && (draw -= variants[chosen].Weight) >= 0) chosen++;
            _order[i] = _variants[chosen];
        }
    }

    /// <summary>Whether each request has a connection of its own.</summary>
    public bool Close { get; }

    /// <summary>The distinct requests.</summary>
    public IReadOnlyList<byte[]> Variants => _variants;

    /// <summary>One request of the order.</summary>
    /// <param name="number">Any number from 0; the order repeats.</param>
    public byte[] this[long number] => _order[number % _order.Length];

    private static byte[] Render(RequestSpec request, string host, bool close)
    {
        var head = new StringBuilder($"{request.Method} {request.Target} HTTP/1.1\r\nHost: {host}\r\n");
        if (close) head.Append("Connection: close\r\n");
        if (request.Body.Length > 0) head.Append($"Content-Length: {request.Body.Length}\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. request.Body];
    }
}

/// <summary>One kind of request.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Target">The path, with its query.</param>
/// <param name="Weight">How often, beside the others of the workload.</param>
/// <param name="Body">What is sent with it; may be empty.</param>
public sealed record RequestSpec(string Method, string Target, double Weight, byte[] Body)
{
    /// <summary>A GET.</summary>
    /// <param name="target">The path, with its query.</param>
    /// <param name="weight">How often, beside the others of the workload.</param>
    public static RequestSpec Get(string target, double weight = 1) => new("GET", target, weight, []);
}
