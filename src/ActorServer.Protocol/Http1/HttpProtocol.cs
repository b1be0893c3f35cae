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
/// <para>
/// An owner that handles the requests of a pipeline in parallel takes each out (<see cref="TakeOut"/>), and the next is decoded; it then calls
/// <see cref="Encode"/> or <see cref="Fail"/> for the oldest, when that is done. Whatever else is to be sent (a refusal, an interim
/// reply) waits until those before are answered, and so do requests that must not be handled beside others: those with methods that are
/// not safe (RFC 9112 §9.3.2), and the last of a connection.
/// </para>
/// </remarks>
public sealed class HttpProtocol : IProtocol
{
    private enum State
    {
        Head,
        Continue,    // a head that asks for leave to go on; replies to earlier requests come first
        Body,
        Handling,
        Barrier,     // was taken out, and nothing may be handled beside it
        Refused,     // by what comes after replies to earlier requests
        Streaming,
        Upgraded,
        Closing,
        Abandoned,   // closed while its handler is still at work
    }

    private readonly HttpOptions _options;
    private readonly SingleOwner _owner = new();
    private readonly Blocks _output = new();
    private readonly HeadReader _head;
    private readonly BodyReader _bodyReader;
    private readonly ReplyWriter _reply;
    private readonly BodyPump _pump;
    private readonly Queue<Slot> _takenOut = new(); // the oldest first
    private readonly Stack<Slot> _free = new();
    private Slot _current = new();
    private State _state;
    private State _decoding;      // the state of decoding while the reply to a request that was taken out streams
    private Refusal _refusal;
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
    }

    /// <summary>The request to handle and the reply to fill.</summary>
    public HttpExchange Exchange => _current.Exchange;

    Exchange IProtocol.Exchange => _current.Exchange;

    /// <summary>Requests that were taken out and are not answered yet.</summary>
    public int TakenOut => _takenOut.Count;

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
        State.Body when _takenOut.Count == 0 => Phase.Body,
        State.Handling => Phase.Handling,
        _ when !_output.IsEmpty => Phase.Writing,
        State.Streaming => Phase.Writing,
        not (State.Closing or State.Abandoned) when _takenOut.Count > 0 => Phase.Handling,
        State.Head => _current.Input.Length == 0 ? Phase.Idle : Phase.Head,
        State.Upgraded => Phase.Upgraded,
        _ => Phase.Closed,
    };

    /// <summary>Whether it holds a pooled buffer; an idle connection does not.</summary>
    internal bool HoldsBuffer => _output.IsRented || _current.HoldsBuffer || _takenOut.Concat(_free).Any(slot => slot.HoldsBuffer);

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
        _current.Input.Tail(Math.Max(hint, _state == State.Body ? _bodyReader.Expected : 0));

    /// <inheritdoc/>
    public void Received(int count)
    {
        _owner.Enter();
        if (count == 0) _ended = true;
        else if (_state is not (State.Closing or State.Abandoned)) _current.Input.Append(count);
        _current.Input.ReleaseIfEmpty();
        _owner.Exit();
    }

    /// <inheritdoc/>
    public void ReleaseInput() => _current.Input.ReleaseIfEmpty();

    /// <inheritdoc/>
    public void Encode()
    {
        _owner.Enter();
        try
        {
            if (_takenOut.Count > 0) EncodeOldest();
            else if (_state == State.Abandoned) Close(EndReason);
            else EncodeReply(_current);
        }
        finally
        {
            _owner.Exit();
        }
    }

    /// <summary>
    /// Takes the request out at <see cref="Step.Handle"/>, so that the next one is decoded meanwhile. From then on <see cref="Encode"/> and
    /// <see cref="Fail"/> are about the oldest that was taken out; not while its predecessor's reply is still being made
    /// (<see cref="Step.Write"/>).
    /// </summary>
    /// <returns>The request and the place for its reply; valid until <see cref="Encode"/>.</returns>
    public HttpExchange TakeOut()
    {
        _owner.Enter();
        Debug.Assert(_state == State.Handling, "There is no request to take out.");
        var taken = _current;
        _takenOut.Enqueue(taken);
        _current = _free.TryPop(out var free) ? free : new Slot();
        taken.MoveTail(_requestLength, _current);
        _head.Clear();
        _requestLength = 0;
        _state = GoesBesideOthers(taken.Exchange.Request) ? State.Head : State.Barrier;
        _owner.Exit();
        return taken.Exchange;
    }

    /// <summary>Whether a request may be handled while others of its pipeline are. Only replies to safe ones may be lost without harm.</summary>
    private static bool GoesBesideOthers(HttpRequest request) =>
        request is { KeepsAlive: true, Version: HttpVersion.Http11, Method: RequestMethod.Get or RequestMethod.Head or RequestMethod.Options or RequestMethod.Trace }
        && !request.Headers.TryGet("upgrade"u8, out _);

    private void EncodeOldest()
    {
        var slot = _takenOut.Peek();
        if (_state != State.Closing)
        {
            Debug.Assert(_state != State.Streaming, "The reply before is still being made.");
            _decoding = _state;
            EncodeReply(slot); // if that throws, it is still the one to fail
        }

        _takenOut.Dequeue();
        Free(slot);
    }

    private void Free(Slot slot)
    {
        slot.Clear();
        slot.Input.Dispose();
        _free.Push(slot);
    }

    private void EncodeReply(Slot slot)
    {
        Debug.Assert(slot != _current || _state == State.Handling, "There is no exchange to encode.");
        var request = slot.Exchange.Request;
        var response = slot.Exchange.Response;
        var upgrades = response.Upgrade is not null;
        var last = _draining && _takenOut.Count <= (slot == _current ? 0 : 1);
        _closing = !upgrades && (response.Close || !request.KeepsAlive || last);
        PeerIsDone = !upgrades && !request.KeepsAlive && _current.Input.Length == _requestLength;
        _closeReason = last ? EndReason.ServerShutdown : EndReason.ResponseComplete;
        var end = _reply.Write(_output, request, response, ref _closing);
        if (end != ReplyWriter.End.None && response.TakeBody() is { } source)
        {
            _pump.Begin(source, end);
            _state = State.Streaming;
        }

        if (slot == _current)
        {
            _decoding = State.Head;
            LetGo();
        }

        if (upgrades) _state = State.Upgraded;
        else if (_state != State.Streaming) ReplyEnds();
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
        if (_takenOut.Count == 0 && _state is (State.Handling or State.Abandoned))
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
        // While a reply streams it is that one: those behind are still with their handlers.
        if (_state != State.Streaming && _takenOut.TryDequeue(out var slot))
        {
            if (_state is not (State.Closing or State.Abandoned))
            {
                _reply.WriteRefusal(_output, 500);
                Close(EndReason.HandlerCrashed);
            }

            Free(slot);
            return;
        }

        // A reply that has begun cannot be taken back: the client sees its end missing.
        if (_state == State.Handling) Refuse(new Refusal(500, EndReason.HandlerCrashed));
        else Close(EndReason.HandlerCrashed);
    }

    /// <inheritdoc/>
    public int TakeBuffered(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, _current.Input.Length);
        _current.Input.Bytes[..count].CopyTo(destination);
        _current.Input.Consume(count);
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
        _current.Input.Dispose();
        _state = State.Closing;
    }

    /// <summary>One transition, or the step to take if there is none without the owner's doing.</summary>
    private Step? Advance()
    {
        switch (_state)
        {
            case State.Head when _output.Length >= _options.Limits.OutputBytes:
                return Step.Write;

            case State.Head when _draining && _takenOut.Count > 0:
                return Pause();

            case State.Head:
                switch (_head.Read(_current.Input, Exchange.Request))
                {
                    case Progress.More:
                        return Await();
                    case Progress.Refused:
                        RefuseInTurn(_head.Refusal);
                        return null;
                }
                _bodyReader.Begin(_head.Framing);
                _state = State.Continue;
                return null;

            case State.Continue:
                // The client that waits for leave gets it, unless it did not wait or there is nothing to come.
                if (_head.Framing.ExpectsContinue && !_bodyReader.IsDone && _current.Input.Length == _head.Length)
                {
                    if (_takenOut.Count > 0) return Pause();
                    _output.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
                }
                _state = State.Body;
                return null;

            case State.Body:
                switch (_bodyReader.Read(_current.Input, _head.Length, Exchange.Request, _current.Body, out var position))
                {
                    case Progress.More:
                        _current.Input.Cut(_head.Length, position - _head.Length);
                        return Await();
                    case Progress.Refused:
                        RefuseInTurn(_bodyReader.Refusal);
                        return null;
                }
                _requestLength = position;
                _state = State.Handling;
                return null;

            case State.Handling when _takenOut.Count > 0 && (Exchange.Request.IsAsterisk || !GoesBesideOthers(Exchange.Request)):
                return Pause();

            case State.Handling when Exchange.Request.IsAsterisk:
                EncodeReply(_current); // a ping of the server itself, which no handler is asked about (RFC 9110 §9.3.7)
                return null;

            case State.Handling:
                return Step.Handle;

            case State.Barrier when _takenOut.Count > 0:
            case State.Refused when _takenOut.Count > 0:
                return Pause();

            case State.Barrier:
                _state = State.Head;
                return null;

            case State.Refused:
                Refuse(_refusal);
                return null;

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
        if (_ended && _takenOut.Count > 0) return Step.Wait;
        var idle = _state == State.Head && _current.Input.Length == 0;
        if (_ended) Close(idle ? EndReason.ClientClosed : EndReason.UnexpectedEndOfRequestContent);
        else if (_draining && idle) Close(EndReason.ServerShutdown);
        else return Step.Read;
        return null;
    }

    /// <summary>Nothing can go on before the oldest request that was taken out is answered.</summary>
    private Step Pause() => _output.IsEmpty ? Step.Wait : Step.Write;

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
        else _state = _decoding;
    }

    /// <summary>The request is answered, or never will be: its bytes go, and both sides of the exchange are empty again.</summary>
    private void LetGo()
    {
        _current.Clear();
        _head.Clear();
        _current.Input.Consume(_requestLength);
        _requestLength = 0;
    }

    /// <summary>What has come cannot be accepted; earlier requests are answered first.</summary>
    private void RefuseInTurn(Refusal refusal) => (_refusal, _state) = (refusal, State.Refused);

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
        _current.Input.Dispose();
    }
}
