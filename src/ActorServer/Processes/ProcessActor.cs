using System.Globalization;
using System.Text;
using ActorServer.Dispatch;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.IO.Processes;
using ActorServer.IO.Sockets;
using ActorServer.Observability;
using ActorServer.Server;
using Akka.Actor;
using Akka.Event;

namespace ActorServer.Processes;

/// <summary>
/// Owns one worker process, from its start until it is reaped: the actor's life is the process's. Its dispatcher must be an event loop, which
/// watches the process and the channel to it.
/// </summary>
/// <param name="context">What the server's actors share.</param>
/// <param name="plan">What it is started with.</param>
/// <param name="slot">Its place among the processes that run at a time.</param>
/// <param name="listener">The socket it accepts from; null lets it bind one.</param>
internal sealed class ProcessActor(ServerContext context, ProcessPlan plan, int slot, ListenSocket? listener) : UntypedActor
{
    private const int SIGKILL = 9, SIGSEGV = 11;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ProcessSettings _settings = context.Settings.Processes;
    private readonly long _begun = Environment.TickCount64;
    private IReactor _reactor = null!;
    private ChildProcess? _process;
    private ControlChannel _channel = null!;
    private bool _listening; // to the channel
    private bool _ready;
    private bool _hung;
    private long _asked = -1; // when, of a ping without an answer
    private long _requestsBefore;
    private long _openedBefore;
    private bool _given;
    private bool _watching;
    private string? _failure;
    private ChildEnd? _end;

    /// <summary>Told to the parent: the process serves.</summary>
    /// <param name="Slot">Its place.</param>
    /// <param name="Listener">The socket that it has bound; owned by the receiver.</param>
    public sealed record Up(int Slot, ListenSocket? Listener);

    /// <summary>Told to the parent: the process has had its time.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record WornOut(ReplaceReason Reason);

    /// <summary>Told to the parent, last of all: the process has ended and was reaped.</summary>
    /// <param name="Slot">Its place, which is free.</param>
    /// <param name="Told">How, for an operator.</param>
    /// <param name="InOrder">Whether it ended as it should.</param>
    /// <param name="Hung">Whether it was killed because it did not answer.</param>
    /// <param name="HasTaken">Whether it was handed a connection.</param>
    public sealed record Down(int Slot, string Told, bool InOrder, bool Hung, bool HasTaken) : IDeadLetterSuppression;

    /// <summary>Tells the process to serve a connection.</summary>
    /// <param name="Accepted">The connection; the sender's until the process has it, which <see cref="Down"/> tells.</param>
    /// <param name="Id">Counted from 1 per server.</param>
    public sealed record Serve(Accepted Accepted, long Id);

    private sealed class Beat : IDeadLetterSuppression
    {
        public static readonly Beat Instance = new();
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _reactor = IReactor.Current;
        try
        {
            (_requestsBefore, _openedBefore) = (Requests, Opened);
            (_process, _channel) = plan.Start(slot, listener);
            context.Info.Metrics.Count(Cell.ProcessesStarted);
            _reactor.Register(_process.Descriptor, Interest.Read, new ActorHandler(Self));
            _watching = true;
            _reactor.Register(_channel.Descriptor, Interest.Read, new ActorHandler(Self));
            _listening = true;
        }
        catch (SystemCallException exception)
        {
            _failure = exception.Message;
            Context.Stop(Self);
            return;
        }

        _reactor.After(_settings.Heartbeat, Self, Beat.Instance);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ready:
                while (_listening && Read()) { }
                if (_process!.TryReap(out var end))
                {
                    _end = end;
                    Context.Stop(Self);
                }

                break;
            case Beat:
                LookAfter();
                _reactor.After(_settings.Heartbeat, Self, message);
                break;
            case Serve serve:
                HandOver(serve);
                break;
            case Drain:
                _channel.TrySend(Control.Drain);
                break;
            case ServerActor.Cut:
                _channel.TrySend(Control.Cut);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Whatever ended the actor: the process does not outlive it, and is reaped.</summary>
    protected override void PostStop()
    {
        if (_process is not null)
        {
            if (_watching) _reactor.Unregister(_process.Descriptor);
            StopListening();
            _channel.Dispose();
            if (_end is null) _process.Kill(SIGKILL);
            while (_end is null)
            {
                if (_process.TryReap(out var end)) _end = end;
                else Thread.Sleep(1); // the kernel is at it
            }

            _process.Dispose();
            context.Info.Metrics.Count(Cell.ProcessesEnded);
        }

        var lost = plan.Board.Settle(plan.FirstBlock(slot), plan.BlocksEach);
        var told = _process is null ? $"could not be started: {_failure}"
            : $"{_process.Id} ended with {_end}{(_failure is null ? "" : $": {_failure}")}{(lost == 0 ? "" : $"; it took {lost} connections along")}";
        if (_given && lost == 0 && Opened == _openedBefore) context.Info.Metrics.LostOnTheWay();
        Context.Parent.Tell(new Down(slot, told, InOrder: _end is { ExitCode: 0 }, _hung, _given));
    }

