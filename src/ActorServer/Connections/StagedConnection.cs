using ActorServer.Dispatch;
using ActorServer.Dispatch.Stages;
using ActorServer.Handlers;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using Akka.Actor;

namespace ActorServer.Connections;

/// <summary>
/// A connection as an element of a stream: its event loop only says that there is something to do, and sends it into the pipeline, whose
/// stages do it. Ownership travels along. A stage either passes the connection on or, when there is nothing to do but to wait for the
/// client, lets go of it.
/// </summary>
/// <remarks>
/// <para>One word says who has it. The flags are set by whoever wants something of a connection that is another's:</para>
/// <code>
///   Home ── Wake (loop) ──▶ Away ── a stage begins ──▶ Away, Working ── calls the handler ──▶ Away, Handling
///    ▲                       ▲                            │   │   ▲                               │
///    │                       └────────── passed on ───────┘   │   └────────── it is done ─────────┘
///    └───────────────────── waits for the client ─────────────┴──▶ Away, Returned: to be closed by the loop
/// </code>
/// <para>
/// Called: something happened meanwhile, so look once more before going home. Done: the actor ended; whoever comes across the connection
/// drops it. The socket's readiness is edge-triggered, so that nothing has to be told to the poller on the way.
/// </para>
/// </remarks>
internal sealed class StagedConnection : IServeLoop, IEventHandler
{
    private const int Home = 0, Away = 1, Working = 2, Handling = 4, Called = 8, Returned = 16, Done = 32;

    private readonly Conversation _conversation;
    private readonly PipelineEntrance _entrance;
    private readonly LoopSocket _socket;
    private IActorRef _actor = ActorRefs.Nobody;
    private int _state;
    private Needs _needs;
    private Exception? _failure;
    private bool _lingers; // the loop's

    /// <summary>What a connection on its way needs; stages that are for something else let it pass.</summary>
    private enum Needs
    {
        Parsing,
        Handling,
        Rendering,
        Writing,
    }

    /// <summary>Makes the serve loop of a connection.</summary>
    /// <param name="conversation">The connection.</param>
    /// <param name="entrance">Where it enters the pipeline.</param>
    public StagedConnection(Conversation conversation, PipelineEntrance entrance)
    {
        (_conversation, _entrance, _socket) = (conversation, entrance, new LoopSocket(conversation, Trigger.Edge));
        conversation.Handled = HandlerDone;
    }

    /// <inheritdoc/>
    public void Start(IActorRef actor)
    {
        _actor = actor;
        _socket.Open(this);
        _socket.Watch(Interest.Read); // from here on for good: what has come by now is reported as well
    }

    /// <inheritdoc/>
    public void HandleEvent(Readiness readiness) => Wake(readiness);

    /// <inheritdoc/>
    public void Wake(Readiness readiness)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if ((state & Done) != 0) return;
            if ((state & Returned) != 0)
            {
                Close();
                return;
            }

            if ((state & Handling) != 0 && _conversation.IsAborted)
            {
                Finish(); // nobody is left to answer, whatever the handler does
                return;
            }

