namespace ActorServer.Protocol;

/// <summary>
/// One connection's protocol as a machine without input or output of its own: bytes in, steps out.
/// </summary>
/// <remarks>
/// <para>
/// The owner asks <see cref="Next"/> what to do, does it, reports it, and asks again:
/// </para>
/// <code>
/// while (true)
///     switch (protocol.Next())
///     {
///         case Step.Read:   protocol.Received(socket.Receive(protocol.Input())); break;
///         case Step.Handle: handler.Handle(protocol.Exchange); protocol.Encode(); break;
///         case Step.Write:  protocol.Sent(socket.Send(protocol.Output)); break;
///         default:          return;
///     }
/// </code>
/// <para>
/// Decoding (in <see cref="Next"/>), handling and <see cref="Encode"/> are separate calls, so that they may run on three threads;
/// but there is one owner at a time, and handing a connection over is a hand-over of all of it. Debug builds assert that.
/// No next request is released before the reply to the previous one is encoded: pipelined replies keep their order for free.
/// What a peer does wrong is never an exception: it is output and <see cref="Step.Close"/>.
/// </para>
/// </remarks>
public interface IProtocol : IDisposable
{
    /// <summary>
    /// Decodes what has been received and says what to do now. Asking again before doing it gives the same answer.
    /// While a handler's body source streams, its bytes are pulled in here: what the source throws passes through to the caller,
    /// who then calls <see cref="Fail"/>.
    /// </summary>
    /// <returns>The step to take.</returns>
    Step Next();

    /// <summary>Where to receive into, at <see cref="Step.Read"/>. A pooled buffer is rented on demand.</summary>
    /// <param name="hint">Bytes the caller would like to have room for; 0 leaves it to the protocol.</param>
    /// <returns>At least one byte; valid until <see cref="Received"/> or <see cref="ReleaseInput"/>.</returns>
    Span<byte> Input(int hint = 0);

    /// <summary>As <see cref="Input"/>, for engines that hold the buffer while the kernel fills it.</summary>
    /// <param name="hint">Bytes the caller would like to have room for; 0 leaves it to the protocol.</param>
    /// <returns>At least one byte; valid until <see cref="Received"/> or <see cref="ReleaseInput"/>.</returns>
    Memory<byte> InputMemory(int hint = 0);

    /// <summary>Reports what was received into <see cref="Input"/>. Once closing, what arrives is dropped.</summary>
    /// <param name="count">Bytes; 0 means that the peer will send no more (its half of the connection is closed).</param>
    void Received(int count);

    /// <summary>Nothing arrived after all (EAGAIN): gives the buffer back if it holds nothing, so that an idle connection keeps none.</summary>
    void ReleaseInput();

    /// <summary>
    /// The request to handle and the reply to fill. Valid from <see cref="Step.Handle"/> until <see cref="Encode"/>; the object is reused.
    /// </summary>
    Exchange Exchange { get; }

    /// <summary>The handler is done: encodes its reply and lets go of the request.</summary>
    void Encode();

    /// <summary>
    /// The next bytes to send, contiguous; empty if there are none. They may be waiting at <see cref="Step.Handle"/> too: replies to
    /// pipelined requests are sent together, and a caller whose handler may take long sends them before it.
    /// </summary>
    ReadOnlySpan<byte> Output { get; }

    /// <summary>As <see cref="Output"/>, for engines that hold the buffer while the kernel drains it.</summary>
    ReadOnlyMemory<byte> OutputMemory { get; }

    /// <summary>Reports what was sent of <see cref="Output"/>.</summary>
    /// <param name="count">Bytes, at most the length of <see cref="Output"/>.</param>
    void Sent(int count);

    /// <summary>
    /// Ends the connection for a reason that lies outside the protocol (a deadline, a limit, a reset). A peer in the middle of sending
    /// a request is told (408) when it was too slow; otherwise pending output is dropped and the next step is <see cref="Step.Close"/>.
    /// A handler that is still at work may go on with its exchange; its <see cref="Encode"/> or <see cref="Fail"/> then only cleans up.
    /// </summary>
    /// <param name="why">The reason; it becomes <see cref="EndReason"/> unless there is one already.</param>
    void Refuse(EndReason why);

    /// <summary>The server shuts down: an idle connection closes, a busy one says so in its next reply and closes after it.</summary>
    void Drain();

    /// <summary>
    /// The handler threw: 500 if its reply has not begun, then close; if it has begun, what is queued of it goes out and the rest never does.
    /// </summary>
    void Fail();

    /// <summary>Copies bytes that arrived behind a request that upgraded, at <see cref="Step.Upgrade"/>.</summary>
    /// <param name="destination">Where to.</param>
    /// <returns>Bytes copied; 0 when none are left.</returns>
    int TakeBuffered(Span<byte> destination);

    /// <summary>Where the connection stands.</summary>
    Phase Phase { get; }

    /// <summary>Why the connection ends; <see cref="EndReason.None"/> until it does. The first reason stays.</summary>
    EndReason EndReason { get; }

    /// <summary>
    /// Whether the peer has said that it sends nothing more, and kept its word so far (RFC 9112 section 9.6, of a request with
    /// <c>Connection: close</c>): once the output is sent, there is no end of its stream to wait for.
    /// </summary>
    bool PeerIsDone { get; }
}
