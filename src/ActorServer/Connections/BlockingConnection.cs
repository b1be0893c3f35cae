using System.Buffers;
using ActorServer.Dispatch;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using Akka.Actor;

namespace ActorServer.Connections;

/// <summary>
/// Serves one connection by blocking: its thread waits in <c>recv</c> until the client sends, in <c>send</c> until it reads, and in the
/// handler for as long as that takes. The whole conversation is one message to the connection's actor, whose thread serves nobody else
/// until it is over.
/// </summary>
/// <param name="conversation">The connection, on a socket that does not block yet; its worker is one that blocks.</param>
internal sealed class BlockingConnection(Conversation conversation) : IServeLoop
{
    private readonly BlockedThread _thread = conversation.Thread!;
    private IActorRef _actor = ActorRefs.Nobody;
    private bool _over;
    private bool _blocks; // the socket's calls wait

    /// <inheritdoc/>
    public void Start(IActorRef actor)
    {
        _actor = actor;
        actor.Tell(Ready.For(Readiness.Read)); // the message
    }

    /// <inheritdoc/>
    public void Stop() => _over = true;

    /// <inheritdoc/>
    public void Wake(Readiness readiness)
    {
        if (_over) return; // what was told meanwhile
        _over = true;
        var failure = Run();
        _actor.Tell(failure is null ? ConnectionActor.Served.InOrder : new ConnectionActor.Served(failure));
    }

    /// <summary>The whole conversation, on the calling thread.</summary>
    /// <returns>What serving itself failed of; null when it did not.</returns>
    public Exception? Run()
    {
        _thread.Enter();
        try
        {
            if (Serve() && !conversation.MayClose) Close();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
        finally
        {
            _thread.Leave();
        }
    }

    /// <summary>The conversation, to its last reply.</summary>
    /// <returns>Whether there is anybody left to close in order with.</returns>
    private bool Serve()
    {
        var (socket, protocol) = (conversation.Socket, conversation.Protocol);
        while (true)
        {
            switch (conversation.Next())
            {
                case Step.Read when conversation.Waits():
                    var received = socket.Receive(protocol.Input());
                    if (!Block(received)) conversation.Received(received);
                    break;

                case Step.Handle when !conversation.Handle():
                    if (!protocol.Output.IsEmpty) conversation.Sent(socket.SendNow(protocol.Output)); // replies to earlier requests of the pipeline
                    if (!_thread.AwaitHandler(conversation)) return false;
                    conversation.Resume();
                    break;

                case Step.Write when conversation.Waits():
                    var sent = socket.Send(protocol.Output);
                    if (!Block(sent)) conversation.Sent(sent);
                    break;

                case Step.Close or Step.Upgrade:
                    return true;
            }
        }
    }

    /// <summary>
    /// There is something to wait for: from now on the socket's calls do. A client that sends one request and is gone with its reply has often
    /// sent it before the connection is accepted, and nobody ever waits for it.
    /// </summary>
    /// <param name="result">What a call returned.</param>
    /// <returns>Whether it is to be called again.</returns>
    private bool Block(int result)
    {
        if (_blocks || result != -Errno.EAGAIN) return false;
        conversation.Socket.Block();
        return _blocks = true;
    }

    /// <summary>Our stream ends, and the client's is read to its end (see <see cref="LoopSocket.EndStream"/>).</summary>
    private void Close()
    {
        conversation.Socket.ShutdownWrite();
        conversation.Lingering();
        Block(-Errno.EAGAIN);
        var scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        while (!conversation.Expire())
        {
            var result = conversation.Socket.Receive(scratch);
            if (result <= 0 && result != -Errno.EINTR) break;
        }

        ArrayPool<byte>.Shared.Return(scratch);
    }
}
