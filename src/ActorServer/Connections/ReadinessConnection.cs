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
/// <remarks>
/// Level-triggered: one read a turn, after which the loop comes back for as long as there is more. Edge-triggered: a change is reported
/// once, so that the kernel's buffer is read until it is empty and written until it is full. Where a report disarms its descriptor, the
/// connection arms it when it has done its part: no other thread can have a report of it meanwhile.
/// </remarks>
/// <param name="conversation">The connection.</param>
/// <param name="trigger">How the loop reports readiness.</param>
public sealed class ReadinessConnection(Conversation conversation, Trigger trigger) : UntypedActor
{
    // A client that sends or reads as fast as we do must not keep the loop.
    private const int CallsPerTurn = 16;

    private readonly bool _edge = trigger == Trigger.Edge;
    private IReactor _reactor = null!;
    private Interest _interest;
    private bool _armed; // until the next report, where one disarms its descriptor
    private State _state;
    private bool _readable; // the kernel said so, and has not said EAGAIN since

    private enum State
    {
        Serving,
        Handling,
        Lingering,
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _reactor = IReactor.Current;
        conversation.Start(Self, Context.Dispatcher.Id, _reactor.Admit(conversation));
        try
        {
            Await(Interest.Read);
        }
        catch (SystemCallException exception)
        {
            // Not thrown: an actor that fails to start has no PostStop, and the connection would never end.
            var full = conversation.Socket.Descriptor > _reactor.MaxDescriptor;
            Context.GetLogger().Warning("connection {0} is refused: {1}", conversation.Info.Id, exception.Message);
            conversation.Protocol.Refuse(full ? EndReason.MaxConcurrentConnectionsExceeded : EndReason.ConnectionReset);
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
                _armed = !_reactor.Disarms;
                _readable |= (ready.Readiness & Readiness.Read) != 0;
                OnReady();
                break;
            case Conversation.Completed when _state == State.Handling:
                _state = State.Serving;
                conversation.Resume();
                Serve();
                break;
            case Conversation.DeadlinePassed:
                // What has arrived and waits for us, because other connections held up the loop, is no delay of this client's.
                if (_state == State.Serving && conversation.HasUnread)
                {
                    _readable = true;
                    Serve();
                }

                if (!conversation.Expire()) break;
                if (_state == State.Serving) Serve();
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

    private void OnReady()
    {
        if (_state == State.Serving) Serve();
        else if (_state == State.Lingering) Discard();
        else if (conversation.IsAborted) Context.Stop(Self); // nobody is left to answer, whatever the handler waits for
        else if (!_edge && _armed) Ignore(); // the next request of a pipeline, or a client that left: both wait for the handler
    }

    private void OnDrain()
    {
        // What the client sent before it could know is answered still.
        if (_state == State.Serving && conversation.Protocol.Phase == Phase.Idle && conversation.Next() == Step.Read) Receive();
        if (_state != State.Serving || conversation.Protocol.Phase != Phase.Idle || conversation.PeerEnded)
        {
            conversation.Protocol.Drain();
            if (_state == State.Serving) Serve();
            return;
        }

        conversation.LastCall();
    }

    private void Serve()
    {
        for (var calls = 0; ;)
        {
            switch (conversation.Next())
            {
                case Step.Read when _readable && calls++ < CallsPerTurn:
                    Receive();
                    break;
                case Step.Read:
                    Await(Interest.Read);
                    return;
                case Step.Handle when !conversation.Handle():
                    _state = State.Handling;
                    if (!conversation.Protocol.Output.IsEmpty) Send(); // replies to earlier requests of the pipeline
                    if (!_armed) Watch(_interest); // a socket that is aborted meanwhile says so
                    return;
                case Step.Handle:
                    break;
                case Step.Write when calls++ < CallsPerTurn && Send():
                    break;
                case Step.Write:
                    Await(Interest.Write);
                    return;
                default:
                    Close();
                    return;
            }

            // A change is reported once: what is left of the turn is our own to remember.
            if (_edge && calls == CallsPerTurn)
            {
                Self.Tell(Ready.For(Readiness.Write));
                return;
            }
        }
    }

    private void Receive()
    {
        var result = conversation.Socket.Receive(conversation.Protocol.Input());
        conversation.Received(result);
        // Level: one read a turn, the loop comes back. Edge: on until EAGAIN; a short read may hide the end of the stream behind it.
        _readable = _edge && result > 0;
    }

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
        if (_edge) Discard();
        else if (_interest != Interest.Read || !_armed) Watch(Interest.Read);
    }

    private void Discard()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        int result;
        do
        {
            result = conversation.Socket.Receive(scratch);
        }
        while (_edge && result > 0);
        ArrayPool<byte>.Shared.Return(scratch);
        if (result <= 0 && result != -Errno.EAGAIN) Finish();
        else if (!_armed) Watch(_interest);
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
        if (_edge) interest = Interest.Read | Interest.Write | Interest.EdgeTriggered;
        if (interest != _interest || !_armed) Watch(interest);
    }

    private void Watch(Interest interest)
    {
        var descriptor = conversation.Socket.Descriptor;
        if (_interest == Interest.None) _reactor.Register(descriptor, interest, Self);
        else _reactor.Change(descriptor, interest);
        _interest = interest;
        _armed = true;
    }

    private void Ignore()
    {
        if (_interest == Interest.None) return;
        _interest = Interest.None;
        _reactor.Unregister(conversation.Socket.Descriptor);
    }
}
