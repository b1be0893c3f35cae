using System.Diagnostics;
using ActorServer.Protocol.Buffers;

namespace ActorServer.Protocol.Http1;

/// <summary>
/// HTTP/1.1 (RFC 9110, RFC 9112), the server's side of one connection.
/// </summary>
/// <remarks>
/// <para>
/// Theory of operation. A connection is in one state, and only <see cref="Next"/> decodes:
/// </para>
/// <code>
///            head complete            body complete            Encode, body written
///   Head ───────────────────▶ Body ───────────────────▶ Handling ───────────────────▶ Head
///    │                         │                          │   │ Encode, body source
///    │ refused                 │ refused                  │   └──▶ Streaming ─── source ends ──▶ Head
///    ▼                         ▼                          ▼              │
///   Closing ◀──────────────────┴── Fail, Connection: close ┴─────────────┘          101: Upgraded
/// </code>
/// <para>
/// The input buffer holds the request's head from its first byte until <see cref="Encode"/>; its body is moved out into blocks as it
/// arrives, and what lies behind waits as the beginning of the next request. Replies gather in the output; <see cref="Step.Write"/> is
/// asked for when nothing more can be done without it: more input is needed, the output has reached its limit, a body source streams,
/// or the connection ends. Closing sends what is in the output and drops the rest; if a handler is still at work, that waits for it
/// (Abandoned).
/// </para>
/// </remarks>
public sealed class HttpProtocol : IProtocol
{
    private enum State
    {
        Head,
        Body,
        Handling,
        Streaming,
        Upgraded,
        Closing,
        Abandoned,   // closed while its handler is still at work
    }

    private readonly HttpOptions _options;
    private readonly SingleOwner _owner = new();
    private readonly InputBuffer _input = new();
    private readonly Blocks _body = new();
    private readonly Blocks _output = new();
    private readonly HeadReader _head;
    private readonly BodyReader _bodyReader;
    private readonly ReplyWriter _reply;
    private readonly BodyPump _pump;
    private readonly HttpExchange _exchange;
    private State _state;
    private int _requestLength;   // bytes of input that the current request takes up, once it is complete
    private bool _ended;          // the client sends no more
    private bool _draining;
    private bool _closing;        // the reply being sent is the last
    private EndReason _closeReason;

    /// <summary>A new connection.</summary>
    /// <param name="options">What it shares with others.</param>
    public HttpProtocol(HttpOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _head = new HeadReader(options.Limits);
        _bodyReader = new BodyReader(options.Limits);
        _reply = new ReplyWriter(options);
        _pump = new BodyPump(options.Limits);
        _exchange = new HttpExchange(new HttpRequest(_input, _body), new HttpResponse());
    }

    /// <summary>The request to handle and the reply to fill.</summary>
    public HttpExchange Exchange => _exchange;

    Exchange IProtocol.Exchange => _exchange;

    /// <inheritdoc/>
    public EndReason EndReason { get; private set; }

    /// <inheritdoc/>
    public bool PeerIsDone { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Output => _output.First.Span;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> OutputMemory => _output.First;

    /// <inheritdoc/>
    public Phase Phase => _state switch
    {
        State.Body => Phase.Body,
        State.Handling => Phase.Handling,
        _ when !_output.IsEmpty => Phase.Writing,
        State.Head => _input.Length == 0 ? Phase.Idle : Phase.Head,
        State.Streaming => Phase.Writing,
        State.Upgraded => Phase.Upgraded,
        _ => Phase.Closed,
    };

    /// <summary>Whether it holds a pooled buffer; an idle connection does not.</summary>
    internal bool HoldsBuffer => _input.IsRented || _output.IsRented || _body.IsRented;

    /// <inheritdoc/>
    public Step Next()
    {
        _owner.Enter();
        try
        {
            while (true)
            {
                if (Advance() is { } step) return step;
            }
        }
        finally
        {
            _owner.Exit();
        }
    }

    /// <inheritdoc/>
    public Span<byte> Input(int hint = 0) => InputMemory(hint).Span;

    /// <inheritdoc/>
    public Memory<byte> InputMemory(int hint = 0) =>
        _input.Tail(Math.Max(hint, _state == State.Body ? _bodyReader.Expected : 0));

    /// <inheritdoc/>
    public void Received(int count)
    {
        _owner.Enter();
        if (count == 0) _ended = true;
        else if (_state is not (State.Closing or State.Abandoned)) _input.Append(count);
        _input.ReleaseIfEmpty();
        _owner.Exit();
    }

    /// <inheritdoc/>
    public void ReleaseInput() => _input.ReleaseIfEmpty();

    /// <inheritdoc/>
    public void Encode()
    {
        _owner.Enter();
        try
        {
            if (_state == State.Abandoned) Close(EndReason);
            else EncodeReply();
        }
        finally
        {
            _owner.Exit();
        }
    }

    private void EncodeReply()
    {
        Debug.Assert(_state == State.Handling, "There is no exchange to encode.");
        var request = _exchange.Request;
        var response = _exchange.Response;
        var upgrades = response.Upgrade is not null;
        _closing = !upgrades && (response.Close || !request.KeepsAlive || _draining);
        PeerIsDone = !upgrades && !request.KeepsAlive && _input.Length == _requestLength;
        _closeReason = _draining ? EndReason.ServerShutdown : EndReason.ResponseComplete;
        var end = _reply.Write(_output, request, response, ref _closing);
        if (end != ReplyWriter.End.None && response.TakeBody() is { } source)
        {
            _pump.Begin(source, end);
            _state = State.Streaming;
        }
        LetGo();
        if (upgrades) _state = State.Upgraded;
        else if (_state == State.Handling) ReplyEnds();
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
        if (Phase is Phase.Head or Phase.Body && why is EndReason.RequestHeadersTimeout or EndReason.MinRequestBodyDataRate)
        {
            Refuse(new Refusal(408, why));
            return;
        }
        if (why == EndReason.MaxConcurrentConnectionsExceeded && Phase == Phase.Idle)
        {
            Refuse(new Refusal(503, why));
            return;
        }
        _output.Dispose();
        if (_state is State.Handling or State.Abandoned)
        {
            // The handler may still be at it, and the buffers must not go to others before it is done.
            if (EndReason == EndReason.None) EndReason = why;
            _state = State.Abandoned;
            return;
        }
        Close(why);
    }

    /// <inheritdoc/>
    public void Drain() => _draining = true;

    /// <inheritdoc/>
    public void Fail()
    {
        // A reply that has begun cannot be taken back: the client sees its end missing.
        if (_state == State.Handling) Refuse(new Refusal(500, EndReason.HandlerCrashed));
        else Close(EndReason.HandlerCrashed);
    }

    /// <inheritdoc/>
    public int TakeBuffered(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, _input.Length);
        _input.Bytes[..count].CopyTo(destination);
        _input.Consume(count);
        return count;
    }

