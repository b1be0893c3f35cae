using ActorServer.IO.Native;

namespace ActorServer.Connections;

/// <summary>
/// The thread of a connection that is served by blocking. While it waits, in a system call or for an asynchronous handler, no message
/// reaches its actor: other threads interrupt the wait, and the thread looks what there is to do.
/// </summary>
internal sealed class BlockedThread
{
    private readonly object _gate = new();
    private nint _thread; // 0: serves nothing now
    private bool _handlerDone;

    /// <summary>The calling thread serves the connection from now on, until <see cref="Leave"/>.</summary>
    public void Enter()
    {
        lock (_gate) _thread = ThreadSignal.CurrentThread;
    }

    /// <summary>The thread is not interrupted any more: it goes on to other things, or ends.</summary>
    public void Leave()
    {
        lock (_gate) _thread = 0;
    }

    /// <summary>Waits for the handler, or for the connection's end.</summary>
    /// <param name="conversation">The connection.</param>
    /// <returns>Whether the handler is done.</returns>
    public bool AwaitHandler(Conversation conversation)
    {
        lock (_gate)
        {
            while (!_handlerDone && !conversation.IsAborted) Monitor.Wait(_gate);
            if (!_handlerDone) return false;
            _handlerDone = false;
            return true;
        }
    }

    /// <summary>The handler is done. Any thread.</summary>
    public void HandlerDone()
    {
        lock (_gate)
        {
            _handlerDone = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends a wait. One that is only about to begin it does not end: whoever must be heard comes again. Any thread.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            Monitor.Pulse(_gate);
            if (_thread != 0) ThreadSignal.Send(_thread);
        }
    }
}
