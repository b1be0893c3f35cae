using System.Buffers;
using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Line;

/// <summary>A line and the line to answer it with.</summary>
public sealed class LineExchange : Exchange
{
    private readonly InputBuffer _input;

    internal LineExchange(InputBuffer input) => _input = input;

    /// <summary>The line received, without its line end. Valid until the reply is encoded.</summary>
    public ReadOnlySpan<byte> Line => _input.Bytes[..LineLength];

    /// <summary>The line to answer with; its line end is added. What is written here must hold none.</summary>
    public IBufferWriter<byte> Reply => Written;

    /// <summary>Whether the line goes without an answer; what has been written of one is dropped.</summary>
    public bool Silent { get; set; }

    /// <summary>Whether the connection closes after this reply.</summary>
    public bool Close { get; set; }

    internal Blocks Written { get; } = new();

    internal int LineLength { get; set; }
}
