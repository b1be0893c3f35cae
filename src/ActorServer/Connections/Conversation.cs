using System.Runtime.CompilerServices;
using System.Text;
using ActorServer.Dispatch;
using ActorServer.IO.Native;
using ActorServer.IO.Sockets;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Protocol.Line;
using ActorServer.Server;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Connections;

/// <summary>
/// What all serve loops do alike with a connection: take the protocol's steps, call the handler, keep the deadline, record how it went.
/// A serve loop adds how bytes move: by readiness, by completion or by blocking.
/// </summary>
/// <remarks>
/// One owner at a time, except for <see cref="Abort"/> and the deadline thread's <see cref="Inspect"/>. An owner that waits for messages is
/// told what happens; one that waits in system calls is interrupted, and finds out by itself (see <see cref="BlockedThread"/>).
/// </remarks>
public sealed partial class Conversation
{
    private const long Never = long.MaxValue;

    private readonly ServingContext _context;
    private readonly Worker _worker;
    private readonly BlockedThread? _thread;
    private readonly HandOver? _handOver;
    private readonly Outbox? _outbox;
    private IActorRef _actor = ActorRefs.Nobody;
    private HandlerContext? _place;
    private ValueTaskAwaiter _pending;
    private Action? _completed;
    private bool _handling;
    private long _handlingSince;
    private int _requests;
    private long _lastCall = -1; // what is known of the server's

    // The deadline: when, and what it is for.
    private long _deadline = Never;
    private Phase _watched = Phase.Idle;
    private int _watchedRequest = -1;
    private long _watchedSince;
    private long _watchedBytes;
    private long _inspected = Never; // the deadline thread's: when it found the deadline passed
    private int _abortedFor;
    private bool _ended;

    /// <summary>Begins a connection.</summary>
    /// <param name="context">What serving takes.</param>
    /// <param name="worker">Who supervises it.</param>
    /// <param name="socket">The connection; owned from here on.</param>
    /// <param name="acceptedThread">The kernel's id of the thread that accepted it.</param>
    public Conversation(ServingContext context, Worker worker, ConnectionSocket socket, int acceptedThread)
    {
        if (worker.Blocks) _thread = new BlockedThread();
        _context = context;
        _worker = worker;
        Socket = socket;
        Protocol = context.Protocol();
        if (worker.Place is { } place && !HandlesInParallel) _handOver = new HandOver(this, place);
        if (Protocol is LineProtocol lines) _outbox = new Outbox(this, lines);
        Info = new ConnectionInfo(context.Info, context.NextConnectionId(), socket, acceptedThread, _outbox);
        worker.Counters.Opened();
        context.Deadlines.Add(this);
    }

    /// <summary>Told to the connection's actor when a handler is done that is asynchronous, or runs elsewhere.</summary>
    public sealed class Completed : IDeadLetterSuppression
    {
        internal static readonly Completed Instance = new();
    }

    /// <summary>Told to the connection's actor when its deadline has passed.</summary>
    public sealed class DeadlinePassed : IDeadLetterSuppression
    {
        internal static readonly DeadlinePassed Instance = new();
    }

    /// <summary>Told to the connection's actor when there are lines for its client that nobody there has asked for.</summary>
    public sealed class HasLines : IDeadLetterSuppression
    {
        internal static readonly HasLines Instance = new();
    }

    /// <summary>The connection.</summary>
    public ConnectionSocket Socket { get; }

    /// <summary>The protocol's state.</summary>
    public IProtocol Protocol { get; }

    /// <summary>What handlers see of the connection.</summary>
    public ConnectionInfo Info { get; }

    /// <summary>What a handler threw, for the supervisor to decide on; null while none did.</summary>
    public Exception? Crash { get; private set; }

    /// <summary>
    /// Whether a request is with its handler, which waits for something or runs elsewhere. Then the actor is told <see cref="Completed"/> when
    /// it is back.
    /// </summary>
    public bool IsHandling => _handOver is null ? _handling : !_handOver.IsBack();

    /// <summary>Whether replies to earlier requests of the pipeline may be sent while a request is with its handler.</summary>
    public bool HasReplies => _handOver is not { Responds: true } && !Protocol.Output.IsEmpty;

