using ActorServer.Dispatch;
using ActorServer.IO.Native;
using ActorServer.IO.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Server;

/// <summary>
/// Only accepts, as <see cref="AcceptorActor"/> does, but by completion: a few accepts are under way at any time, and each that brings a
/// client is replaced. Its dispatcher must be a completion loop, the one that serves what it accepts.
/// </summary>
/// <remarks>
/// A permit is taken when a client has come, not before, lest the accepts of one loop keep permits from the clients of another. So there
/// may be clients without a permit, as many as accepts were under way: they are kept until there is one, and no further is accepted.
/// </remarks>
/// <param name="context">What the server's actors share.</param>
/// <param name="listener">The listening socket; owned by the server.</param>
/// <param name="placement">Who gets a connection.</param>
public sealed class CompletionAcceptor(ServerContext context, ListenSocket listener, Placement placement) : UntypedActor
{
    // How many clients one turn of the loop brings at most, and how many may be beyond a limit that is reached meanwhile.
    private const int Ahead = 8;

    private readonly Admission _admission = new(context, listener, placement, Context.GetLogger());
    private readonly Queue<ConnectionSocket> _waiting = new(); // for a permit
    private CompletionLoop _loop = null!;
    private Operations _operations = null!;
    private int _accepting;
    private bool _paused;
    private bool _finishing;
    private bool _anyCame; // in this round of accepts
    private int _left = context.Settings.Endpoint.Backlog; // once finishing: as many as may have waited by then

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _loop = CompletionLoop.Current;
        _operations = _loop.Open(Self);
        Accept();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        // One that follows after a failure must not lose clients to accepts of which nobody is told.
        if (_accepting > 0) _operations.CancelAll(listener.Descriptor);
        _operations.Dispose();
        while (_waiting.TryDequeue(out var socket)) socket.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Completions:
                while (_operations.TryTake(out var completion)) OnAccepted(completion.Result);
                break;
            case Permits.Freed:
                break;
            case Ready when _accepting == Ahead:
                _accepting++; // those that are under way may not have been told
                _operations.Accept(listener.Descriptor);
                break;
            case Ready:
                break;
            case Admission.PauseOver:
                _paused = false;
                if (_admission.IsFull) Pause();
                break;
            case AcceptorActor.Finish(var kept):
                _finishing = true;
                _anyCame = true; // more may wait than accepts were under way, and there may have been none
                if (kept.Contains(listener)) _left = 0; // but others accept them
                _operations.CancelAll(listener.Descriptor);
                break;
            default:
                Unhandled(message);
                return;
        }

        Admit();
        if (!_finishing) Accept();
        else if (_accepting == 0) Finish();
    }

    private void OnAccepted(int result)
    {
        _accepting--;
        if (result >= 0)
        {
            _anyCame = true;
            if (_finishing) _left--;
            _waiting.Enqueue(new ConnectionSocket(result, _loop.Close));
            if (_admission.IsNearlyFull(result)) Pause();
        }
        else if (-result is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM || -result == Errno.ENOBUFS)
        {
            Pause();
        }
        else if (-result is Errno.EBADF or Errno.EINVAL && !listener.Refuses)
        {
            throw new SystemCallException($"accept({listener.EndPoint})", -result);
        }

        // Every other error is one of the connection, which was gone before it was taken (accept(2)), or a cancelled accept.
    }

    private void Admit()
    {
        while (_waiting.Count > 0 && context.Permits.TryTake(Self)) _admission.Admit(_waiting.Dequeue());
    }

    private void Accept()
    {
        if (_paused || _waiting.Count > 0) return;
        for (; _accepting < Ahead; _accepting++) _operations.Accept(listener.Descriptor);
    }

    /// <summary>
    /// A client whose handshake is done counts itself as connected; closing the listener would reset it. So the backlog is emptied in
    /// rounds of accepts that are cancelled at once, until one brings nobody.
    /// </summary>
    private void Finish()
    {
        if (_anyCame && _left > 0 && !_paused && _waiting.Count == 0)
        {
            _anyCame = false;
            Accept();
            _operations.CancelAll(listener.Descriptor);
            return;
        }

        while (listener.TakeKept() is >= 0 and var kept) _waiting.Enqueue(new ConnectionSocket(kept, _loop.Close));
        Admit();
        listener.Release();
        Context.Stop(Self);
    }

    private void Pause()
    {
        if (_paused) return; // all that were under way failed alike
        _paused = true;
        _loop.After(_admission.Pause(), Self, Admission.PauseOver.Instance);
    }
}
