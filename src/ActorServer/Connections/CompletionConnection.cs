using System.Runtime.ExceptionServices;
using ActorServer.Dispatch;
using ActorServer.IO.Completion;
using ActorServer.IO.Native;
using ActorServer.Protocol;
using ActorServer.Server;
using Akka.Actor;

namespace ActorServer.Connections;

/// <summary>
/// Serves one connection by completion: bytes are received and sent by the system, and the actor is told when that is done. (The concrete
/// Completion Handler of POSA2's Proactor.) Its dispatcher must be a completion loop.
/// </summary>
/// <remarks>
/// One receive goes on for as long as the connection lasts, so that a request costs one operation: the send of its reply. A client that
/// sends more than the protocol wants (the next requests of a pipeline, while a handler is at work or the reply is on its way) has its
/// receive cancelled: the bytes that had come by then are kept, out of the buffers that it shares with others, and from then on it is
/// asked for one buffer at a time, when there is use for it. The rest waits in the kernel, whose window stops the client.
/// </remarks>
/// <param name="conversation">The connection.</param>
public sealed class CompletionConnection(Conversation conversation) : UntypedActor
{
    private const int None = int.MinValue;

    private readonly EarlyInput _early = new();
    private Operations? _operations;
    private State _state;
    private bool _wanted; // the protocol waits for input
    private bool _receiving;
    private bool _sending;
    private bool _lastCall; // the server stops: when the connection is idle, it is for a moment only
    private bool _pipelines; // the client sent more than was wanted
    private int _end = None; // how its stream ended, when the protocol is not told yet: 0 or a negated errno

    private enum State
    {
        Serving,
        Handling,
        Lingering,
    }