    /// <summary>
    /// Gives all buffers back; but what a handler that is still at work may be reading and writing is left to the garbage collector,
    /// lest another connection rents it.
    /// </summary>
    public void Dispose()
    {
        _pump.Dispose();
        _output.Dispose();
        if (_state is State.Handling or State.Abandoned)
        {
            _state = State.Abandoned;
            return;
        }
        LetGo();
        _input.Dispose();
        _state = State.Closing;
    }

    /// <summary>One transition, or the step to take if there is none without the owner's doing.</summary>
    private Step? Advance()
    {
        switch (_state)
        {
            case State.Head when _output.Length >= _options.Limits.OutputBytes:
                return Step.Write;

            case State.Head:
                switch (_head.Read(_input, _exchange.Request))
                {
                    case Progress.More:
                        return Await();
                    case Progress.Refused:
                        Refuse(_head.Refusal);
                        return null;
                }
                _bodyReader.Begin(_head.Framing);
                // The client that waits for leave gets it, unless it did not wait or there is nothing to come.
                if (_head.Framing.ExpectsContinue && !_bodyReader.IsDone && _input.Length == _head.Length)
                    _output.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
                _state = State.Body;
                return null;

            case State.Body:
                switch (_bodyReader.Read(_input, _head.Length, _exchange.Request, _body, out var position))
                {
                    case Progress.More:
                        _input.Cut(_head.Length, position - _head.Length);
                        return Await();
                    case Progress.Refused:
                        Refuse(_bodyReader.Refusal);
                        return null;
                }
                _requestLength = position;
                _state = State.Handling;
                // A ping of the server itself, which no handler is asked about (RFC 9110 §9.3.7).
                if (_exchange.Request.IsAsterisk) EncodeReply();
                return null;

            case State.Handling:
                return Step.Handle;

            case State.Streaming when !_output.IsEmpty && !_pump.IsFresh:
                return Step.Write;

            case State.Streaming:
                Stream();
                return null;

            default:
                return !_output.IsEmpty ? Step.Write : _state == State.Upgraded ? Step.Upgrade : Step.Close;
        }
    }

    /// <summary>Nothing can go on without more input; but first what is ready goes out.</summary>
    private Step? Await()
    {
        if (!_output.IsEmpty) return Step.Write;
        var idle = _state == State.Head && _input.Length == 0;
        if (_ended) Close(idle ? EndReason.ClientClosed : EndReason.UnexpectedEndOfRequestContent);
        else if (_draining && idle) Close(EndReason.ServerShutdown);
        else return Step.Read;
        return null;
    }

    private void Stream()
    {
        switch (_pump.Pull(_output))
        {
            case Progress.Done:
                _pump.Dispose();
                ReplyEnds();
                break;
            case Progress.Refused:
                Close(EndReason.HandlerCrashed);
                break;
        }
    }

    private void ReplyEnds()
    {
        if (_closing) Close(_closeReason);
        else _state = State.Head;
    }

    /// <summary>The request is answered, or never will be: its bytes go, and both sides of the exchange are empty again.</summary>
    private void LetGo()
    {
        _exchange.Request.Clear();
        _exchange.Response.Clear();
        _head.Clear();
        _input.Consume(_requestLength);
        _requestLength = 0;
    }

    private void Refuse(Refusal refusal)
    {
        _reply.WriteRefusal(_output, refusal.Status);
        Close(refusal.Reason);
    }

    /// <summary>Whatever else was to come is not: what is in the output goes out, then the connection ends.</summary>
    private void Close(EndReason why)
    {
        if (EndReason == EndReason.None) EndReason = why;
        _state = State.Closing;
        _pump.Dispose();
        LetGo();
        _input.Dispose();
    }
}
