using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using static ActorServer.IO.Native.IoUringCalls;

namespace ActorServer.IO.Completion;

/// <summary>
/// io_uring(7), through its system calls: operations go to the kernel and results come back through two rings of shared memory, and one
/// io_uring_enter(2) a turn submits and waits. Received bytes lie in buffers that the kernel picks when they come.
/// </summary>
/// <remarks>
/// The owner is the thread that submits or waits first; starting operations before that is for whoever has the queue to himself.
/// When more results wait than their ring holds, the kernel keeps them (IORING_FEAT_NODROP) and ends receives early.
/// </remarks>
public sealed unsafe class IoUring : ICompletionQueue
{
    // User data of our own watch over the wake-up's descriptor.
    private const ulong Woken = CompletedOperation.Silent - 1;

    private readonly KernelRing _ring;
    private readonly BufferRing _buffers;
    private readonly Wakeup _wakeup = new();
    private readonly List<ulong> _accepts = []; // user data of those that are under way
    private readonly Queue<(int Descriptor, ulong UserData, bool Once)> _starved = []; // receives that wait for a buffer
    private bool _watching; // the wake-up's descriptor
    private bool _disposed;

    /// <summary>Makes the rings and offers the buffers.</summary>
    /// <param name="entries">Operations that are handed over at once; more are handed over in several calls.</param>
    /// <param name="completions">Results that wait to be taken before the kernel has to keep more elsewhere.</param>
    /// <param name="buffers">How many receive buffers; rounded up to a power of two, at most 32,768.</param>
    /// <param name="bufferSize">Bytes of each.</param>
    /// <exception cref="PlatformNotSupportedException">This machine lacks or forbids io_uring; the message says why.</exception>
    /// <exception cref="SystemCallException">Out of descriptors or memory.</exception>
    public IoUring(int entries = 256, int completions = 4096, int buffers = 1024, int bufferSize = 4096)
        : this(entries, completions, buffers, bufferSize, IoUringSetup.Optional)
    {
    }