    private int Descriptor => conversation.Socket.Descriptor;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _operations = CompletionLoop.Current.Open(Self);
        conversation.Start(Self, Context.Dispatcher.Id);
        Serve();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _early.Dispose();
        _operations?.Dispose();
        conversation.End();
    }

    /// <summary>The end comes once: with the <see cref="PostStop"/> of the instance that follows.</summary>
    /// <param name="reason">The crash.</param>
    /// <param name="message">What it crashed on.</param>
    protected override void PreRestart(Exception reason, object? message)
    {
        _early.Dispose();
        _operations?.Dispose();
    }

    /// <summary>A connection does not start again: whatever the supervisor decided after a crash, its socket is closed.</summary>
    /// <param name="reason">The crash.</param>
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Completions:
                TakeCompletions();
                break;
            case Conversation.Completed when _state == State.Handling:
                _state = State.Serving;
                conversation.Resume();
                Serve();
                break;
            case Conversation.DeadlinePassed:
                TakeCompletions(); // what has completed is no delay of this client's
                OnDeadline();
                break;
            case Drain:
                OnDrain();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void TakeCompletions()
    {
        while (_operations is { } operations && operations.TryTake(out var completion))
        {
            if (Operations.Kind(completion) == OperationKind.Send) OnSent(completion.Result);
            else OnReceived(operations, completion);
        }
    }

    private void OnSent(int result)
    {
        _sending = false;
        if (_state == State.Lingering) return; // given up at its deadline, and the output with it
        conversation.Sent(result);
        if (_state == State.Serving) Serve();
        else if (!conversation.Protocol.Output.IsEmpty) Send();
    }

    private void OnReceived(Operations operations, in CompletedOperation completion)
    {
        _receiving = completion.More;
        if (completion.Result > 0) OnBytes(operations.Received(completion));
        operations.Recycle(completion);
        if (completion.Result <= 0 && completion.Result != -Errno.ECANCELED && completion.Result != -Errno.ENOBUFS) _end = completion.Result;
        switch (_state)
        {
            case State.Serving:
                Serve();
                break;
            case State.Lingering when _end == None:
                if (!_receiving) Receive();
                break;
            case State.Lingering:
                Finish();
                break;
            case State.Handling when conversation.IsAborted:
                Context.Stop(Self); // nobody is left to answer, whatever the handler waits for
                break;
        }
    }

    private void OnBytes(ReadOnlySpan<byte> bytes)
    {
        if (_state == State.Lingering) return;
        if (_wanted)
        {
            var input = conversation.Protocol.Input(bytes.Length);
            var count = Math.Min(input.Length, bytes.Length);
            bytes[..count].CopyTo(input);
            conversation.Received(count);
            if (count < bytes.Length) _early.Add(bytes[count..]);
            return;
        }

        _early.Add(bytes);
        if (_receiving && !_pipelines) _operations!.Cancel(OperationKind.Receive);
        _pipelines = true;
    }

    private void Serve()
    {
        if (_sending) return; // its completion goes on from here
        _wanted = false;
        while (true)
        {
            switch (conversation.Next())
            {
                case Step.Read when !_early.IsEmpty:
                    conversation.Received(_early.Take(conversation.Protocol.Input()));
                    break;
                case Step.Read when _end != None:
                    conversation.Received(_end);
                    break;
                case Step.Read:
                    Await();
                    return;
                case Step.Handle when !conversation.Handle():
                    _state = State.Handling;
                    if (!conversation.Protocol.Output.IsEmpty) Send(); // replies to earlier requests of the pipeline
                    return;
                case Step.Handle:
                    break;
                case Step.Write:
                    Send();
                    conversation.Waiting();
                    return;
                default:
                    Close();
                    return;
            }
        }
    }

    private void OnDeadline()
    {
        // Arrived, and not received yet because other connections held up the loop: it comes with the next turn.
        if (_wanted && conversation.HasUnread)
        {
            Self.Tell(Conversation.DeadlinePassed.Instance);
            return;
        }

        if (!conversation.Expire()) return;
        if (_state == State.Lingering) Finish();
        else if (_state == State.Serving && _sending) Close(); // the client does not read
        else if (_state == State.Serving) Serve();
    }

    private void OnDrain()
    {
        if (_state == State.Serving && !conversation.PeerEnded && conversation.Protocol.Phase is Phase.Idle or Phase.Writing)
        {
            // Idle, or about to be with a reply that did not say so: what the client sent before it could know is answered still.
            _lastCall = true;
            if (!_sending) Serve();
            return;
        }

        conversation.Protocol.Drain();
        if (_state == State.Serving) Serve();
    }

    /// <summary>The protocol wants input, and none is there.</summary>
    private void Await()
    {
        _wanted = true;
        if (!_receiving) Receive();
        if (!_lastCall || conversation.Protocol.Phase != Phase.Idle)
        {
            conversation.Waiting();
            return;
        }

        _lastCall = false;
        conversation.LastCall();
    }

    /// <summary>
    /// Closes in order: our stream ends (FIN), and the client's is read to its end. Closing at once with bytes unread, or on their way,
    /// would make the kernel reset the connection and take from the client what it has not read yet (RFC 9112 section 9.6).
    /// </summary>
    private void Close()
    {
        _wanted = false;
        _early.Dispose();
        if (conversation.PeerEnded || _end != None)
        {
            Finish();
            return;
        }

        _state = State.Lingering;
        conversation.Socket.ShutdownWrite(); // at once: it waits for nothing, and every send has completed or been given up
        conversation.Lingering();
        if (!_receiving) Receive();
    }

    /// <summary>The socket is done with. A crash goes to the supervisor now that the client has its 500.</summary>
    private void Finish()
    {
        if (conversation.Crash is not { } crash)
        {
            Context.Stop(Self);
            return;
        }

        _operations!.Dispose();
        Self.Tell(PoisonPill.Instance); // should the supervisor resume us
        ExceptionDispatchInfo.Throw(crash);
    }

    private void Receive()
    {
        _receiving = true;
        _operations!.Receive(Descriptor, once: _pipelines);
    }

    private void Send()
    {
        _sending = true;
        _operations!.Send(Descriptor, conversation.Protocol.Output);
    }
}
