using System.Runtime.CompilerServices;
using ActorServer.Dispatch;
using ActorServer.IO.Native;
using ActorServer.Protocol.Http1;
using Akka.Dispatch;

namespace ActorServer.Connections;

/// <summary>
/// One request of a pipeline, out to be handled while others of its connection are. The thread that handles it touches the exchange and nothing
/// else of the connection. Reused.
/// </summary>
/// <param name="connection">Whose request it is.</param>
/// <param name="conversation">The connection.</param>
/// <param name="queue">The way to the handler.</param>
internal sealed class Errand(PipelinedConnection connection, Conversation conversation, RequestQueue queue) : IRunnable
{
    private readonly ConnectionInfo _info = conversation.Info.Copy();
    private ValueTaskAwaiter _pending;
    private Action? _completed;
    private bool _done;

    /// <summary>The request and the place for its reply.</summary>
    public HttpExchange? Exchange { get; private set; }

    /// <summary>When it began, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Since { get; private set; }

    /// <summary>Whether the handler is done. Any thread.</summary>
    public bool IsDone => Volatile.Read(ref _done);

    /// <summary>How the handler ended, when it is done.</summary>
    public ValueTaskAwaiter Outcome => _pending;

    /// <summary>Off it goes; without room in the queue it is declined, and done.</summary>
    public void Go(HttpExchange exchange, long since)
    {
        (Exchange, Since, _done) = (exchange, since, false);
        (_info.ReadThread, _info.WriteThread) = (conversation.Info.ReadThread, conversation.Info.WriteThread);
        exchange.Owner = _info;
        if (queue.Add(this)) return;
        _pending = default(ValueTask).GetAwaiter();
        Conversation.Decline(exchange.Response);
        _done = true;
    }

    /// <summary>For the executor: handles the request.</summary>
    public void Run()
    {
        queue.Begun();
        if (conversation.IsOver) return;
        _info.HandleThread = ThreadCalls.CurrentThreadId;
        _pending = conversation.Call(Exchange!);
        if (_pending.IsCompleted) Done();
        else _pending.UnsafeOnCompleted(_completed ??= Done);
    }

    /// <summary>As <see cref="Run"/>.</summary>
    public void Execute() => Run();

    private void Done()
    {
        Volatile.Write(ref _done, true);
        connection.ErrandDone();
    }
}
