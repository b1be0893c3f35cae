using System.Globalization;
using System.Text;
using ActorServer.Dispatch;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using Akka.Dispatch;

namespace ActorServer.Connections;

/// <summary>Where the requests of a supervisor's connections are handled, if that is elsewhere than on the connections' own thread.</summary>
/// <param name="Queue">The way there.</param>
/// <param name="Responds">
/// Whether whoever handles a request sends the reply as well, as far as the socket takes it at once; otherwise the connection's own thread
/// does all that. Only for connections that are served by readiness.
/// </param>
/// <param name="Depth">
/// How many requests of one connection may be out at a time. Beyond one they are those of a pipeline, whose replies the connection's own thread
/// puts in order; protocols that have no such thing have one out.
/// </param>
public sealed record HandlerPlace(RequestQueue Queue, bool Responds, int Depth = 1);

/// <summary>
/// A connection's request on its way to a thread that handles it, and back: one object per connection, which has one request out at a time.
/// While it is out, the connection's own thread touches nothing of the protocol.
/// </summary>
/// <remarks>
/// <para>Whoever handles has the connection until it brings it home, with a release that the owner's next look acquires:</para>
/// <code>
///           Go                 Reply                 Sent, or the owner is needed
///   Home ────────▶ Out ───────────────▶ Out, Replying ───────────────▶ Home
///                   │  the handler is done, the owner replies            ▲
///                   ├────────────────────────────────────────────────────┘
///                   └──▶ Abandoned: the client is gone, and the handler's reply goes nowhere
/// </code>
/// <para>It comes home in silence when the reply is out and the socket's next readiness is all there is to wait for. An owner that
/// looked meanwhile, for whatever reason, has left word to be called (Called), and then is.</para>
/// </remarks>
/// <param name="conversation">The connection.</param>
/// <param name="place">Where its requests are handled.</param>
internal sealed class HandOver(Conversation conversation, HandlerPlace place) : IRunnable
{
    private const int Home = 0, Out = 1, Replying = 2, Called = 4, Abandoned = 8;

    private int _state;
    private bool _out; // the owner's view

    /// <summary>Whether replies are sent from there, so that the owner must not send while a request is out.</summary>
    public bool Responds => place.Responds;

    /// <summary>The owner gives the connection away.</summary>
    /// <returns>False when there is no room, and the owner keeps it.</returns>
    public bool Go()
    {
        _out = true;
        Volatile.Write(ref _state, Out);
        if (place.Queue.Add(this)) return true;
        _state = Home;
        return _out = false;
    }

    /// <summary>The owner looks whether the connection is back. If not, it will be called.</summary>
    public bool IsBack()
    {
        if (!_out) return true;
        for (var state = Volatile.Read(ref _state); state != Home;)
        {
            if ((state & Called) != 0) return false;
            var seen = Interlocked.CompareExchange(ref _state, state | Called, state);
            if (seen == state) return false;
            state = seen;
        }

        _out = false;
        conversation.Return();
        return true;
    }

    /// <summary>The owner gives up what the handler is at; not while its reply is being sent.</summary>
    /// <returns>Whether nobody else touches the connection any more, but for a handler its exchange.</returns>
    public bool Abandon()
    {
        if (!_out) return true;
        for (var state = Volatile.Read(ref _state); state != Home && (state & Abandoned) == 0;)
        {
            if ((state & Replying) != 0) return false;
            var seen = Interlocked.CompareExchange(ref _state, Abandoned, state);
            if (seen == state) return true;
            state = seen;
        }

        return true;
    }

    /// <summary>What the request is routed by: the path, or a header field; what has none is routed by its connection.</summary>
    /// <param name="header">The name of the header field; null for the path.</param>
    public string Key(string? header)
    {
        if (conversation.Protocol.Exchange is HttpExchange { Request: var request })
        {
            if (header is null) return request.PathText;
            for (var i = 0; i < request.Headers.Count; i++)
            {
                if (Ascii.EqualsIgnoreCase(request.Headers.Name(i), header)) return Encoding.Latin1.GetString(request.Headers.Value(i));
            }
        }

        return conversation.Info.Id.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>For the executor: handles the request.</summary>
    public void Run()
    {
        place.Queue.Begun();
        if ((Volatile.Read(ref _state) & Abandoned) != 0 || !conversation.Call()) return; // or what it waits for ends in Done
        if (place.Responds) Reply();
        else Done();
    }

    /// <summary>As <see cref="Run"/>.</summary>
    public void Execute() => Run();

    /// <summary>The handler is done; its reply is the owner's affair. Any thread.</summary>
    public void Done() => ComeHome(call: true);

    private void Reply()
    {
        if ((Interlocked.Or(ref _state, Replying) & Abandoned) != 0) return;
        bool isSent, hasNext;
        try
        {
            conversation.Return();
            isSent = Send(out hasNext);
        }
        catch (Exception exception) // of a body source that fails even to end
        {
            Volatile.Write(ref _state, Home);
            conversation.FailOwner(exception);
            return;
        }

        if (hasNext && Volatile.Read(ref _state) == (Out | Replying) && place.Queue.TryReserve())
        {
            // The next of a pipeline goes to the end of the queue; by way of the owner if that has something to do, or the queue is full.
            conversation.Prepare();
            Interlocked.And(ref _state, ~Replying);
            place.Queue.AddReserved(this);
            return;
        }

        ComeHome(call: !isSent);
    }

    /// <summary>Sends what the socket takes; whether that was all, and there is nothing to do but to wait for the client.</summary>
    private bool Send(out bool hasNext)
    {
        hasNext = false;
        for (var calls = 0; ;)
        {
            switch (conversation.Next())
            {
                case Step.Write when calls++ < LoopSocket.CallsPerTurn:
                    if (!conversation.Send()) return false;
                    break;
                case Step.Handle:
                    hasNext = conversation.Protocol.Output.IsEmpty || (conversation.Send() && conversation.Protocol.Output.IsEmpty);
                    return false;
                case Step.Read:
                    return conversation.Waits();
                default:
                    return false;
            }
        }
    }

    private void ComeHome(bool call)
    {
        var before = Interlocked.Exchange(ref _state, Home);
        if (call || (before & Called) != 0) conversation.CallOwner();
    }
}