    /// <summary>Whether several requests of a pipeline are handled at a time.</summary>
    internal bool HandlesInParallel => _worker.Place is { Depth: > 1 } && Protocol is HttpProtocol;

    /// <summary>Whether <see cref="End"/> was called. Any thread.</summary>
    internal bool IsOver => Volatile.Read(ref _ended);

    /// <summary>Whether the client has ended its stream, or the connection is broken: nothing more will come.</summary>
    public bool PeerEnded { get; private set; }

    /// <summary>
    /// Whom to call, instead of telling the actor, when an asynchronous handler is done; null where handlers run on the owner's thread.
    /// </summary>
    internal Action? Handled { get; set; }

    /// <summary>
    /// Whether the socket may be closed as soon as the output is sent: nothing can arrive that would make the kernel reset it, or a reset is what
    /// is meant, for a client that does not read.
    /// </summary>
    public bool MayClose => PeerEnded || Protocol.EndReason == EndReason.MinResponseDataRate || (Protocol.PeerIsDone && Socket.Unread == 0);

    /// <summary>Whether the client has sent what the protocol waits for, and nobody has read it yet.</summary>
    internal bool HasUnread => _watched is Phase.Idle or Phase.Head or Phase.Body && Socket.Unread > 0;

    /// <summary>Whether <see cref="Abort"/> ended the socket.</summary>
    public bool IsAborted => Volatile.Read(ref _abortedFor) != 0;

    internal int Slot { get; set; }

    internal Worker Worker => _worker;

    internal ServingContext Context => _context;

    /// <summary>The thread that serves the connection, where one does nothing else; null where the owner is told messages.</summary>
    internal BlockedThread? Thread => _thread;

    /// <summary>The actor runs: it is the one to tell.</summary>
    /// <param name="actor">The connection's actor.</param>
    /// <param name="dispatcher">The id of its dispatcher.</param>
    /// <param name="place">Where its handlers run, if that is one thread.</param>
    public void Start(IActorRef actor, string dispatcher, HandlerContext? place = null)
    {
        _actor = actor;
        _place = _worker.Place is null && Handled is null ? place : null; // handlers that run elsewhere leave no trace here
        Info.Time = _place?.Time ?? TimeProvider.System;
        Info.Actor = actor;
        Info.Dispatcher = dispatcher;
        Waiting();
    }

    /// <summary>The next step; what a streaming body throws counts as a crash of the handler.</summary>
    public Step Next()
    {
        if (_outbox is not null) Send(_outbox);
        while (true)
        {
            try
            {
                return Protocol.Next();
            }
            catch (Exception exception)
            {
                Crashed(exception, Protocol.Exchange);
            }
        }
    }

    private void Send(Outbox outbox)
    {
        // A client that is told something is not idle. At its last call that makes no difference.
        if (outbox.Empty() is var bytes and > 0 && _watched == Phase.Idle && !_context.Info.IsUnbound) _watchedBytes += bytes;
    }

    /// <summary>Takes note of what a receive returned for the protocol's input.</summary>
    /// <param name="result">Bytes, 0 at the end of the stream, or a negated errno.</param>
    public void Received(int result)
    {
        if (result > 0)
        {
            Info.ReadThread = ThreadCalls.CurrentThreadId;
            _watchedBytes += result;
            _worker.Counters.Received(result);
            Protocol.Received(result);
            return;
        }

        if (result == 0)
        {
            PeerEnded = true;
            Protocol.Received(0);
            return;
        }

        Protocol.ReleaseInput();
        if (!IsNothing(result)) Broken();
    }

    /// <summary>Takes note of what a send returned for the protocol's output; whether it took anything.</summary>
    /// <param name="result">Bytes, or a negated errno.</param>
    public bool Sent(int result)
    {
        if (result > 0)
        {
            Info.WriteThread = ThreadCalls.CurrentThreadId;
            _worker.Counters.Sent(result);
            if (_watched == Phase.Writing) _watchedBytes -= result;
            Protocol.Sent(result);
            return true;
        }

        if (IsNothing(result)) return false;
        Broken();
        return true;
    }

