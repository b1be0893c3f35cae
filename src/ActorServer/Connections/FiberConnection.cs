using ActorServer.Dispatch;
using ActorServer.Dispatch.Fibers;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using Akka.Actor;

namespace ActorServer.Connections;

/// <summary>
/// Serves one connection on a fiber, in straight-line code: where it cannot go on, it waits, and the event loop runs other fibers.
/// </summary>
/// <param name="conversation">The connection.</param>
/// <param name="fibers">Who runs the fiber.</param>
internal sealed class FiberConnection(Conversation conversation, FiberScheduler fibers) : IServeLoop, IEventHandler
{
    private readonly LoopSocket _socket = new(conversation);
    private readonly Signal _happened = new("the client, the handler or the clock", outside: true);
    private Fiber? _fiber;
    private bool _stopped;

    /// <inheritdoc/>
    public void Start(IActorRef actor)
    {
        _socket.Open(this);
        _fiber = fibers.Spawn($"connection {conversation.Info.Id}", Live(actor));
    }

    /// <inheritdoc/>
    public void Wake(Readiness readiness) => _happened.Set();

    /// <inheritdoc/>
    public void HandleEvent(Readiness readiness)
    {
        // The next request of a pipeline, or a client that left: both wait for the handler.
        if (conversation.IsHandling && !conversation.Abandon()) _socket.Pause();
        else _happened.Set();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _stopped = true;
        _socket.Ignore();
        _fiber?.Cancel(); // it waits for something: that throws, and nothing of the connection is touched any more
    }

    /// <summary>The fiber: serves, closes, and tells the actor, which takes a failure to its supervisor.</summary>
    private async Frame Live(IActorRef actor)
    {
        var outcome = ConnectionActor.Served.InOrder;
        try
        {
            await Serve();
            if (!conversation.MayClose) await Close();
        }
        catch (Exception exception) when (!_stopped)
        {
            outcome = new ConnectionActor.Served(exception);
        }

        _socket.Ignore();
        actor.Tell(outcome);
    }

    private async Frame Serve()
    {
        for (var sent = 0; ;)
        {
            switch (conversation.Next())
            {
                case Step.Read when conversation.Waits():
                    await Ready(Interest.Read);
                    _socket.Receive();
                    break;

                case Step.Handle when !conversation.Handle():
                    if (conversation.HasReplies) _socket.Send(); // to earlier requests of the pipeline
                    while (conversation.IsHandling && !conversation.Abandon()) await _happened.Wait();
                    if (conversation.IsHandling) return; // nobody is left to answer
                    break;

                case Step.Write when _socket.Send():
                    if (++sent % LoopSocket.CallsPerTurn == 0) await Fiber.Yield(); // a client that takes all we have must not keep the others
                    break;

                case Step.Write when conversation.Waits():
                    await Ready(Interest.Write);
                    break;

                case Step.Close or Step.Upgrade:
                    return;
            }
        }
    }

    private async Frame Close()
    {
        _socket.EndStream();
        do
        {
            await _happened.Wait();
        }
        while (!_socket.Discard());
    }

    /// <summary>The socket is ready, or it is time to look again.</summary>
    private Suspension Ready(Interest interest)
    {
        _socket.Watch(interest);
        return _happened.Wait();
    }
}
