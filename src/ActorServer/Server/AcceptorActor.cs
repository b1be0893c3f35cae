using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.IO.Sockets;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Server;

/// <summary>
/// Only accepts: takes a permit, accepts, gives the socket away. It reads nothing and waits for nothing else, so that no client can
/// hold it up. (The Acceptor of POSA2's Acceptor-Connector.)
/// </summary>
/// <param name="context">What the server's actors share.</param>
/// <param name="listener">The listening socket; owned by the server.</param>
/// <param name="placement">Who gets a connection.</param>
/// <param name="room">How many connections the workers take at a time, if that is fewer than the server's limit; null otherwise.</param>
public sealed class AcceptorActor(ServerContext context, ListenSocket listener, Placement placement, Permits? room = null) : UntypedActor
{
    // A burst of connections must not keep the loop from its other actors.
    private const int Batch = 64;

    private readonly Admission _admission = new(context, listener, placement, Context.GetLogger());
    private IReactor _reactor = null!;
    private Interest _exclusive;
    private bool _watching;
    private bool _paused;
    private bool _full;
    private bool _finishing;

    /// <summary>Told to an acceptor: accept what already waits in the kernel's queue, unless others do, let go of the socket, stop.</summary>
    /// <param name="Kept">The sockets that others go on to accept from.</param>
    public sealed record Finish(IReadOnlyList<ListenSocket> Kept);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _reactor = IReactor.Current;
        // Where several loops watch one socket, a connection need not wake them all.
        _exclusive = (_reactor.Features & PollerFeatures.Exclusive) != 0 ? Interest.Exclusive : Interest.None;
        Watch(true);
    }

    /// <inheritdoc/>
    protected override void PostStop() => Watch(false);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ready:
                Accept(Batch);
                if (_watching && _reactor.Disarms) _reactor.Change(listener.Descriptor, Interest.Read);
                break;
            case Permits.Freed:
                // The next client waits already, most likely: there is no need to ask.
                _full = false;
                if (!_paused) Accept(Batch);
                Watch(!_paused && !_full);
                break;
            case Admission.PauseOver:
                _paused = false;
                if (_admission.IsFull) PauseAccepting();
                else Watch(true);
                break;
            case Finish(var kept):
                // A client whose handshake is done counts itself as connected; closing the listener would reset it.
                Watch(false);
                _finishing = !kept.Contains(listener);
                // As many as may have waited when it was told: what comes in meanwhile must not keep it.
                for (var waited = _finishing ? context.Settings.Endpoint.Backlog : 0; waited > 0 && Accept(Batch); waited -= Batch) { }
                listener.Release();
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Accepts up to so many connections; whether more may wait.</summary>
    private bool Accept(int most)
    {
        for (; most > 0; most--)
        {
            if (!TakePermit())
            {
                _full = true;
                Watch(false); // Permits.Freed turns it on again
                return false;
            }

            AcceptOutcome outcome;
            ConnectionSocket? socket;
            try
            {
                outcome = listener.Accept(out socket);
            }
            catch
            {
                ReturnPermit();
                throw;
            }

            if (outcome == AcceptOutcome.Accepted)
            {
                _admission.Admit(socket!);
                if (!_admission.IsNearlyFull(socket!.Descriptor)) continue;
                PauseAccepting();
                return false;
            }

            ReturnPermit();
            if (outcome == AcceptOutcome.ConnectionGone) continue;
            if (outcome == AcceptOutcome.OutOfResources) PauseAccepting();
            return false;
        }

        return true;
    }

    private bool TakePermit()
    {
        if (!context.Permits.TryTake(Self)) return false;
        // Who still waits in the kernel's queue when the server stops is served beyond the workers' limit, one after the other.
        if (_finishing) room?.Overdraw();
        else if (room is not null && !room.TryTake(Self))
        {
            context.Permits.Return();
            return false;
        }

        return true;
    }

    private void ReturnPermit()
    {
        context.Permits.Return();
        room?.Return();
    }

    /// <summary>
    /// Out of descriptors, or nearly: clients wait in the kernel's queue. The listening socket stays ready all the time, so that watching
    /// it would only burn the processor.
    /// </summary>
    private void PauseAccepting()
    {
        Watch(false);
        _paused = true;
        _reactor.After(_admission.Pause(), Self, Admission.PauseOver.Instance);
    }

    private void Watch(bool on)
    {
        if (on == _watching) return;
        _watching = on;
        if (on) _reactor.Register(listener.Descriptor, Interest.Read | _exclusive, new ActorHandler(Self));
        else _reactor.Unregister(listener.Descriptor);
    }
}