    /// <summary>Sends once, without waiting, what the protocol has ready; whether the kernel took anything.</summary>
    internal bool Send() => Sent(Socket.Send(Protocol.Output));

    /// <summary>
    /// The owner has nothing left to do but to wait for the socket: hangs on the deadline that the protocol's phase asks for. On this way
    /// it finds out, too, that its deadline has passed, or that the server stops.
    /// </summary>
    /// <returns>Whether to wait; otherwise the protocol's next step says how to go on.</returns>
    public bool Waits()
    {
        var now = Environment.TickCount64;
        Waiting(now);
        // A reply that is on its way has not said that it is the last one, and so it is not.
        if (_context.Info.LastCall is var lastCall && lastCall != _lastCall && Protocol.Phase != Phase.Writing)
        {
            Volatile.Write(ref _lastCall, lastCall);
            if (Protocol.Phase != Phase.Idle || PeerEnded)
            {
                Protocol.Drain();
                return false;
            }

            // A client that keeps it alive may have sent a request that has not arrived yet: for a while it is still answered, with
            // Connection: close, instead of being lost to the end of the stream.
            (_watched, _watchedRequest, _watchedBytes) = (Phase.Idle, _requests, 0);
            Volatile.Write(ref _deadline, now + lastCall);
        }

        return !Expire(now);
    }

    /// <summary>Hangs on the deadline that the protocol's phase asks for, and nothing else: the owner does not wait for the socket alone.</summary>
    public void Waiting() => Waiting(Environment.TickCount64);

    private void Waiting(long now)
    {
        var limits = _context.Limits;
        var phase = Protocol.Phase;
        var same = phase == _watched && _requests == _watchedRequest;
        if (!same) (_watched, _watchedRequest, _watchedSince, _watchedBytes) = (phase, _requests, now, 0);
        switch (phase)
        {
            case Phase.Idle:
                // Bytes that came in between were a request that no handler saw (an echo, a ping of the server itself).
                if (same && _watchedBytes == 0) break;
                _watchedBytes = 0;
                Deadline(now, limits.KeepAliveTimeout);
                break;
            case Phase.Head:
                if (!same) Deadline(now, limits.HeaderTimeout); // absolute: a byte more buys no time
                break;
            case Phase.Body:
                _deadline = limits.MinRequestRate == 0 ? Never
                    : _watchedSince + Milliseconds(limits.RateGrace) + _watchedBytes * 1000 / limits.MinRequestRate;
                break;
            case Phase.Writing:
                // Each piece of output has its own time; taking some of a piece buys none. Here _watchedBytes is what is left of the piece.
                if (same && _watchedBytes > 0) break;
                var pending = Protocol.Output.Length;
                _watchedBytes = pending;
                _deadline = limits.MinResponseRate == 0 ? Never
                    : now + Math.Max(Milliseconds(limits.RateGrace), pending * 1000L / limits.MinResponseRate);
                break;
            default:
                _deadline = Never;
                break;
        }
    }

    /// <summary>The owner has ended its stream and waits for the client to do the same.</summary>
    public void Lingering()
    {
        _watched = Phase.Closed;
        Deadline(Environment.TickCount64, _context.Limits.Linger);
    }

    /// <summary>Whether the deadline has passed. If it has, the protocol is told why it ends.</summary>
    public bool Expire() => Expire(Environment.TickCount64);

    private bool Expire(long now)
    {
        if (now < _deadline) return false;
        _deadline = Never;
        var why = Why(_watched);
        if (why != EndReason.None) Protocol.Refuse(why);
        return true;
    }

    /// <summary>Ends both streams of the socket. Any thread: the owner finds out when it next uses the socket.</summary>
    /// <param name="why">The reason that is counted, unless the protocol has one by then.</param>
    public void Abort(EndReason why)
    {
        if (Protocol.EndReason == EndReason.None) Interlocked.CompareExchange(ref _abortedFor, (int)why, 0);
        Socket.Abort();
        if (_thread is null) _actor.Tell(DeadlinePassed.Instance, ActorRefs.NoSender); // nobody watches the socket, maybe
        else _thread.Interrupt(); // from waiting for a handler
    }

