using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Echo;

/// <summary>The echo protocol (RFC 862): what comes is sent back, without a handler. The smallest thing an engine can serve.</summary>
public sealed class EchoProtocol : IProtocol
{
    private readonly Blocks _bytes = new();
    private bool _ended;
    private bool _draining;
    private bool _closing;

    /// <inheritdoc/>
    public EndReason EndReason { get; private set; }

    /// <inheritdoc/>
    public bool PeerIsDone => false;

    /// <inheritdoc/>
    public Phase Phase => !_bytes.IsEmpty ? Phase.Writing : _closing ? Phase.Closed : Phase.Idle;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: there is nothing to handle.</exception>
    public Exchange Exchange => throw new InvalidOperationException("An echo has no exchange.");

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Output => _bytes.First.Span;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> OutputMemory => _bytes.First;

    /// <inheritdoc/>
    public Step Next()
    {
        if (!_bytes.IsEmpty) return Step.Write;
        if (_ended) Close(EndReason.ClientClosed);
        else if (_draining) Close(EndReason.ServerShutdown);
        return _closing ? Step.Close : Step.Read;
    }

    /// <inheritdoc/>
    public Span<byte> Input(int hint = 0) => _bytes.GetSpan(hint);

    /// <inheritdoc/>
    public Memory<byte> InputMemory(int hint = 0) => _bytes.GetMemory(hint);

    /// <inheritdoc/>
    public void Received(int count)
    {
        if (count == 0) _ended = true;
        else if (!_closing) _bytes.Advance(count);
        ReleaseInput();
    }

    /// <inheritdoc/>
    public void ReleaseInput()
    {
        if (_bytes.IsEmpty) _bytes.Dispose();
    }

    /// <inheritdoc/>
    public void Encode() => throw new InvalidOperationException("An echo has no exchange.");

    /// <inheritdoc/>
    public void Sent(int count)
    {
        _bytes.Consume(count);
        ReleaseInput();
    }

    /// <inheritdoc/>
    public void Refuse(EndReason why)
    {
        _bytes.Dispose();
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
        _closing = true;
        _bytes.Dispose();
    }

    private void Close(EndReason why)
    {
        if (EndReason == EndReason.None) EndReason = why;
        _closing = true;
    }
}
