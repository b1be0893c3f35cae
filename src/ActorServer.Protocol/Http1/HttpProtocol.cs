using System.Diagnostics;

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
/// (Abandoned). What all this takes is a <see cref="Workspace"/>, which a connection that waits for a request does not have.
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
    private SingleOwner _owner;
    private Workspace? _work;     // null while nothing is read and nothing is to be sent
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
    }

    /// <summary>The request to handle and the reply to fill.</summary>
    /// <exception cref="InvalidOperationException">There is no request.</exception>
    public HttpExchange Exchange => _work?.Current.Exchange ?? throw new InvalidOperationException("There is no request to handle.");

    Exchange IProtocol.Exchange => Exchange;

    /// <summary>Requests that were taken out and are not answered yet.</summary>
    public int TakenOut => _work?.TakenOut.Count ?? 0;

    /// <inheritdoc/>
    public EndReason EndReason { get; private set; }

    /// <inheritdoc/>
    public bool PeerIsDone { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Output => _work is { } work ? work.Output.FirstSpan : default;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> OutputMemory => _work is { } work ? work.Output.First : default;

    /// <inheritdoc/>
    public Phase Phase => _state switch
    {
        State.Body when TakenOut == 0 => Phase.Body,
        State.Handling => Phase.Handling,
        _ when _work is { Output.IsEmpty: false } => Phase.Writing,
        State.Streaming => Phase.Writing,
        not (State.Closing or State.Abandoned) when TakenOut > 0 => Phase.Handling,
        State.Head => _work is { Current.Input.Length: > 0 } ? Phase.Head : Phase.Idle,
        State.Upgraded => Phase.Upgraded,
        _ => Phase.Closed,
    };

    /// <summary>Whether it holds a pooled buffer; an idle connection does not.</summary>
    internal bool HoldsBuffer => _work is { HoldsBuffer: true };

    private Workspace Work => _work ??= Workspaces.Take(_options);

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
    public Span<byte> Input(int hint = 0) => Work.Current.Input.TailSpan(Wanted(hint));

    /// <inheritdoc/>
    public Memory<byte> InputMemory(int hint = 0) => Work.Current.Input.Tail(Wanted(hint));

    /// <inheritdoc/>
    public void Received(int count)
    {
        _owner.Enter();
        if (count == 0) _ended = true;
        else if (_state is not (State.Closing or State.Abandoned)) Work.Current.Input.Append(count);
        ReleaseInput();
        _owner.Exit();
    }

    /// <inheritdoc/>
    public void ReleaseInput()
    {
        Rest();
        _work?.Current.Input.ReleaseIfEmpty();
    }

    /// <inheritdoc/>
    public void Encode()
    {
        _owner.Enter();
        try
        {
            if (TakenOut > 0) EncodeOldest();
            else if (_state == State.Abandoned) Close(EndReason);
            else EncodeReply(Work.Current);
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
        var work = Work;
        var taken = work.Current;
        work.TakenOut.Enqueue(taken);
        work.Current = work.Free.TryPop(out var free) ? free : new Slot();
        taken.MoveTail(_requestLength, work.Current);
        work.Head.Clear();
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
        var slot = Work.TakenOut.Peek();
        if (_state != State.Closing)
        {
            Debug.Assert(_state != State.Streaming, "The reply before is still being made.");
            _decoding = _state;
            EncodeReply(slot); // if that throws, it is still the one to fail
        }

        Work.TakenOut.Dequeue();
        Free(slot);
    }

    private void Free(Slot slot)
    {
        slot.Clear();
        slot.Release();
        Work.Free.Push(slot);
    }

    private void EncodeReply(Slot slot)
    {
        var work = Work;
        Debug.Assert(slot != work.Current || _state == State.Handling, "There is no exchange to encode.");
        var request = slot.Exchange.Request;
        var response = slot.Exchange.Response;
        var upgrades = response.Upgrade is not null;
        var last = _draining && work.TakenOut.Count <= (slot == work.Current ? 0 : 1);
        _closing = !upgrades && (response.Close || !request.KeepsAlive || last);
        PeerIsDone = !upgrades && !request.KeepsAlive && work.Current.Input.Length == _requestLength;
        _closeReason = last ? EndReason.ServerShutdown : EndReason.ResponseComplete;
        var end = work.Reply.Write(work.Output, request, response, ref _closing);
        if (end != ReplyWriter.End.None && response.TakeBody() is { } source)
        {
            work.Pump.Begin(source, end);
            _state = State.Streaming;
        }

        if (slot == work.Current)
        {
            _decoding = State.Head;
            LetGo(work);
            if (_state == State.Streaming) work.Current.Input.ReleaseIfEmpty(); // that may take long
        }

        if (upgrades) _state = State.Upgraded;
        else if (_state != State.Streaming) ReplyEnds();
    }

    /// <inheritdoc/>
    public void Sent(int count)
    {
        _owner.Enter();
        var output = Work.Output;
        output.Consume(count);
        if (output.IsEmpty) output.Clear();
        Rest();
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
        _work?.Output.Dispose();
        if (TakenOut == 0 && _state is (State.Handling or State.Abandoned))
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
        if (_state != State.Streaming && _work is { } work && work.TakenOut.TryDequeue(out var slot))
        {
            if (_state is not (State.Closing or State.Abandoned))
            {
                work.Reply.WriteRefusal(work.Output, 500);
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
        if (_work is not { Current.Input: var input }) return 0;
        var count = Math.Min(destination.Length, input.Length);
        input.Bytes[..count].CopyTo(destination);
        input.Consume(count);
        ReleaseInput();
        return count;
    }

    /// <summary>
    /// Gives all buffers back; but what a handler that is still at work may be reading and writing is left to the garbage collector,
    /// lest another connection gets it.
    /// </summary>
    public void Dispose()
    {
        if (_work is not { } work)
        {
            _state = State.Closing;
            return;
        }

        work.Pump.Dispose();
        work.Output.Dispose();
        if (_state is State.Handling or State.Abandoned)
        {
            _state = State.Abandoned;
            return;
        }
        LetGo(work);
        work.Current.Input.Clear();
        _state = State.Closing;
        Rest();
    }

    /// <summary>One transition, or the step to take if there is none without the owner's doing.</summary>
    private Step? Advance()
    {
        if (_work is not { } work) return _state == State.Head ? Await() : End();
        var input = work.Current.Input;
        var request = work.Current.Exchange.Request;
        switch (_state)
        {
            case State.Head when work.Output.Length >= _options.Limits.OutputBytes:
                return Step.Write;

            case State.Head when _draining && work.TakenOut.Count > 0:
                return Pause();

            case State.Head:
                switch (work.Head.Read(input, request))
                {
                    case Progress.More:
                        return Await();
                    case Progress.Refused:
                        RefuseInTurn(work.Head.Refusal);
                        return null;
                }
                work.Body.Begin(work.Head.Framing);
                _state = State.Continue;
                return null;

            case State.Continue:
                // The client that waits for leave gets it, unless it did not wait or there is nothing to come.
                if (work.Head.Framing.ExpectsContinue && !work.Body.IsDone && input.Length == work.Head.Length)
                {
                    if (work.TakenOut.Count > 0) return Pause();
                    work.Output.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
                }
                _state = State.Body;
                return null;

            case State.Body:
                switch (work.Body.Read(input, work.Head.Length, request, work.Current.Body, out var position))
                {
                    case Progress.More:
                        input.Cut(work.Head.Length, position - work.Head.Length);
                        return Await();
                    case Progress.Refused:
                        RefuseInTurn(work.Body.Refusal);
                        return null;
                }
                _requestLength = position;
                _state = State.Handling;
                return null;

            case State.Handling when work.TakenOut.Count > 0 && (request.IsAsterisk || !GoesBesideOthers(request)):
                return Pause();

            case State.Handling when request.IsAsterisk:
                EncodeReply(work.Current); // a ping of the server itself, which no handler is asked about (RFC 9110 §9.3.7)
                return null;

            case State.Handling:
                return Step.Handle;

            case State.Barrier when work.TakenOut.Count > 0:
            case State.Refused when work.TakenOut.Count > 0:
                return Pause();

            case State.Barrier:
                _state = State.Head;
                return null;

            case State.Refused:
                Refuse(_refusal);
                return null;

            case State.Streaming when !work.Output.IsEmpty && !work.Pump.IsFresh:
                return Step.Write;

            case State.Streaming:
                Stream(work);
                return null;

            default:
                return !work.Output.IsEmpty ? Step.Write : End();
        }
    }

    /// <summary>Nothing can go on without more input; but first what is ready goes out.</summary>
    private Step? Await()
    {
        if (_work is { Output.IsEmpty: false }) return Step.Write;
        if (_ended && TakenOut > 0) return Step.Wait;
        var idle = _state == State.Head && _work is not { Current.Input.Length: > 0 };
        if (_ended) Close(idle ? EndReason.ClientClosed : EndReason.UnexpectedEndOfRequestContent);
        else if (_draining && idle) Close(EndReason.ServerShutdown);
        else return Step.Read;
        return null;
    }

    /// <summary>Nothing can go on before the oldest request that was taken out is answered.</summary>
    private Step Pause() => Work.Output.IsEmpty ? Step.Wait : Step.Write;

    /// <summary>Nothing is left to send.</summary>
    private Step End() => _state == State.Upgraded ? Step.Upgrade : Step.Close;

    private void Stream(Workspace work)
    {
        switch (work.Pump.Pull(work.Output))
        {
            case Progress.Done:
                work.Pump.Dispose();
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
    private void LetGo(Workspace work)
    {
        work.Current.Clear();
        work.Head.Clear();
        work.Current.Input.Consume(_requestLength);
        _requestLength = 0;
    }

    /// <summary>With nothing read and nothing to send the workspace goes to whoever needs one next.</summary>
    private void Rest()
    {
        if (_work is not { IsEmpty: true } work || _state is not (State.Head or State.Closing or State.Upgraded)) return;
        _work = null;
        Workspaces.Give(work);
    }

    /// <summary>What has come cannot be accepted; earlier requests are answered first.</summary>
    private void RefuseInTurn(Refusal refusal) => (_refusal, _state) = (refusal, State.Refused);

    private void Refuse(Refusal refusal)
    {
        Work.Reply.WriteRefusal(Work.Output, refusal.Status);
        Close(refusal.Reason);
    }

    private int Wanted(int hint) => Math.Max(hint, _state == State.Body ? Work.Body.Expected : 0);

    /// <summary>Whatever else was to come is not: what is in the output goes out, then the connection ends.</summary>
    private void Close(EndReason why)
    {
        if (EndReason == EndReason.None) EndReason = why;
        var abandoned = _state == State.Abandoned;
        _state = State.Closing;
        if (_work is not { } work) return;
        work.Pump.Dispose();
        LetGo(work);
        work.Current.Input.Clear();
        if (abandoned) Rest(); // the handler that was left behind is done, too: nothing is in use any more
    }
}
