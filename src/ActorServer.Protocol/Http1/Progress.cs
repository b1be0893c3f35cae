using System.Runtime.InteropServices;

namespace ActorServer.Protocol.Http1;

/// <summary>How far reading a part of a request has come.</summary>
internal enum Progress
{
    /// <summary>More bytes are needed.</summary>
    More,

    /// <summary>The part is complete.</summary>
    Done,

    /// <summary>The part is not to be accepted.</summary>
    Refused,
}

/// <summary>The answer to a request that is not to be accepted, and the reason that goes on record.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Refusal(int Status, EndReason Reason)
{
    public static readonly Refusal None;
    public static readonly Refusal RequestLine = new(400, EndReason.InvalidRequestLine);
    public static readonly Refusal RequestLineSize = new(414, EndReason.MaxRequestLineSizeExceeded);
    public static readonly Refusal Version = new(505, EndReason.InvalidHttpVersion);
    public static readonly Refusal Method = new(501, EndReason.UnsupportedMethod);
    public static readonly Refusal Field = new(400, EndReason.InvalidRequestHeaders);
    public static readonly Refusal FieldsSize = new(431, EndReason.MaxRequestHeadersTotalSizeExceeded);
    public static readonly Refusal FieldCount = new(431, EndReason.MaxRequestHeaderCountExceeded);
    public static readonly Refusal Expectation = new(417, EndReason.InvalidRequestHeaders);
    public static readonly Refusal Framing = new(400, EndReason.InvalidBodyFraming);
    public static readonly Refusal Coding = new(501, EndReason.InvalidBodyFraming);
    public static readonly Refusal BodySize = new(413, EndReason.MaxRequestBodySizeExceeded);

    public bool IsNone => Status == 0;
}