    /// <summary>The connection is over: closes the socket, gives the permit back, counts the reason. Once.</summary>
    public void End()
    {
        if (_ended) return;
        Volatile.Write(ref _ended, true);
        _context.Deadlines.Remove(this);
        if (_handOver is not null) SpinWait.SpinUntil(_handOver.Abandon); // a reply is being sent: nobody else may get the descriptor's number now
        var aborted = (EndReason)Volatile.Read(ref _abortedFor);
        var reason = aborted != EndReason.None ? aborted : Protocol.EndReason;
        // One that does not read would keep what the kernel holds for it for minutes.
        if (reason == EndReason.MinResponseDataRate) Socket.Reset();
        else Socket.Dispose();
        _worker.Counters.Ended(reason == EndReason.None ? EndReason.HandlerCrashed : reason);
        _worker.Released();
        _context.Permits.Return();
        // A handler that still runs keeps its buffers; they are the garbage collector's then instead of the pool's.
        for (var left = Protocol is HttpProtocol http ? http.TakenOut : 0; left > 0; left--) _worker.Counters.RequestAbandoned();
        if (_handling) _worker.Counters.RequestAbandoned();
        else Protocol.Dispose(); // last: a handler's body source may throw
    }

    /// <summary>There are lines for the client: its owner is to look. Any thread.</summary>
    internal void CallForLines()
    {
        if (_thread is null) _actor.Tell(HasLines.Instance, ActorRefs.NoSender);
        else if (!Volatile.Read(ref _handling)) _thread.Interrupt(); // who handles looks after that; a signal that comes too early is repeated: see Inspect
    }

    /// <summary>The deadline thread looks at the connection.</summary>
    internal void Inspect(long now)
    {
        if (now < Volatile.Read(ref _deadline))
        {
            _inspected = Never;
            // That the server stops, or that there are lines, is a message to everybody else.
            if ((_watched == Phase.Idle && _context.Info.LastCall != Volatile.Read(ref _lastCall)) || (_outbox is { IsWaiting: true } && !Volatile.Read(ref _handling)))
                _thread?.Interrupt();
        }
        else if (_inspected == Never)
        {
            _inspected = now;
            if (_thread is null) _actor.Tell(DeadlinePassed.Instance, ActorRefs.NoSender);
            else _thread.Interrupt();
        }
        else if (now - _inspected >= Deadlines.Grace.TotalMilliseconds && !HasUnread)
        {
            Abort(Why(_watched));
        }
        else
        {
            _thread?.Interrupt(); // it may have been about to wait
        }
    }

    /// <summary>Who is served, and what is asked for: <c>akka://actor-server/user/server/connections/17 (GET /burn)</c>.</summary>
    /// <exception cref="ArgumentException">Another thread than the owner's asked, at the moment when the request was done.</exception>
    /// <exception cref="InvalidOperationException">Likewise.</exception>
    public override string ToString() => _handling && Protocol.Exchange is HttpExchange { Request: var request }
        ? $"{Info.Actor.Path} ({Encoding.Latin1.GetString(request.MethodToken)} {Encoding.Latin1.GetString(request.Path)})"
        : Info.Actor.Path.ToString();

    /// <summary>Whether a call has done nothing: it would have to wait, or was interrupted while it did.</summary>
    private static bool IsNothing(int result) => result == -Errno.EAGAIN || result == -Errno.EINTR;

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private EndReason Why(Phase phase) => phase switch
    {
        Phase.Idle => _context.Info.IsUnbound ? EndReason.ServerShutdown : EndReason.KeepAliveTimeout,
        Phase.Head => EndReason.RequestHeadersTimeout,
        Phase.Body => EndReason.MinRequestBodyDataRate,
        Phase.Writing => EndReason.MinResponseDataRate,
        _ => EndReason.None,
    };

    private void Deadline(long now, TimeSpan time) => Volatile.Write(ref _deadline, now + Milliseconds(time));

    private void Broken()
    {
        PeerEnded = true;
        Protocol.Refuse(EndReason.ConnectionReset);
    }

    /// <summary>The actor is to fail of what failed on another thread.</summary>
    internal void FailOwner(Exception exception) => _actor.Tell(new ConnectionActor.Served(exception), ActorRefs.NoSender);
}
