using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using Akka.Actor;

namespace ActorServer.Connections;

/// <summary>
/// Serves one connection by readiness: an event loop says that the socket can be read or written, and whatever can be done without
/// waiting is done. (The concrete Event Handler of POSA2's Reactor.)
/// </summary>
/// <remarks>
/// Level-triggered: one read a turn, after which the loop comes back for as long as there is more. Edge-triggered: a change is reported
/// once, so that the kernel's buffer is read until it is empty and written until it is full. Where a report disarms its descriptor, the
/// connection arms it when it has done its part: no other thread can have a report of it meanwhile.
/// </remarks>
/// <param name="conversation">The connection.</param>
/// <param name="trigger">How the loop reports readiness.</param>
public sealed class ReadinessConnection(Conversation conversation, Trigger trigger) : IServeLoop
{
    private readonly LoopSocket _socket = new(conversation, trigger);
    private IActorRef _actor = ActorRefs.Nobody;
    private State _state;
    private bool _readable; // nobody has tried since the kernel may have got something

    private enum State
    {
        Serving,
        Lingering,
        Done,
    }

    /// <inheritdoc/>
    public void Start(IActorRef actor)
    {
        _actor = actor;
        _socket.Open(new ActorHandler(actor));
        actor.Tell(Ready.For(Readiness.Read)); // perhaps it is: see LoopSocket.Open
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _state = State.Done;
        _socket.Ignore();
    }

    /// <inheritdoc/>
    public void Wake(Readiness readiness)
    {
        // Of a message other than readiness: what has arrived, and waits for us because others held up the loop, comes first.
        if (readiness != Readiness.None) _socket.Reported();
        _readable |= readiness == Readiness.None || (readiness & Readiness.Read) != 0;
        if (_state == State.Serving && conversation.IsHandling) WhileHandling(readiness);
        else if (_state == State.Serving) Serve();
        else if (_state == State.Lingering && _socket.Discard()) Finish();
    }

    private void WhileHandling(Readiness readiness)
    {
        if (conversation.Abandon()) Finish(); // nobody is left to answer, whatever the handler waits for
        else if (readiness != Readiness.None) _socket.Pause(); // the next of a pipeline, or a client that left: both wait
    }

    private void Serve()
    {
        for (var calls = 0; ;)
        {
            switch (conversation.Next())
            {
                case Step.Read when _readable && calls++ < LoopSocket.CallsPerTurn:
                    // Level: one read a turn, the loop comes back. Edge: on until EAGAIN; a short read may hide the end of the stream behind it.
                    _readable = _socket.Receive() && _socket.IsEdge;
                    break;
                case Step.Read when conversation.Waits():
                    _socket.Watch(Interest.Read);
                    return;
                case Step.Handle when !conversation.Handle():
                    if (conversation.HasReplies) _socket.Send(); // to earlier requests of the pipeline
                    _socket.Rearm();
                    // Who does not hear of the socket must hear of the handler.
                    if (_socket.Hears || conversation.IsHandling) return;
                    break;
                case Step.Write when calls++ < LoopSocket.CallsPerTurn && _socket.Send():
                    break;
                case Step.Write when conversation.Waits():
                    _socket.Watch(Interest.Write);
                    return;
                case Step.Close or Step.Upgrade:
                    Close();
                    return;
            }

            // A change is reported once: what is left of the turn is our own to remember.
            if (_socket.IsEdge && calls == LoopSocket.CallsPerTurn)
            {
                _actor.Tell(Ready.For(Readiness.Write));
                return;
            }
        }
    }

    private void Close()
    {
        _state = State.Lingering;
        if (_socket.Close()) Finish();
    }

    private void Finish()
    {
        Stop();
        _actor.Tell(ConnectionActor.Served.InOrder);
    }
}
