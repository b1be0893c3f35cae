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
/// <param name="conversation">The connection; its worker is one that blocks.</param>
internal sealed class BlockingConnection(Conversation conversation) : IServeLoop
{
    private readonly BlockedThread _thread = conversation.Thread!;
    private IActorRef _actor = ActorRefs.Nobody;
    private bool _over;

    /// <inheritdoc/>
    public void Start(IActorRef actor)
    {
        _actor = actor;
        conversation.Socket.Block();
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
                    conversation.Received(socket.Receive(protocol.Input()));
                    break;

                case Step.Handle when !conversation.Handle():
                    if (!protocol.Output.IsEmpty) conversation.Sent(socket.SendNow(protocol.Output)); // replies to earlier requests of the pipeline
                    if (!_thread.AwaitHandler(conversation)) return false;
                    conversation.Resume();
                    break;

                case Step.Write when conversation.Waits():
                    conversation.Sent(socket.Send(protocol.Output));
                    break;

                case Step.Close or Step.Upgrade:
                    return true;
            }
        }
    }

    /// <summary>Our stream ends, and the client's is read to its end (see <see cref="LoopSocket.EndStream"/>).</summary>
    private void Close()
    {
        conversation.Socket.ShutdownWrite();
        conversation.Lingering();
        var scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        while (!conversation.Expire())
        {
            var result = conversation.Socket.Receive(scratch);
            if (result <= 0 && result != -Errno.EINTR) break;
        }

        ArrayPool<byte>.Shared.Return(scratch);
    }
}
