using System.Diagnostics;
using System.Runtime.CompilerServices;
using ActorServer.IO.Native;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using Akka.Actor;

namespace ActorServer.Connections;

/// <content>What becomes of a request: on this thread or another, now or later.</content>
public sealed partial class Conversation
{
    /// <summary>
    /// Calls the handler, on the calling thread or, where the connection has a place for that, elsewhere. When the reply is not there yet, the
    /// actor is told <see cref="Completed"/> later and calls <see cref="Resume"/>.
    /// </summary>
    /// <returns>Whether the reply is encoded.</returns>
    public bool Handle()
    {
        if (_handOver is not null)
        {
            if (_handOver.Responds && !Protocol.Output.IsEmpty) Send();
            Prepare();
            if (_handOver.Go()) return false;
            Decline();
            return true;
        }

        Prepare();
        if (!Call()) return false;
        Return();
        return true;
    }

    /// <summary>The handler that <see cref="Handle"/> left at work is done: encodes its reply, unless it is already.</summary>
    /// <returns>Whether the connection is back; it may be out again, with the next request.</returns>
    public bool Resume()
    {
        if (_handOver is not null) return _handOver.IsBack();
        Return();
        return true;
    }

    /// <summary>Nobody is left to answer, and the connection may end without its handler; it does not wait for that one any more.</summary>
    public bool Abandon() => IsAborted && (_handOver is null || _handOver.Abandon());

    /// <summary>A request is about to be handled.</summary>
    internal void Prepare()
    {
        Protocol.Exchange.Owner = Info;
        _handling = true;
        _pending = default;
        Begin();
    }

    /// <summary>The client has sent a request, and one begins to be handled.</summary>
    /// <returns>When that was, in ticks of <see cref="Stopwatch"/>.</returns>
    internal long Begin()
    {
        _handlingSince = Stopwatch.GetTimestamp();
        // The client has done its part: the deadline that it met does not hang over the handler.
        Volatile.Write(ref _deadline, Never);
        _watched = Phase.Handling;
        _worker.Counters.RequestStarted();
        return _handlingSince;
    }

    /// <summary>Calls the handler, on this thread; whether it is done. What it throws is for <see cref="Return()"/> to find.</summary>
    internal bool Call()
    {
        Info.HandleThread = ThreadCalls.CurrentThreadId;
        _place?.Enter();
        _pending = Call(Protocol.Exchange);
        _place?.Leave();
        if (_pending.IsCompleted) return true;
        _pending.UnsafeOnCompleted(_completed ??= Handled ?? (_handOver is not null ? _handOver.Done : _thread is not null ? _thread.HandlerDone : CallOwner));
        return false;
    }

    /// <summary>Calls the handler, on this thread, and touches nothing else.</summary>
    internal ValueTaskAwaiter Call(Exchange exchange)
    {
        try
        {
            return _context.Handler(exchange).GetAwaiter();
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception).GetAwaiter();
        }
    }

    /// <summary>How long the request has been waiting for its reply.</summary>
    internal TimeSpan Waited => Stopwatch.GetElapsedTime(_handlingSince);

    /// <summary>Instead of the handler's, an exception is for <see cref="Return()"/> to find.</summary>
    internal void Fails(Exception exception) => _pending = ValueTask.FromException(exception).GetAwaiter();

    /// <summary>The handler is done: encodes its reply. Not twice.</summary>
    internal void Return()
    {
        if (_handling) Return(Protocol.Exchange, _pending);
    }

    /// <summary>The same for the oldest of the requests that were taken out of the protocol.</summary>
    internal void Return(Errand errand)
    {
        _handlingSince = errand.Since;
        _handling = true;
        Return(errand.Exchange!, errand.Outcome);
    }

    private void Return(Exchange exchange, ValueTaskAwaiter outcome)
    {
        try
        {
            outcome.GetResult();
            Encode(exchange);
        }
        catch (Exception exception)
        {
            Crashed(exception, exchange);
        }
    }

    /// <summary>Tells the actor that the connection is back. Any thread.</summary>
    internal void CallOwner() => _actor.Tell(Completed.Instance, ActorRefs.NoSender);

    /// <summary>There is no room for a request: the client may come again.</summary>
    internal static void Decline(HttpResponse response)
    {
        response.Status = 503;
        response.AddHeader("Retry-After", "1");
    }

    private void Decline()
    {
        if (Protocol.Exchange is HttpExchange http) Decline(http.Response);
        else Protocol.Refuse(EndReason.MaxConcurrentConnectionsExceeded); // there is no way to say so
        Encode(Protocol.Exchange);
    }

    private void Encode(Exchange exchange)
    {
        _handling = false;
        _requests++;
        _worker.Counters.RequestEnded(exchange, Stopwatch.GetTimestamp() - _handlingSince, failed: false);
        if (_context.Info.IsUnbound) Protocol.Drain(); // the message that says so may still be on its way
        Protocol.Encode();
    }

    private void Crashed(Exception exception, Exchange exchange)
    {
        Crash ??= exception;
        if (_handling) _worker.Counters.RequestEnded(exchange, Stopwatch.GetTimestamp() - _handlingSince, failed: true);
        else _worker.Counters.Crashed(); // its body source, or a reply that cannot be encoded: the request itself is counted already
        _handling = false;
        _requests++;
        Protocol.Fail();
    }
}
