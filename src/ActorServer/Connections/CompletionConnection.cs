using ActorServer.Dispatch;
using ActorServer.IO.Completion;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using Akka.Actor;

namespace ActorServer.Connections;

/// <summary>
/// Serves one connection by completion: bytes are received and sent by the system, which says when that is done. (The concrete Completion
/// Handler of POSA2's Proactor.)
/// </summary>
/// <remarks>
/// One receive goes on for as long as the connection lasts, so that a request costs one operation: the send of its reply. A client that
/// sends more than the protocol wants (the next requests of a pipeline, while a handler is at work or the reply is on its way) has its
/// receive cancelled: the bytes that had come by then are kept, out of the buffers that it shares with others, and from then on it is
/// asked for one buffer at a time, when there is use for it. The rest waits in the kernel, whose window stops the client.
/// </remarks>
/// <param name="conversation">The connection.</param>
public sealed class CompletionConnection(Conversation conversation) : IServeLoop
{
    private const int None = int.MinValue;

    private readonly EarlyInput _early = new();
    private IActorRef _actor = ActorRefs.Nobody;
    private Operations? _operations;
    private State _state;
    private bool _wanted; // the protocol waits for input
    private bool _receiving;
    private bool _sending;
    private bool _pipelines; // the client sent more than was wanted
    private int _end = None; // how its stream ended, when the protocol is not told yet: 0 or a negated errno

    private enum State
    {
        Serving,
        Lingering,
        Done,
    }

    private int Descriptor => conversation.Socket.Descriptor;

    /// <inheritdoc/>
    public void Start(IActorRef actor)
    {
        _actor = actor;
        _operations = CompletionLoop.Current.Open(actor);
        GoOn();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _state = State.Done;
        _early.Dispose();
        _operations?.Dispose();
    }

    /// <inheritdoc/>
    public void Wake(Readiness readiness)
    {
        if (_state == State.Done) return;
        if (!_operations!.TryTake(out var completion))
        {
            // Of a deadline: what has arrived, and is not received yet because others held up the loop, comes first.
            if (!_wanted || !conversation.HasUnread) GoOn();
            return;
        }

        do
        {
            if (Operations.Kind(completion) == OperationKind.Send) OnSent(completion.Result);
            else OnReceived(completion);
            GoOn();
        }
        while (_state != State.Done && _operations.TryTake(out completion));
    }

    private void OnSent(int result)
    {
        _sending = false;
        if (_state == State.Serving) conversation.Sent(result); // otherwise given up at its deadline, and the output with it
    }

    private void OnReceived(in CompletedOperation completion)
    {
        _receiving = completion.More;
        if (completion.Result > 0) OnBytes(_operations!.Received(completion));
        _operations!.Recycle(completion);
        if (completion.Result <= 0 && completion.Result != -Errno.ECANCELED && completion.Result != -Errno.ENOBUFS) _end = completion.Result;
    }

    private void GoOn()
    {
        if (_state == State.Lingering)
        {
            if (_end != None || conversation.Expire()) Finish();
            else if (!_receiving) Receive();
        }
        else if (conversation.IsHandling)
        {
            if (conversation.Abandon()) Finish(); // nobody is left to answer, whatever the handler waits for
            else if (!_sending && conversation.HasReplies) Send(); // to earlier requests of the pipeline
        }
        else if (!_sending)
        {
            Serve();
        }
        else if (conversation.Expire())
        {
            Close(); // the client does not read
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
                case Step.Read when conversation.Waits():
                    _wanted = true;
                    if (!_receiving) Receive();
                    return;
                case Step.Handle when !conversation.Handle():
                    if (conversation.HasReplies) Send(); // to earlier requests of the pipeline
                    return;
                case Step.Write:
                    Send();
                    conversation.Waiting();
                    return;
                case Step.Close or Step.Upgrade:
                    Close();
                    return;
            }
        }
    }

    /// <summary>
    /// Closes in order: our stream ends (FIN), and the client's is read to its end. Closing at once with bytes unread, or on their way,
    /// would make the kernel reset the connection and take from the client what it has not read yet (RFC 9112 section 9.6).
    /// </summary>
    private void Close()
    {
        _wanted = false;
        _early.Dispose();
        if (conversation.MayClose || _end != None)
        {
            Finish();
            return;
        }

        _state = State.Lingering;
        conversation.Socket.ShutdownWrite(); // at once: it waits for nothing, and every send has completed or been given up
        conversation.Lingering();
        if (!_receiving) Receive();
    }

    private void Finish()
    {
        Stop();
        _actor.Tell(ConnectionActor.Served.InOrder);
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
