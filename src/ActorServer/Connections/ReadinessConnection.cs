using System.Buffers;
using System.Runtime.ExceptionServices;
using ActorServer.Dispatch;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using ActorServer.Server;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Connections;

/// <summary>
/// Serves one connection by readiness: an event loop says that the socket can be read or written, and whatever can be done without
/// waiting is done. (The concrete Event Handler of POSA2's Reactor.) Its dispatcher must be an event loop.
/// </summary>
/// <param name="conversation">The connection.</param>
public sealed class ReadinessConnection(Conversation conversation) : UntypedActor
{
    // A client that reads as fast as we write must not keep the loop: level-triggered readiness brings us back.
    private const int SendsPerTurn = 16;

    private EventLoop _loop = null!;
    private Interest _interest;
    private State _state;

    private enum State
    {
        Serving,
        Handling,
        Lingering,
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _loop = EventLoop.Current;
        conversation.Start(Self, Context.Dispatcher.Id);
        try
        {
            Await(Interest.Read);
        }
        catch (SystemCallException exception)
        {
            // Not thrown: an actor that fails to start has no PostStop, and the connection would never end.
            Context.GetLogger().Error(exception, "connection {0} cannot be watched", conversation.Info.Id);
            conversation.Protocol.Refuse(EndReason.ConnectionReset);
            Context.Stop(Self);
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        Ignore();
        conversation.End();
    }

    /// <summary>The end comes once: with the <see cref="PostStop"/> of the instance that follows.</summary>
    /// <param name="reason">The crash.</param>
    /// <param name="message">What it crashed on.</param>
    protected override void PreRestart(Exception reason, object? message) => Ignore();

    /// <summary>A connection does not start again: whatever the supervisor decided after a crash, its socket is closed.</summary>
    /// <param name="reason">The crash.</param>
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ready ready:
                OnReady((ready.Readiness & Readiness.Read) != 0);
                break;
            case Conversation.Completed when _state == State.Handling:
                _state = State.Serving;
                conversation.Resume();
                Serve(readable: false);
                break;
            case Conversation.DeadlinePassed:
                // What has arrived and waits for us, because other connections held up the loop, is no delay of this client's.
                if (_state == State.Serving && conversation.HasUnread) Serve(readable: true);
                if (!conversation.Expire()) break;
                if (_state == State.Serving) Serve(readable: false);
                else if (_state == State.Lingering) Finish();
                break;
            case Drain:
                OnDrain();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnReady(bool readable)
    {
        if (_state == State.Serving) Serve(readable);
        else if (_state == State.Lingering) Discard();
        else if (conversation.IsAborted) Context.Stop(Self); // nobody is left to answer, whatever the handler waits for
        else Ignore(); // the next request of a pipeline, or a client that left: both wait for the handler
    }

    private void OnDrain()
    {
        // What the client sent before it could know is answered still.
        if (_state == State.Serving && conversation.Protocol.Phase == Phase.Idle && conversation.Next() == Step.Read) Receive();
        conversation.Protocol.Drain();
        if (_state == State.Serving) Serve(readable: false);
    }

    private void Serve(bool readable)
    {
        for (var sends = 0; ;)
        {
            switch (conversation.Next())
            {
                case Step.Read when readable:
                    Receive();
                    readable = false; // one read a turn: the loop has other connections, and comes back
                    break;
                case Step.Read:
                    Await(Interest.Read);
                    return;
                case Step.Handle when !conversation.Handle():
                    _state = State.Handling;
                    if (!conversation.Protocol.Output.IsEmpty) Send(); // replies to earlier requests of the pipeline
                    return;
                case Step.Handle:
                    break;
                case Step.Write when sends++ < SendsPerTurn && Send():
                    break;
                case Step.Write:
                    Await(Interest.Write);
                    return;
                default:
                    Close();
                    return;
            }
        }
    }

    private void Receive() => conversation.Received(conversation.Socket.Receive(conversation.Protocol.Input()));

    private bool Send() => conversation.Sent(conversation.Socket.Send(conversation.Protocol.Output));

    /// <summary>
    /// Closes in order: our stream ends (FIN), and the client's is read to its end. Closing at once with bytes unread, or on their way,
    /// would make the kernel reset the connection and take from the client what it has not read yet (RFC 9112 section 9.6).
    /// </summary>
    private void Close()
    {
        if (conversation.PeerEnded)
        {
            Finish();
            return;
        }

        _state = State.Lingering;
        conversation.Socket.ShutdownWrite();
        conversation.Lingering();
        if (_interest != Interest.Read) Watch(Interest.Read);
    }

    private void Discard()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        var result = conversation.Socket.Receive(scratch);
        ArrayPool<byte>.Shared.Return(scratch);
        if (result <= 0 && result != -Errno.EAGAIN) Finish();
    }

    /// <summary>The socket is done with. A crash goes to the supervisor now that the client has its 500.</summary>
    private void Finish()
    {
        if (conversation.Crash is not { } crash)
        {
            Context.Stop(Self);
            return;
        }

        Ignore();
        Self.Tell(PoisonPill.Instance); // should the supervisor resume us
        ExceptionDispatchInfo.Throw(crash);
    }

    private void Await(Interest interest)
    {
        conversation.Waiting();
        if (interest != _interest) Watch(interest);
    }

    private void Watch(Interest interest)
    {
        var descriptor = conversation.Socket.Descriptor;
        if (_interest == Interest.None) _loop.Register(descriptor, interest, Self);
        else _loop.Change(descriptor, interest);
        _interest = interest;
    }

    private void Ignore()
    {
        if (_interest == Interest.None) return;
        _interest = Interest.None;
        _loop.Unregister(conversation.Socket.Descriptor);
    }
}
