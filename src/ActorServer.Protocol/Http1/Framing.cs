using System.Text;

namespace ActorServer.Protocol.Http1;

/// <summary>
/// Decides from the header fields where a request's body ends and whether the connection outlives it (RFC 9112 §6 and §9.3).
/// Whatever two recipients could read differently is refused: that difference is what request smuggling lives on.
/// </summary>
internal sealed class Framing
{
    private Refusal _refusal;
    private int _hosts;
    private bool _close;
    private bool _keepAlive;
    private bool _expects;

    /// <summary>Whether the body is chunked.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>The declared length; null without one.</summary>
    public long? Length { get; private set; }

    /// <summary>Whether the client waits to be told to send its body (RFC 9110 §10.1.1).</summary>
    public bool ExpectsContinue { get; private set; }

    /// <summary>Set by the parser's callback: whether the target's form suits the method.</summary>
    public bool HasValidTarget { get; set; }

    public void Clear()
    {
        _refusal = Refusal.None;
        _hosts = 0;
        _close = _keepAlive = _expects = false;
        IsChunked = ExpectsContinue = HasValidTarget = false;
        Length = null;
    }

    public void OnField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 4 when Is(name, "host"u8):
                if (++_hosts > 1 || (!value.IsEmpty && !Grammar.IsAuthority(value))) Refuse(Refusal.Field);
                break;
            case 6 when Is(name, "expect"u8):
                if (!Is(value, "100-continue"u8)) Refuse(Refusal.Expectation);
                _expects = true;
                break;
            case 10 when Is(name, "connection"u8):
                while (!value.IsEmpty)
                {
                    var option = Grammar.NextElement(ref value);
                    _close |= Is(option, "close"u8);
                    _keepAlive |= Is(option, "keep-alive"u8);
                }
                break;
            case 14 when Is(name, "content-length"u8):
                if (Length is not null || !TryLength(value, out var length)) Refuse(Refusal.Framing);
                else Length = length;
                break;
            case 17 when Is(name, "transfer-encoding"u8):
                if (IsChunked) Refuse(Refusal.Framing);
                else if (!Is(value, "chunked"u8)) Refuse(HidesCodings(value) ? Refusal.Coding : Refusal.Framing);
                IsChunked = true;
                break;
        }
    }

    /// <summary>Judges the fields together, and tells the request what came of them.</summary>
    public Refusal Conclude(HttpRequest request, HttpLimits limits)
    {
        var old = request.Version == HttpVersion.Http10;
        if (IsChunked && (old || Length is not null)) Refuse(Refusal.Framing);
        if (_hosts == 0 && !old) Refuse(Refusal.Field);
        if (Length > limits.BodyBytes) Refuse(Refusal.BodySize);

        ExpectsContinue = _expects && !old;   // HTTP/1.0 does not know it (RFC 9110 §10.1.1)
        request.ContentLength = Length;
        request.KeepsAlive = !_close && (!old || _keepAlive);
        return _refusal;
    }

    /// <summary>
    /// Whether other codings come first and "chunked" comes last: the end is beyond doubt then, but we cannot undo them (RFC 9112 §6.1). Anything
    /// else (another coding last, a repetition, a parameter) leaves the end in doubt.
    /// </summary>
    private static bool HidesCodings(ReadOnlySpan<byte> list)
    {
        for (var others = 0; ; others++)
        {
            var last = !list.Contains((byte)',');
            var coding = Grammar.NextElement(ref list);
            if (Is(coding, "chunked"u8)) return last && others > 0;
            if (last || !Grammar.IsToken(coding)) return false;
        }
    }

    /// <summary>1*DIGIT and nothing else, and no more than fits (RFC 9110 §8.6).</summary>
    private static bool TryLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        foreach (var digit in value)
        {
            if (digit is < (byte)'0' or > (byte)'9' || length > (long.MaxValue - 9) / 10) return false;
            length = length * 10 + digit - '0';
        }
        return !value.IsEmpty;
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => Ascii.EqualsIgnoreCase(text, lower);

    // A doubt about where the request ends outweighs whatever else is wrong with it.
    private void Refuse(Refusal refusal)
    {
        if (_refusal.IsNone || refusal.Reason == EndReason.InvalidBodyFraming) _refusal = refusal;
    }
}
