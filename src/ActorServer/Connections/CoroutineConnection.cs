using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using Akka.Actor;

namespace ActorServer.Connections;

/// <summary>Where a connection's coroutine stands.</summary>
internal enum CoroutineState
{
    /// <summary>Accepted, and not a byte has come.</summary>
    Init,

    /// <summary>Waits for bytes: of a request, or of the next one.</summary>
    Reading,

    /// <summary>A request is with its handler.</summary>
    Processing,

    /// <summary>A reply is being sent, or waits for the client to take it.</summary>
    Writing,

    /// <summary>The last reply is out and our stream ended: the client's end is still to come.</summary>
    Done,
}

/// <summary>
/// Serves one connection as a coroutine whose suspended state is a value: INIT → READING → PROCESSING → WRITING → READING … → DONE. It is
/// what a compiler makes of straight-line code with waits in it, written by hand (<see cref="FiberConnection"/> is that code).
/// </summary>
/// <param name="conversation">The connection.</param>
/// <param name="scheduler">Who resumes it.</param>
internal sealed class CoroutineConnection(Conversation conversation, CoroutineScheduler scheduler) : IServeLoop, IEventHandler
{
    private readonly LoopSocket _socket = new(conversation);
    private IActorRef _actor = ActorRefs.Nobody;
    private CoroutineState _state;
    private bool _handed; // in PROCESSING: the handler was called
    private bool _over;

    /// <summary>Stands in the scheduler's queue.</summary>
    internal bool IsReady { get; set; }

    /// <inheritdoc/>
    public void Start(IActorRef actor)
    {
        _actor = actor;
        _socket.Open(this);
        scheduler.MakeReady(this);
    }

    /// <inheritdoc/>
    public void Wake(Readiness readiness)
    {
        if (!_over) scheduler.MakeReady(this);
    }

    /// <inheritdoc/>
    public void HandleEvent(Readiness readiness)
    {
        // The next request of a pipeline, or a client that left: both wait for the handler.
        if (conversation.IsHandling && !conversation.Abandon()) _socket.Pause();
        else Wake(readiness);
    }

    /// <inheritdoc/>
    public void Stop()
    {
        Over();
        scheduler.Move(ref _state, CoroutineState.Init);
    }

    /// <summary>Goes on where it was suspended, until it is again.</summary>
    internal void Resume()
    {
        if (_over) return;
        for (var calls = 0; calls < LoopSocket.CallsPerTurn; calls++)
        {
            switch (_state)
            {
                case CoroutineState.Init or CoroutineState.Reading:
                    _socket.Receive(); // nothing may be there: it was woken for something else
                    break;

                case CoroutineState.Processing:
                    if (!_handed) CallHandler();
                    if (conversation.IsHandling && conversation.Abandon()) Finish(); // nobody is left to answer
                    if (conversation.IsHandling) return;
                    _handed = false;
                    break;

                case CoroutineState.Writing:
                    if (_socket.Send() || !conversation.Waits()) break;
                    _socket.Watch(Interest.Write);
                    return;

                case CoroutineState.Done:
                    if (_socket.Discard()) Finish();
                    return;
            }

            if (!Advance()) return;
        }

        scheduler.MakeReady(this); // it has had its turn
    }

    /// <summary>The scheduler caught what nobody else did: the actor fails of it.</summary>
    internal void Fail(Exception exception)
    {
        Over();
        _actor.Tell(new ConnectionActor.Served(exception));
    }

    /// <summary>Enters the state that the protocol's next step asks for.</summary>
    /// <returns>Whether there is something to do in it now; otherwise it is suspended.</returns>
    private bool Advance()
    {
        while (true)
        {
            switch (conversation.Next())
            {
                case Step.Read:
                    scheduler.Move(ref _state, conversation.Info.ReadThread == 0 ? CoroutineState.Init : CoroutineState.Reading);
                    if (!conversation.Waits()) continue;
                    _socket.Watch(Interest.Read);
                    return false;

                case Step.Handle:
                    scheduler.Move(ref _state, CoroutineState.Processing);
                    return true;

                case Step.Write:
                    scheduler.Move(ref _state, CoroutineState.Writing);
                    return true;

                default:
                    scheduler.Move(ref _state, CoroutineState.Done);
                    if (_socket.Close()) Finish();
                    return false;
            }
        }
    }

    private void CallHandler()
    {
        _handed = true;
        if (!conversation.Handle() && conversation.HasReplies) _socket.Send(); // to earlier requests of the pipeline
    }

    private void Finish()
    {
        Over();
        scheduler.Move(ref _state, CoroutineState.Done);
        _actor.Tell(ConnectionActor.Served.InOrder);
    }

    private void Over()
    {
        _over = true;
        _socket.Ignore();
    }
}