    internal IoUring(int entries, int completions, int buffers, int bufferSize, uint optional)
    {
        try
        {
            _ring = new KernelRing(entries, completions, optional);
            _buffers = new BufferRing(_ring.Descriptor, buffers, bufferSize);
        }
        catch
        {
            _ring?.Dispose();
            _wakeup.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => "io_uring";

    /// <summary>The optional flags that the kernel took: <c>DEFER_TASKRUN|SINGLE_ISSUER|…</c></summary>
    public string Setup => _ring.Setup;

    /// <inheritdoc/>
    public int Pending { get; private set; }

    /// <inheritdoc/>
    public int BufferSize => _buffers.Size;

    /// <inheritdoc/>
    public int FreeBuffers => _buffers.Free;

    /// <summary>Why this machine cannot run io_uring, or null when it can.</summary>
    public static string? Unavailable() => IoUringSetup.Unavailable();

    /// <inheritdoc/>
    public void Accept(int listener, ulong userData)
    {
        // One at a time: an accept that goes on would empty the whole backlog, beyond every limit, before anybody could stop it.
        // Not SOCK_NONBLOCK: a send on such a socket can end with EAGAIN instead of waiting in the kernel.
        Prepare(IORING_OP_ACCEPT, listener, userData)->OperationFlags = SOCK_CLOEXEC;
        _accepts.Add(userData);
    }

    /// <inheritdoc/>
    public void Receive(int descriptor, ulong userData, bool once = false)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Pending++;
        _starved.Enqueue((descriptor, userData, once));
        // Without a buffer the kernel would answer ENOBUFS at once, again and again.
        if (_buffers.Free > 0) WakeStarved();
    }

    /// <inheritdoc/>
    public void Send(int descriptor, ReadOnlyMemory<byte> pinned, ulong userData)
    {
        var entry = Prepare(IORING_OP_SEND, descriptor, userData);
        entry->Address = (ulong)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned.Span));
        entry->Length = (uint)pinned.Length;
        entry->OperationFlags = MSG_WAITALL | MSG_NOSIGNAL;
    }

    /// <inheritdoc/>
    public void Cancel(ulong operation, ulong userData)
    {
        WakeStarved(); // what the kernel does not know it cannot cancel
        Prepare(IORING_OP_ASYNC_CANCEL, -1, userData)->Address = operation;
    }

    /// <inheritdoc/>
    public void CancelAll(int descriptor, ulong userData)
    {
        WakeStarved();
        Prepare(IORING_OP_ASYNC_CANCEL, descriptor, userData)->OperationFlags = IORING_ASYNC_CANCEL_FD | IORING_ASYNC_CANCEL_ALL;
    }

    /// <inheritdoc/>
    public void Close(int descriptor, ulong userData)
    {
        if (_disposed) _ = SocketCalls.close(descriptor); // whoever is late leaves nothing open
        else Prepare(IORING_OP_CLOSE, descriptor, userData);
    }

    /// <inheritdoc/>
    public int Wait(Span<CompletedOperation> completions, int milliseconds)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_watching) Watch();
        if (_buffers.Free > 0) WakeStarved();
        if (_ring.IsEmpty) _ring.Enter(milliseconds);
        else if (_ring.HasWaiting) _ring.Enter(0);
        var taken = _ring.Take(completions);
        var filled = Settle(completions[..taken]);
        // There is room now for what the kernel had to keep.
        while (taken > 0 && filled < completions.Length && _ring.IsOverflown)
        {
            _ring.Enter(0);
            taken = _ring.Take(completions[filled..]);
            filled += Settle(completions.Slice(filled, taken));
        }

        return filled;
    }

    /// <inheritdoc/>
    public void Wake() => _wakeup.Signal();

    /// <inheritdoc/>
    public void Submit()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_ring.HasWaiting) _ring.Enter(0);
    }

    /// <inheritdoc/>
    public Span<byte> Received(in CompletedOperation completion)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _buffers[completion.BufferId][..Math.Max(0, completion.Result)];
    }

    /// <inheritdoc/>
    public void Recycle(ushort bufferId)
    {
        if (!_disposed) _buffers.Recycle(bufferId);
    }

    /// <summary>
    /// Ends what is pending and frees everything. For the owner, or when its thread has ended. Descriptors stay open, except accepted ones
    /// that were not delivered.
    /// </summary>
    public void Dispose()
    {
        if (_disposed) return;
        var quiet = false;
        try
        {
            quiet = !_ring.IsOwner || CancelEverything();
        }
        finally
        {
            _disposed = true;
            _ring.Dispose();
            _wakeup.Dispose();
            // An operation that would not end may still write: rather lose the memory than let it become somebody else's.
            if (quiet) _buffers.Dispose();
        }
    }

    private Submission* Prepare(byte operation, int descriptor, ulong userData)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var entry = _ring.Next();
        entry->Operation = operation;
        entry->Descriptor = descriptor;
        entry->UserData = userData;
        Pending++;
        return entry;
    }

    /// <summary>Completes whenever somebody wakes us (IORING_POLL_ADD_MULTI).</summary>
    private void Watch()
    {
        var entry = Prepare(IORING_OP_POLL_ADD, _wakeup.Descriptor, Woken);
        entry->Length = IORING_POLL_ADD_MULTI;
        entry->OperationFlags = (uint)PollCalls.POLLIN;
        Pending--; // ours, not the owner's
        _watching = true;
    }

    private void WakeStarved()
    {
        while (_starved.TryDequeue(out var receive))
        {
            Pending--;
            var entry = Prepare(IORING_OP_RECV, receive.Descriptor, receive.UserData);
            entry->Priority = receive.Once ? (ushort)0 : IORING_RECV_MULTISHOT;
            entry->Flags = IOSQE_BUFFER_SELECT;
            entry->BufferGroup = BufferRing.Group;
        }
    }

    /// <summary>Books completions, and moves those that somebody waits for to the front; how many.</summary>
    private int Settle(Span<CompletedOperation> completions)
    {
        var kept = 0;
        foreach (ref readonly var completion in completions)
        {
            if (completion.UserData == Woken)
            {
                _wakeup.Clear();
                _watching = completion.More;
                continue;
            }

            if (completion.HasBuffer) _buffers.Lend(completion.BufferId);
            if (!completion.More) Pending--;
            if (!completion.More && _accepts.Count > 0) _accepts.Remove(completion.UserData);
            if (completion.UserData != CompletedOperation.Silent) completions[kept++] = completion;
        }

        return kept;
    }

    /// <summary>Cancels and takes completions until nothing is pending; false when a second was not enough.</summary>
    private bool CancelEverything()
    {
        Pending -= _starved.Count;
        _starved.Clear();
        Span<CompletedOperation> completions = stackalloc CompletedOperation[64];
        for (var deadline = Environment.TickCount64 + 1000; (Pending > 0 || _watching) && Environment.TickCount64 < deadline;)
        {
            Prepare(IORING_OP_ASYNC_CANCEL, -1, CompletedOperation.Silent)->OperationFlags = IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL;
            _ring.Enter(100);
            for (int count; (count = _ring.Take(completions)) > 0;)
            {
                foreach (ref readonly var completion in completions[..count])
                    if (completion.Result >= 0 && _accepts.Contains(completion.UserData)) _ = SocketCalls.close(completion.Result);
                Settle(completions[..count]);
            }
        }

        return Pending == 0;
    }
}
