namespace ActorServer.IO.Completion;

/// <summary>
/// Operations that the system carries out and reports when they are done: the Asynchronous Operation Processor and the Completion Event
/// Queue of POSA2's Proactor. Operations are collected, and handed over by the next <see cref="Wait"/> in the same call that waits.
/// One thread at a time, the owner: the first that waits or submits. No callback and no policy in here.
/// </summary>
/// <remarks>
/// <para>A receive completes many times, unless it is asked for once; after a completion without <see cref="CompletedOperation.More"/> it has
/// ended, also when nothing failed, and is started anew by whoever still wants it. Every other operation completes once.</para>
/// <para>What an operation refers to (a descriptor, bytes to send) stays as it is until its last completion.</para>
/// </remarks>
public interface ICompletionQueue : IDisposable
{
    /// <summary>The name that the ready line and /whoami use: <c>io_uring</c> …</summary>
    string Name { get; }

    /// <summary>Operations that were started and whose last completion was not delivered yet.</summary>
    int Pending { get; }

    /// <summary>How many bytes one buffer of <see cref="Receive"/> holds.</summary>
    int BufferSize { get; }

    /// <summary>Buffers that are not in the hands of whoever received into them.</summary>
    int FreeBuffers { get; }

    /// <summary>
    /// Accepts one connection; several accepts may be under way. The result is a descriptor, closed on exec: only this queue reads, writes
    /// and closes it. Out of descriptors it is <c>-EMFILE</c>, and the client waits for the next accept.
    /// </summary>
    /// <param name="listener">A listening socket.</param>
    /// <param name="userData">What its completion carries.</param>
    void Accept(int listener, ulong userData);

    /// <summary>
    /// Receives until the end: a count of bytes (see <see cref="Received"/>), 0 at the end of the peer's stream, or a negated errno.
    /// <c>-ENOBUFS</c> says that no buffer was free; a receive that is started then begins when one is recycled.
    /// </summary>
    /// <param name="descriptor">A connected socket.</param>
    /// <param name="userData">What its completions carry.</param>
    /// <param name="once">Whether it ends with the first buffer: what comes then waits in the kernel, and the client with it.</param>
    void Receive(int descriptor, ulong userData, bool once = false);

    /// <summary>Sends bytes. The result is how many the system took, fewer than asked only when the connection ends.</summary>
    /// <param name="descriptor">A connected socket; one send at a time, or their bytes mix.</param>
    /// <param name="pinned">Memory that does not move: of a pinned array, or native.</param>
    /// <param name="userData">What its completion carries.</param>
    void Send(int descriptor, ReadOnlyMemory<byte> pinned, ulong userData);

    /// <summary>Ends an operation: it completes with <c>-ECANCELED</c>, unless it has just completed otherwise.</summary>
    /// <param name="operation">The operation's user data.</param>
    /// <param name="userData">What the completion of the cancelling itself carries: 0 when it was found, <c>-ENOENT</c> when not.</param>
    void Cancel(ulong operation, ulong userData);

    /// <summary>Ends every operation of a descriptor.</summary>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="userData">What the completion of the cancelling itself carries: how many were found.</param>
    void CancelAll(int descriptor, ulong userData);

    /// <summary>
    /// Closes a descriptor, after what was started before. Its operations were ended or cancelled: one left behind may keep the connection open.
    /// </summary>
    /// <param name="descriptor">The descriptor; its number may be another's from the next <see cref="Wait"/> on.</param>
    /// <param name="userData">What the completion of the closing carries.</param>
    void Close(int descriptor, ulong userData);

    /// <summary>Hands over what was collected, and takes completions.</summary>
    /// <param name="completions">Where to put them; what does not fit is reported by the next call.</param>
    /// <param name="milliseconds">How long to wait when there is none: 0 not at all, negative for ever.</param>
    /// <returns>
    /// How many entries were filled; 0 after a time-out, a <see cref="Wake"/>, a signal, or an end that is
    /// <see cref="CompletedOperation.Silent"/>.
    /// </returns>
    int Wait(Span<CompletedOperation> completions, int milliseconds);

    /// <summary>Ends the wait of the owner, or its next one. Any thread; not after <see cref="IDisposable.Dispose"/>.</summary>
    void Wake();

    /// <summary>Hands over what was collected, without waiting.</summary>
    void Submit();

    /// <summary>The bytes of a receive's completion, in its buffer: valid until <see cref="Recycle"/>.</summary>
    /// <param name="completion">A completion with <see cref="CompletedOperation.HasBuffer"/>.</param>
    Span<byte> Received(in CompletedOperation completion);

    /// <summary>Gives a buffer back for further receives, once.</summary>
    /// <param name="bufferId">The <see cref="CompletedOperation.BufferId"/>.</param>
    void Recycle(ushort bufferId);
}