    private long Opened => plan.Board.Sum(plan.FirstBlock(slot), plan.BlocksEach, Cell.Opened);

    private long Requests => plan.Board.Sum(plan.FirstBlock(slot), plan.BlocksEach, Cell.Finished);

    /// <summary>Acts on a message of the process; whether there was one.</summary>
    private bool Read()
    {
        switch (_channel.Receive(out var descriptor, wait: false))
        {
            case Control.Ready:
                _ready = true;
                Context.Parent.Tell(new Up(slot, descriptor < 0 ? null : ListenSocket.Inherit(descriptor)));
                return true;
            case Control.Pong:
                _asked = -1;
                return true;
            case Control.Failed:
                _failure = Encoding.UTF8.GetString(_channel.Payload);
                return true;
            case Control.Log:
                _log.Log((LogLevel)_channel.Payload[0], null, "process {0}: {1}", _process!.Id, Encoding.UTF8.GetString(_channel.Payload[1..]));
                return true;
            case Control.End:
                StopListening();
                return false;
            default:
                return false;
        }
    }

    /// <summary>The process gets a descriptor of its own for the socket, and ours is closed.</summary>
    private void HandOver(Serve serve)
    {
        var (socket, thread) = serve.Accepted;
        _given = _channel.TrySend(Control.Connection, new Given(-1, serve.Id, thread, Self.Path.ToString()).Write(), socket.Descriptor);
        if (_given)
        {
            socket.Dispose();
            return;
        }

        _process!.Kill(SIGKILL); // it is at its end in any case; the parent keeps the connection for another
    }

    private void StopListening()
    {
        if (_listening) _reactor.Unregister(_channel.Descriptor);
        _listening = false;
    }

    /// <summary>Whether it lives, and whether it has had its time.</summary>
    private void LookAfter()
    {
        var now = Environment.TickCount64;
        var late = _ready ? _asked >= 0 && now - _asked >= _settings.HeartbeatTimeout.TotalMilliseconds : now - _begun >= _settings.StartTimeout.TotalMilliseconds;
        if (late && !_hung)
        {
            _hung = true;
            _log.Warning("process {0} {1}: it is killed", _process!.Id,
                _ready ? $"has not answered for {(now - _asked) / 1000.0:0.0} s" : $"was not ready within {_settings.StartTimeout.TotalSeconds:0.0} s");
            _process.Kill(SIGKILL);
        }

        if (!_ready || _hung) return;
        if (_asked < 0)
        {
            _asked = now;
            _channel.TrySend(Control.Ping);
        }

        var (memory, isBroken) = Look();
        if (isBroken) _process!.Kill(SIGSEGV);
        else if (plan.MaxRequests > 0 && Requests - _requestsBefore >= plan.MaxRequests) Context.Parent.Tell(new WornOut(ReplaceReason.Requests));
        else if (plan.MaxMemory > 0 && memory > plan.MaxMemory) Context.Parent.Tell(new WornOut(ReplaceReason.Memory));
    }

    /// <summary>
    /// Bytes of resident memory, and whether its runtime is broken (proc(5), /proc/PID/status). A runtime that is sent SIGSEGV lets go of its
    /// handler, expecting that the fault is repeated and ends the process. When the signal was somebody's, there is no fault, and it goes on:
    /// until the next null reference.
    /// </summary>
    private (long Memory, bool IsBroken) Look()
    {
        try
        {
            var (memory, caught) = (0L, ulong.MaxValue);
            foreach (var line in File.ReadLines($"/proc/{_process!.Id}/status"))
            {
                if (line.StartsWith("VmRSS:", StringComparison.Ordinal)) memory = long.Parse(line.AsSpan(6).Trim(" \tkB"), CultureInfo.InvariantCulture) * 1024;
                else if (line.StartsWith("SigCgt:", StringComparison.Ordinal)) caught = ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }

            return (memory, memory > 0 && (caught & 1UL << (SIGSEGV - 1)) == 0); // without memory it has ended already
        }
        catch (IOException)
        {
            return default; // it is gone, and about to be reaped
        }
    }
}
