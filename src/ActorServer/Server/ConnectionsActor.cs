using ActorServer.Connections;
using ActorServer.IO.Sockets;
using ActorServer.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Server;

/// <summary>
/// Supervises connection actors, one for each connection it is told of: a crash ends that connection only. The directive comes from
/// HOCON (<c>supervision.on-crash</c>).
/// </summary>
/// <param name="context">What the server's actors share.</param>
/// <param name="worker">Its load and its counters; they outlive a restart.</param>
/// <param name="serve">The actor that serves a connection: which of the serve loops.</param>
/// <param name="dispatcher">The id of the dispatcher that runs the connections; null for the supervisor's own.</param>
public sealed class ConnectionsActor(ServerContext context, Worker worker, Func<Conversation, ActorBase> serve, string? dispatcher = null) : UntypedActor
{
    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => context.Settings.OnCrash);

    /// <summary>All connections end, also those whose thread is blocked and would not hear of it.</summary>
    /// <param name="reason">The failure.</param>
    /// <param name="message">What it failed on.</param>
    protected override void PreRestart(Exception reason, object? message)
    {
        if (worker.Blocks) context.Deadlines.AbortAll(EndReason.HandlerCrashed, worker);
        base.PreRestart(reason, message);
    }

    /// <summary>Who was at its end still is.</summary>
    /// <param name="reason">The failure.</param>
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        StopWhenEmpty();
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Accepted(var socket, var thread):
                Open(socket, thread);
                break;
            case Drain:
                worker.IsDraining = true;
                foreach (var connection in Context.GetChildren())
                {
                    Context.Watch(connection);
                    connection.Tell(message);
                }

                StopWhenEmpty();
                break;
            case Terminated:
                StopWhenEmpty();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Open(ConnectionSocket socket, int acceptedThread)
    {
        var conversation = new Conversation(context.Serving, worker, socket, acceptedThread);
        var props = Props.CreateBy(new Producer<ActorBase>(() => serve(conversation))).WithDispatcher(dispatcher ?? Context.Dispatcher.Id);
        Context.ActorOf(props, conversation.Info.Id.ToString());
    }

    private void StopWhenEmpty()
    {
        if (worker.IsDraining && !Context.GetChildren().Any()) Context.Stop(Self);
    }
}

/// <summary>
/// Told to supervisors and connections: answer what is in flight, close what is idle, stop. One that finds its connection gone is no loss.
/// </summary>
public sealed class Drain : IDeadLetterSuppression
{
    /// <summary>The message.</summary>
    public static readonly Drain Instance = new();

    private Drain() { }
}
