using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Line;

/// <summary>
/// Lines of text, each answered by one or by none: ended by LF or CRLF, answered with LF. Lines that nobody asked for may go out between
/// the answers (<see cref="Send"/>). A line beyond the limit ends the connection, and so does the end of input in the middle of one.
/// </summary>
public sealed class LineProtocol : IProtocol
{
    private const int OutputBytes = 64 * 1024;

    private readonly int _lineBytes;
    private SingleOwner _owner;
    private readonly InputBuffer _input = new();
    private readonly Blocks _output = new();
    private readonly LineExchange _exchange;
    private int _searched;
    private int _taken;      // bytes of the line with its end; 0 while there is none
    private bool _ended;
    private bool _draining;
    private bool _closing;

    /// <summary>A new connection.</summary>
    /// <param name="lineBytes">The longest line accepted, in bytes without its end.</param>
    public LineProtocol(int lineBytes = 8 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lineBytes);
        _lineBytes = lineBytes;
        _exchange = new LineExchange(_input);
    }

    /// <inheritdoc/>
    public EndReason EndReason { get; private set; }

    /// <inheritdoc/>
    public bool PeerIsDone => false;

    /// <inheritdoc/>
    public Phase Phase =>
        _taken > 0 ? Phase.Handling
        : !_output.IsEmpty ? Phase.Writing
        : _closing ? Phase.Closed
        : _input.Length > 0 ? Phase.Head : Phase.Idle;

    /// <summary>The line to handle and its answer.</summary>
    public LineExchange Exchange => _exchange;

    Exchange IProtocol.Exchange => _exchange;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Output => _output.First.Span;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> OutputMemory => _output.First;

    /// <inheritdoc/>
    public Step Next()
    {
        _owner.Enter();
        var step = _closing ? Ending() : _taken > 0 ? Step.Handle : Decode();
        _owner.Exit();
        return step;
    }

    /// <inheritdoc/>
    public Span<byte> Input(int hint = 0) => InputMemory(hint).Span;

    /// <inheritdoc/>
    public Memory<byte> InputMemory(int hint = 0) => _input.Tail(hint);

    /// <inheritdoc/>
    public void Received(int count)
    {
        _owner.Enter();
        if (count == 0) _ended = true;
        else if (!_closing) _input.Append(count);
        _input.ReleaseIfEmpty();
        _owner.Exit();
    }

    /// <inheritdoc/>
    public void ReleaseInput() => _input.ReleaseIfEmpty();

    /// <inheritdoc/>
    public void Encode()
    {
        _owner.Enter();
        if (_exchange.Silent) _exchange.Written.Dispose();
        else Answer();
        _input.Consume(_taken);
        _input.ReleaseIfEmpty();
        _taken = 0;
        if (_exchange.Close) Close(EndReason.ResponseComplete);
        else if (_draining) Close(EndReason.ServerShutdown);
        _exchange.Close = _exchange.Silent = false;
        _owner.Exit();
    }

    /// <summary>Whether there is room for lines that nobody asked for: a client that does not read is not written for.</summary>
    public bool HasRoom => _output.Length < OutputBytes;

    /// <summary>Adds a line to the output that answers none. Once closing, it is dropped.</summary>
    /// <param name="line">The line, without its end; it is copied.</param>
    public void Send(ReadOnlySpan<byte> line)
    {
        _owner.Enter();
        if (!_closing)
        {
            _output.Write(line);
            _output.Write("\n"u8);
        }

        _owner.Exit();
    }

    /// <inheritdoc/>
    public void Sent(int count)
    {
        _owner.Enter();
        _output.Consume(count);
        if (_output.IsEmpty) _output.Dispose();
        _owner.Exit();
    }

    /// <inheritdoc/>
    public void Refuse(EndReason why)
    {
        _output.Dispose();
        Close(why);
    }

    /// <inheritdoc/>
    public void Drain() => _draining = true;

    /// <inheritdoc/>
    public void Fail() => Close(EndReason.HandlerCrashed);

    /// <inheritdoc/>
    public int TakeBuffered(Span<byte> destination) => 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _output.Dispose();
        Close(EndReason.None);
    }

    private void Answer()
    {
        _exchange.Written.Write("\n"u8);
        var length = (int)Math.Min(_exchange.Written.Length, OutputBytes);
        if (length == _exchange.Written.Length)
        {
            _exchange.Written.DrainTo(_output.GetSpan(length));
            _output.Advance(length);
        }
        else
        {
            _exchange.Written.MoveTo(_output);
        }
    }

    private Step Ending() => _output.IsEmpty ? Step.Close : Step.Write;

    private Step Decode()
    {
        if (_output.Length >= OutputBytes) return Step.Write;

        var found = _input.Bytes[_searched..].IndexOf((byte)'\n');
        var end = found < 0 ? _input.Length : _searched + found;
        var length = end > 0 && _input.Bytes[end - 1] == '\r' ? end - 1 : end;
        if (length > _lineBytes)
        {
            Close(EndReason.MaxRequestLineSizeExceeded);
            return Ending();
        }
        if (found >= 0)
        {
            _searched = 0;
            _exchange.LineLength = length;
            _taken = end + 1;
            return Step.Handle;
        }

        _searched = end;
        if (!_output.IsEmpty) return Step.Write;
        if (_ended) Close(_input.Length == 0 ? EndReason.ClientClosed : EndReason.UnexpectedEndOfRequestContent);
        else if (_draining && _input.Length == 0) Close(EndReason.ServerShutdown);
        else return Step.Read;
        return Ending();
    }

    private void Close(EndReason why)
    {
        if (EndReason == EndReason.None) EndReason = why;
        _closing = true;
        _taken = 0;
        _exchange.Written.Dispose();
        _input.Dispose();
    }
}
