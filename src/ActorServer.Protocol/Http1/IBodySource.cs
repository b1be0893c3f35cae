namespace ActorServer.Protocol.Http1;

/// <summary>
/// A reply's body that is pulled piece by piece as the client takes it, so that a body of any size needs one bounded buffer.
/// Disposed when its end is reached or the connection ends. It outlives the request: what it needs of it, it copies.
/// </summary>
public interface IBodySource : IDisposable
{
    /// <summary>
    /// The exact number of bytes that <see cref="Fill"/> will give in all, or null if unknown: the reply is then chunked (HTTP/1.1) or
    /// ends with the connection (HTTP/1.0).
    /// </summary>
    long? Length { get; }

    /// <summary>
    /// Produces the next bytes. Called where the reply is sent, most often on a loop that others wait for: it must not block there.
    /// </summary>
    /// <param name="destination">Where to; never empty.</param>
    /// <returns>Bytes produced; 0 at the end. An end before <see cref="Length"/> aborts the connection.</returns>
    int Fill(Span<byte> destination);
}
