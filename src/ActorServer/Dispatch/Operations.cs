using ActorServer.IO.Completion;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Dispatch;

/// <summary>What an operation of <see cref="Operations"/> was.</summary>
public enum OperationKind : byte
{
    /// <summary>The result is a descriptor.</summary>
    Accept,

    /// <summary>The result is a count of bytes, 0 at the end of the stream.</summary>
    Receive,

    /// <summary>The result is a count of bytes.</summary>
    Send,
}

/// <summary>
/// The asynchronous operations of one actor: it starts them (POSA2's Initiator), is told <see cref="Completions"/> and takes how they
/// ended (the Completion Handler). Loop thread only.
/// </summary>
/// <remarks>
/// When the actor lets go, a receive and a send are cancelled, and the completions that come later all the same are settled here: a
/// buffer goes back, a connection that nobody wants is closed. The place in the loop's table is another's only after the last of them,
/// so that nobody is ever told of an operation that he did not start.
/// </remarks>
public sealed class Operations : IDisposable
{
    private readonly CompletionLoop _loop;
    private readonly IActorRef _handler;
    private CompletedOperation _first;
    private bool _hasFirst;
    private Queue<CompletedOperation>? _more; // seldom: one completion a turn is the rule
    private byte[]? _sending;
    private bool _receiving;
    private int _pending;
    private bool _told;
    private bool _disposed;

    internal Operations(CompletionLoop loop, int place, IActorRef handler) => (_loop, Place, _handler) = (loop, place, handler);

    internal int Place { get; }

    /// <summary>Which operation a completion is of.</summary>
    /// <param name="completion">The completion.</param>
    public static OperationKind Kind(in CompletedOperation completion) => (OperationKind)(byte)completion.UserData;

    internal static int PlaceOf(in CompletedOperation completion) => (int)(completion.UserData >> 8);

    /// <summary>Accepts one connection; several accepts may be under way.</summary>
    /// <param name="listener">A listening socket.</param>
    public void Accept(int listener) => _loop.Queue.Accept(listener, Start(OperationKind.Accept));

    /// <summary>Receives, once or until <see cref="CompletedOperation.More"/> is false; one receive at a time.</summary>
    /// <param name="descriptor">A connected socket.</param>
    /// <param name="once">Whether it ends with the first bytes.</param>
    public void Receive(int descriptor, bool once) => _loop.Queue.Receive(descriptor, Start(OperationKind.Receive), once);

    /// <summary>Sends a copy of the first bytes, as many as one send takes; one send at a time.</summary>
    /// <param name="descriptor">A connected socket.</param>
    /// <param name="bytes">What is to be sent; not empty.</param>
    public void Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        if (_sending is not null) throw new InvalidOperationException("a send is under way: the bytes of two would mix");
        _sending = _loop.Buffers.Copy(bytes, out var count);
        _loop.Queue.Send(descriptor, _sending.AsMemory(0, count), Start(OperationKind.Send));
    }

    /// <summary>Ends an operation early; it completes with <c>-ECANCELED</c>, unless it has just completed otherwise.</summary>
    /// <param name="kind">Which.</param>
    public void Cancel(OperationKind kind) => _loop.Queue.Cancel(UserData(kind), CompletedOperation.Silent);

    /// <summary>Ends all operations of a descriptor early; at once, for its owner may close it next.</summary>
    /// <param name="descriptor">The descriptor.</param>
    public void CancelAll(int descriptor)
    {
        _loop.Queue.CancelAll(descriptor, CompletedOperation.Silent);
        _loop.Queue.Submit();
    }

    /// <summary>Takes the next completion; after false, the actor is told again when there are more.</summary>
    /// <param name="completion">The completion. With a buffer, it is to be given to <see cref="Recycle"/>.</param>
    public bool TryTake(out CompletedOperation completion)
    {
        if (_hasFirst)
        {
            (completion, _hasFirst) = (_first, false);
            return true;
        }

        if (_more is not null && _more.TryDequeue(out completion)) return true;
        completion = default;
        _told = false;
        return false;
    }

    /// <summary>The bytes that a receive brought.</summary>
    /// <param name="completion">Its completion.</param>
    public ReadOnlySpan<byte> Received(in CompletedOperation completion) =>
        completion.HasBuffer ? _loop.Queue.Received(completion) : default;

    /// <summary>Gives the buffer of a completion back, if it has one.</summary>
    /// <param name="completion">The completion of a receive.</param>
    public void Recycle(in CompletedOperation completion)
    {
        if (completion.HasBuffer) _loop.Queue.Recycle(completion.BufferId);
    }

    /// <summary>
    /// Lets go: a receive and a send are cancelled, and the actor is not told any more. Accepts are for the actor to end by
    /// <see cref="CancelAll"/>; a client that one still brings is closed.
    /// </summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        while (TryTake(out var left)) Settle(left);
        if (_receiving) Cancel(OperationKind.Receive);
        if (_sending is not null) Cancel(OperationKind.Send);
        if (_pending == 0) _loop.Forget(this);
    }

    internal void Complete(in CompletedOperation completion)
    {
        if (!completion.More)
        {
            _pending--;
            if (Kind(completion) == OperationKind.Receive) _receiving = false;
            if (Kind(completion) == OperationKind.Send)
            {
                _loop.Buffers.Return(_sending!);
                _sending = null;
            }
        }

        if (_disposed)
        {
            Settle(completion);
            if (_pending == 0) _loop.Forget(this);
            return;
        }

        if (!_hasFirst && _more is not { Count: > 0 }) (_first, _hasFirst) = (completion, true);
        else (_more ??= new Queue<CompletedOperation>()).Enqueue(completion);
        if (_told) return;
        _told = true;
        _handler.Tell(Completions.Instance, ActorRefs.NoSender);
    }

    private ulong Start(OperationKind kind)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _pending++;
        if (kind == OperationKind.Receive) _receiving = true;
        return UserData(kind);
    }

    private ulong UserData(OperationKind kind) => (ulong)Place << 8 | (byte)kind;

    private void Settle(in CompletedOperation completion)
    {
        Recycle(completion);
        if (Kind(completion) == OperationKind.Accept && completion.Result >= 0) _loop.Close(completion.Result);
    }
}

/// <summary>Operations of an actor have completed, and wait to be taken. One that arrives late, when the actor is gone, is no dead letter.</summary>
public sealed class Completions : IDeadLetterSuppression
{
    internal static readonly Completions Instance = new();

    private Completions() { }
}