            var next = state == Home ? Away : state | Called;
            if (Interlocked.CompareExchange(ref _state, next, state) != state) continue;
            if (state == Home) Enter(Needs.Parsing);
            return;
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        Interlocked.Or(ref _state, Done);
        // A stage of ours is at it, which never waits for anything.
        SpinWait.SpinUntil(() => (Volatile.Read(ref _state) & Working) == 0);
        _socket.Ignore();
    }

    /// <summary>Reads what has come and decodes it, up to a request.</summary>
    public bool Parse() => Work(Needs.Parsing, static connection => connection.Decode());

    /// <summary>Looks whether the request is still to be handled.</summary>
    /// <param name="patience">How long a request may take to get here; zero for as long as it likes.</param>
    public bool Validate(TimeSpan patience)
    {
        if (_needs != Needs.Handling || patience == TimeSpan.Zero || _conversation.Waited < patience) return true;
        return Work(Needs.Handling, static connection =>
        {
            if (connection._conversation.Protocol.Exchange is HttpExchange http) Response.Unavailable(http.Response, "The server is too busy.\n");
            connection._needs = Needs.Rendering;
            return true;
        });
    }

    /// <summary>A stage of the user's.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="beforeHandler">Whether the request has still to be handled there; otherwise the reply is there already.</param>
    public bool Pass(IRequestStage stage, bool beforeHandler)
    {
        var needs = beforeHandler ? Needs.Handling : Needs.Rendering;
        if (_needs != needs || _conversation.Protocol.Exchange is not HttpExchange http) return true;
        if (!LeaveToUser()) return false;
        try
        {
            if (!stage.Process(http)) needs = Needs.Rendering;
        }
        catch (Exception exception)
        {
            _conversation.Fails(exception);
            needs = Needs.Rendering;
        }

        return IsBack(needs);
    }

    /// <summary>Calls the handler. One that waits for something takes the connection out of the stream; it enters again when that is over.</summary>
    public bool Handle() => _needs != Needs.Handling || (LeaveToUser() && _conversation.Call() && IsBack(Needs.Rendering));

    /// <summary>Encodes the reply.</summary>
    public bool Render() => Work(Needs.Rendering, static connection =>
    {
        connection._conversation.Return();
        connection._needs = Needs.Writing;
        return true;
    });

    /// <summary>Sends the reply, and looks for what comes after it.</summary>
    public bool Write() => Work(Needs.Writing, static connection => connection.Send());

    private bool Decode()
    {
        var isDrained = false;
        for (var calls = 0; ;)
        {
            switch (_conversation.Next())
            {
                case Step.Read when isDrained:
                    if (GoHome()) return false;
                    isDrained = false;
                    break;
                case Step.Read when calls++ < LoopSocket.CallsPerTurn:
                    isDrained = !_socket.Receive();
                    break;
                case Step.Read:
                    return Again();
                case Step.Handle:
                    _conversation.Prepare();
                    _needs = Needs.Handling;
                    return true;
                case Step.Write:
                    _needs = Needs.Writing;
                    return true;
                default:
                    return Return();
            }
        }
    }

    private bool Send()
    {
        var protocol = _conversation.Protocol;
        for (var calls = 0; ;)
        {
            if (!protocol.Output.IsEmpty)
            {
                if (calls++ == LoopSocket.CallsPerTurn) return Again();
                if (!_conversation.Send() && GoHome()) return false;
                continue;
            }

            switch (protocol.Phase)
            {
                // Not read to EAGAIN, the socket may hold something that is not reported again: the end of the stream behind the last bytes.
                case Phase.Idle when !_conversation.PeerEnded && !_conversation.Socket.HasNews && GoHome():
                    return false;
                case Phase.Writing: // a body that streams: the next piece of it
                    if (_conversation.Next() is Step.Close or Step.Upgrade) return Return();
                    break;
                default:
                    return Again();
            }
        }
    }

    private void Enter(Needs needs)
    {
        _needs = needs;
        _entrance.Enter(this);
    }

    /// <summary>Code of the user's begins, which may take its time: who ends the connection meanwhile does not wait for it.</summary>
    private bool LeaveToUser()
    {
        if (!Begin()) return false;
        Interlocked.Or(ref _state, Handling);
        Interlocked.And(ref _state, ~Working);
        if (!_conversation.IsAborted) return true;
        // Whoever aborted it before it was the user's has left that for us to see.
        _actor.Tell(Ready.For(Readiness.None), ActorRefs.NoSender);
        return false;
    }

    private void HandlerDone()
    {
        if (IsBack(Needs.Rendering)) Enter(Needs.Rendering);
    }

    /// <summary>The handler is done, or a stage of the user's; whether the connection is still to be served.</summary>
    private bool IsBack(Needs needs)
    {
        _needs = needs;
        return (Interlocked.And(ref _state, ~Handling) & Done) == 0;
    }

    private bool Work(Needs needs, Func<StagedConnection, bool> work)
    {
        if (_needs != needs) return true;
        if (!Begin()) return false;
        try
        {
            return work(this) && PassOn();
        }
        catch (Exception exception)
        {
            _failure = exception;
            return Return();
        }
    }

    private bool Begin()
    {
        if ((Interlocked.Or(ref _state, Working) & Done) == 0) return true;
        Interlocked.And(ref _state, ~Working);
        return false;
    }

    private bool PassOn()
    {
        Interlocked.And(ref _state, ~Working);
        return true;
    }

    /// <summary>Back to the beginning, behind all others.</summary>
    private bool Again()
    {
        _needs = Needs.Parsing;
        Interlocked.And(ref _state, ~Working);
        _entrance.Enter(this);
        return false;
    }

    /// <summary>
    /// Nothing is left to do but to wait for the client, so the next event is the loop's. False when there is: something happened meanwhile,
    /// or a deadline has passed. The connection is somebody else's as soon as this is true.
    /// </summary>
    private bool GoHome()
    {
        if (!_conversation.Waits()) return false;
        if (Interlocked.CompareExchange(ref _state, Home, Away | Working) == (Away | Working)) return true;
        return ((Interlocked.And(ref _state, ~Called) & Done) != 0) && Drop();
    }

    private bool Drop()
    {
        Interlocked.And(ref _state, ~Working);
        return true;
    }

    /// <summary>The pipeline is done with it: the loop closes it.</summary>
    private bool Return()
    {
        Interlocked.Or(ref _state, Returned);
        Interlocked.And(ref _state, ~Working);
        _actor.Tell(Ready.For(Readiness.None), ActorRefs.NoSender);
        return false;
    }

    private void Close()
    {
        if (!_lingers)
        {
            if (_failure is not null || _conversation.MayClose)
            {
                Finish();
                return;
            }

            _lingers = true;
            _socket.EndStream();
        }

        if (_socket.Discard()) Finish();
    }

    private void Finish()
    {
        Stop();
        _actor.Tell(_failure is null ? ConnectionActor.Served.InOrder : new ConnectionActor.Served(_failure));
    }
}
