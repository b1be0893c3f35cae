namespace ActorServer.Protocol.Http1;

/// <summary>How much of everything one connection may send or hold. All sizes are in bytes.</summary>
public sealed record HttpLimits
{
    /// <summary>The request line without its line end; beyond it 414 (RFC 9112 §3). 8 KiB unless told.</summary>
    public int RequestLineBytes { get; init => field = Positive(value); } = 8 * 1024;

    /// <summary>All header field lines with their line ends; beyond it 431 (RFC 6585 §5). Trailers have as much again. 32 KiB unless told.</summary>
    public int HeadersBytes { get; init => field = Positive(value); } = 32 * 1024;

    /// <summary>Header field lines; beyond it 431. Trailers have as many again. 100 unless told.</summary>
    public int HeaderCount { get; init => field = Positive(value); } = 100;

    /// <summary>The request body, without chunk framing; beyond it 413. 30,000,000 unless told.</summary>
    public long BodyBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 30_000_000;

    /// <summary>The extensions of one chunk (RFC 9112 §7.1.1), which the server reads over; beyond it 400. 256 unless told.</summary>
    public int ChunkExtensionBytes { get; init => field = Positive(value); } = 256;

    /// <summary>Empty lines tolerated before a request line (RFC 9112 §2.2); beyond it 400. 8 unless told.</summary>
    public int EmptyLines { get; init => field = Positive(value); } = 8;

    /// <summary>
    /// Output held back so that replies to pipelined requests go out together, and the largest piece pulled of a body source at once.
    /// 64 KiB unless told.
    /// </summary>
    public int OutputBytes { get; init => field = Positive(value); } = 64 * 1024;

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
