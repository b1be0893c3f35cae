using System.Buffers;
using ActorServer.Dispatch;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;

namespace ActorServer.Connections;

/// <summary>
/// A connection's socket on an event loop: bytes move without waiting, and the loop says when that can go on. What the serve loops that
/// work by readiness have in common; they differ in what waits in between.
/// </summary>
/// <param name="conversation">The connection.</param>
/// <param name="trigger">How the loop reports readiness.</param>
internal sealed class LoopSocket(Conversation conversation, Trigger trigger = Trigger.Level)
{
    /// <summary>Reads and writes in one turn: a client that sends or reads as fast as we do must not keep the loop.</summary>
    public const int CallsPerTurn = 16;

    private IReactor _reactor = null!;
    private IEventHandler _handler = null!;
    private Interest _interest;
    private bool _armed; // until the next report, where one disarms its descriptor

    /// <summary>Whether the loop reports a change once, so that reading and writing must go on until the kernel says EAGAIN.</summary>
    public bool IsEdge => trigger == Trigger.Edge;

    /// <summary>Whether the handler is called when the client sends something.</summary>
    public bool Hears => _armed && (_interest & Interest.Read) != 0;

    /// <summary>
    /// The socket belongs to the loop whose thread is calling. It is not watched yet: the first bytes have often come by now, and a
    /// connection that brings one request, and ends with its reply, need never be.
    /// </summary>
    /// <param name="handler">Called when the socket is ready, once it is watched.</param>
    public void Open(IEventHandler handler) => (_reactor, _handler) = (IReactor.Current, handler);

    /// <summary>Receives once, into the protocol.</summary>
    /// <returns>Whether bytes came.</returns>
    public bool Receive()
    {
        var result = conversation.Socket.Receive(conversation.Protocol.Input());
        conversation.Received(result);
        return result > 0;
    }

    /// <summary>Sends once, what the protocol has ready.</summary>
    /// <returns>Whether to go on: false when the kernel takes no more.</returns>
    public bool Send() => conversation.Send();

    /// <summary>From now on the handler is called for this.</summary>
    /// <param name="interest">Reading or writing; edge-triggered it is always both.</param>
    /// <exception cref="SystemCallException">The loop's poller cannot watch this descriptor.</exception>
    public void Watch(Interest interest)
    {
        if (IsEdge) interest = Interest.Read | Interest.Write | Interest.EdgeTriggered;
        if (interest == _interest && _armed) return;
        var descriptor = conversation.Socket.Descriptor;
        if (_interest == Interest.None) _reactor.Register(descriptor, interest, _handler);
        else _reactor.Change(descriptor, interest);
        _interest = interest;
        _armed = true;
    }

    /// <summary>The handler was called.</summary>
    public void Reported() => _armed = !_reactor.Disarms;

    /// <summary>The handler is called again, where a report has disarmed the descriptor.</summary>
    public void Rearm()
    {
        if (!_armed && _interest != Interest.None) Watch(_interest);
    }

    /// <summary>The handler is called no more, until <see cref="Watch"/>: what the socket is ready for, nobody can take now.</summary>
    public void Pause()
    {
        if (IsEdge || !_armed || _interest == Interest.None) return;
        _interest = Interest.None;
        _reactor.Unregister(conversation.Socket.Descriptor);
    }

    /// <summary>The socket is forgotten, before it is closed.</summary>
    public void Ignore()
    {
        if (_interest == Interest.None) return;
        _interest = Interest.None;
        _reactor.Forget(conversation.Socket.Descriptor);
    }

    /// <summary>
    /// Begins to close in order: our stream ends (FIN), and the client's is read to its end with <see cref="Discard"/>. Closing at once
    /// with bytes unread, or on their way, would make the kernel reset the connection and take from the client what it has not read yet
    /// (RFC 9112 section 9.6).
    /// </summary>
    public void EndStream()
    {
        conversation.Socket.ShutdownWrite();
        conversation.Lingering();
        Watch(Interest.Read);
    }

    /// <summary>Closes in order, or begins to.</summary>
    /// <returns>Whether that was all; otherwise the client's stream is still to be read to its end.</returns>
    public bool Close()
    {
        if (conversation.MayClose) return true;
        EndStream();
        return IsEdge && Discard(); // a change that came before is not reported again
    }

    /// <summary>Reads what nobody is going to answer.</summary>
    /// <returns>Whether that was all: the client has ended its stream too, or had its time to.</returns>
    public bool Discard()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        int result;
        do
        {
            result = conversation.Socket.Receive(scratch);
        }
        while (IsEdge && result > 0);
        ArrayPool<byte>.Shared.Return(scratch);
        if ((result <= 0 && result != -Errno.EAGAIN) || conversation.Expire()) return true;
        Rearm();
        return false;
    }
}
