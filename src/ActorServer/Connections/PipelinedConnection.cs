using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using Akka.Actor;

namespace ActorServer.Connections;

/// <summary>
/// Serves one connection by readiness, and has several requests of its pipeline handled at a time, each by whoever is free. The loop decodes,
/// puts the replies in order, and writes.
/// </summary>
/// <param name="conversation">The connection.</param>
/// <param name="place">Where requests are handled.</param>
/// <param name="trigger">How the loop reports readiness.</param>
internal sealed class PipelinedConnection(Conversation conversation, HandlerPlace place, Trigger trigger) : IServeLoop
{
    private readonly LoopSocket _socket = new(conversation, trigger);
    private readonly HttpProtocol _protocol = (HttpProtocol)conversation.Protocol;
    private readonly Queue<Errand> _out = new(); // the oldest first
    private readonly Stack<Errand> _spare = new();
    private IActorRef _actor = ActorRefs.Nobody;
    private bool _lingers;
    private bool _left; // the socket is done with
    private bool _over;
    private bool _readable; // nobody has tried since the kernel may have got something
    private int _called;

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
        _over = true;
        _socket.Ignore();
    }

    /// <inheritdoc/>
    public void Wake(Readiness readiness)
    {
        if (_over) return;
        Interlocked.Exchange(ref _called, 0); // who is done from here on calls again
        if (readiness != Readiness.None) _socket.Reported();
        _readable |= readiness == Readiness.None || (readiness & Readiness.Read) != 0;
        if (_out.Count > 0 && conversation.IsAborted)
        {
            Finish(); // nobody is left to answer, whatever the handlers wait for
        }
        else if (_left)
        {
            Leave();
        }
        else if (_lingers)
        {
            if (_socket.Discard()) Leave();
        }
        else
        {
            Serve();
        }
    }

    /// <summary>One of several requests is done. Any thread; the actor is told once for all that are done by the time it looks.</summary>
    public void ErrandDone()
    {
        if (Interlocked.Exchange(ref _called, 1) == 0) conversation.CallOwner();
    }

    private void Serve()
    {
        for (var calls = 0; ;)
        {
            switch (conversation.Next())
            {
                case Step.Handle or Step.Read or Step.Wait when Answer():
                    break;
                case Step.Handle when _out.Count < place.Depth:
                    HandOver();
                    break;
                case Step.Read when _readable && calls++ < LoopSocket.CallsPerTurn:
                    _readable = _socket.Receive() && _socket.IsEdge;
                    break;
                case Step.Read when conversation.Waits():
                    _socket.Watch(Interest.Read);
                    return;
                case Step.Write when calls++ < LoopSocket.CallsPerTurn && _socket.Send():
                    break;
                case Step.Write when conversation.Waits():
                    _socket.Watch(Interest.Write);
                    return;
                case Step.Handle or Step.Wait when conversation.Waits():
                    if (_readable) _socket.Pause(); // what has come must wait
                    else _socket.Watch(Interest.Read);
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

    /// <summary>Encodes the reply to the oldest request, if it is done.</summary>
    private bool Answer()
    {
        if (!_out.TryPeek(out var oldest) || !oldest.IsDone) return false;
        _out.Dequeue();
        conversation.Return(oldest);
        _spare.Push(oldest);
        return true;
    }

    private void HandOver()
    {
        var since = conversation.Begin();
        var errand = _spare.TryPop(out var spare) ? spare : new Errand(this, conversation, place.Queue);
        _out.Enqueue(errand);
        errand.Go(_protocol.TakeOut(), since);
    }

    private void Close()
    {
        _lingers = true;
        if (_socket.Close()) Leave();
    }

    /// <summary>
    /// The socket is done with. Requests that are out keep the connection, and its permit, all the same: clients that ask and leave would
    /// else fill the queue without a bound.
    /// </summary>
    private void Leave()
    {
        _left = true;
        _socket.Pause();
        conversation.Waiting();
        while (Answer()) { }
        if (_out.Count == 0) Finish();
    }

    private void Finish()
    {
        Stop();
        _actor.Tell(ConnectionActor.Served.InOrder);
    }
}
