using System.Runtime.ExceptionServices;
using ActorServer.Dispatch;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using ActorServer.Server;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Connections;

/// <summary>How a connection is served, apart from the life of its actor: what differs is the control flow.</summary>
public interface IServeLoop
{
    /// <summary>Begins to serve. All of it happens on the thread that runs the actor.</summary>
    /// <param name="actor">The connection's actor; told <see cref="ConnectionActor.Served"/> when there is nothing left to serve.</param>
    /// <exception cref="SystemCallException">The connection cannot be served: the loop's poller cannot watch it.</exception>
    void Start(IActorRef actor);

    /// <summary>
    /// Something happened: the socket is ready, an operation has completed, a handler is done, a deadline has passed, the server stops. Looks
    /// what it is.
    /// </summary>
    /// <param name="readiness">What the socket is ready for, as far as that is it.</param>
    void Wake(Readiness readiness);

    /// <summary>The actor ends: no more of the connection is touched. Also before <see cref="Start"/>, and twice.</summary>
    void Stop();
}

/// <summary>
/// The actor of a connection: its life, its supervision and its messages. How it is served is the serve
/// loop's. Its dispatcher must be one that the serve loop works on.
/// </summary>
/// <param name="conversation">The connection.</param>
/// <param name="serve">Who serves it.</param>
public sealed class ConnectionActor(Conversation conversation, IServeLoop serve) : UntypedActor
{
    /// <summary>Told by the serve loop: the socket is done with.</summary>
    /// <param name="Failure">What the serve loop itself failed of; null when it did not.</param>
    public sealed record Served(Exception? Failure) : IDeadLetterSuppression
    {
        /// <summary>In order.</summary>
        public static readonly Served InOrder = new(Failure: null);
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        var reactor = IReactor.Running; // null on a completion loop, and on a thread that blocks
        conversation.Start(Self, Context.Dispatcher.Id, reactor?.Admit(conversation));
        try
        {
            serve.Start(Self);
        }
        catch (SystemCallException exception)
        {
            Refuse(exception); // not thrown: an actor that fails to start has no PostStop, and the connection would never end
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        serve.Stop();
        conversation.End();
    }

    /// <summary>The end comes once: with the <see cref="PostStop"/> of the instance that follows.</summary>
    /// <param name="reason">The crash.</param>
    /// <param name="message">What it crashed on.</param>
    protected override void PreRestart(Exception reason, object? message) => serve.Stop();

    /// <summary>A connection does not start again: whatever the supervisor decided after a crash, its socket is closed.</summary>
    /// <param name="reason">The crash.</param>
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        try
        {
            Act(message);
        }
        catch (SystemCallException exception)
        {
            Refuse(exception);
        }
        catch
        {
            Self.Tell(PoisonPill.Instance); // should the supervisor resume us
            throw;
        }
    }

    private void Act(object message)
    {
        switch (message)
        {
            case Ready ready:
                serve.Wake(ready.Readiness);
                break;
            case Conversation.Completed:
                if (conversation.Resume()) serve.Wake(Readiness.Write); // a reply: nothing says that the client has sent anything
                break;
            case Completions or Conversation.DeadlinePassed or Conversation.HasLines or Drain:
                serve.Wake(Readiness.None);
                break;
            case Served { Failure: SystemCallException exception }:
                Refuse(exception);
                break;
            case Served served:
                Finish(served.Failure ?? conversation.Crash);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>The connection cannot be served: the loop's poller cannot watch it.</summary>
    private void Refuse(SystemCallException exception)
    {
        var full = conversation.Socket.Descriptor > IReactor.Running?.MaxDescriptor;
        Context.GetLogger().Warning("connection {0} is refused: {1}", conversation.Info.Id, exception.Message);
        conversation.Protocol.Refuse(full ? EndReason.MaxConcurrentConnectionsExceeded : EndReason.ConnectionReset);
        Context.Stop(Self);
    }

    /// <summary>A crash goes to the supervisor, now that the client has its 500.</summary>
    private void Finish(Exception? crash)
    {
        if (crash is null)
        {
            Context.Stop(Self);
            return;
        }

        // What the directive will be makes no difference to the client, and who brings it may have to wait for a thread.
        serve.Stop();
        conversation.End();
        ExceptionDispatchInfo.Throw(crash);
    }
}
