using ActorServer.IO.Native;
using static ActorServer.IO.Native.IoUringCalls;

namespace ActorServer.IO.Completion;

/// <summary>One io_uring: its descriptor, the two rings in shared memory, and the one call that submits and waits.</summary>
internal sealed unsafe class KernelRing : IDisposable
{
    private const int Attempts = 3;

    private readonly SharedMemory _rings;
    private readonly SharedMemory _entries;
    private readonly SubmissionRing _submissions;
    private readonly CompletionRing _completions;
    private int _owner; // the kernel's id of the thread; 0 before the first call

    /// <summary>Makes the rings; see <see cref="IoUringSetup.Create"/>.</summary>
    public KernelRing(int entries, int completions, uint optional)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entries, 1);
        Descriptor = IoUringSetup.Create(entries, completions, optional, out var parameters);
        try
        {
            // Both rings are one mapping (IORING_FEAT_SINGLE_MMAP), as long as the one that ends later.
            var length = Math.Max(parameters.Submission.Seventh + parameters.SubmissionEntries * sizeof(uint),
                parameters.Completion.Sixth + parameters.CompletionEntries * (uint)sizeof(CompletedOperation));
            _rings = new SharedMemory(length, Descriptor, IORING_OFF_SQ_RING);
            _entries = new SharedMemory(parameters.SubmissionEntries * (uint)sizeof(Submission), Descriptor, IORING_OFF_SQES);
        }
        catch
        {
            _rings?.Dispose();
            _ = SocketCalls.close(Descriptor);
            throw;
        }

        _submissions = new SubmissionRing(in parameters, _rings.Start, (Submission*)_entries.Start);
        _completions = new CompletionRing(in parameters, _rings.Start);
        Setup = IoUringSetup.Describe(parameters.Flags);
    }

    /// <summary>The ring's descriptor.</summary>
    public int Descriptor { get; }

    /// <summary>The optional flags that the kernel took.</summary>
    public string Setup { get; }

    /// <summary>Whether the calling thread owns the ring. One that was never used has no owner.</summary>
    public bool IsOwner => _owner == ThreadCalls.CurrentThreadId;

    /// <summary>Operations that were not handed over yet.</summary>
    public bool HasWaiting => _submissions.Waiting > 0;

    /// <summary>Whether there is no completion to take.</summary>
    public bool IsEmpty => _completions.IsEmpty;

    /// <summary>Whether the kernel keeps completions for which there was no room; the next call brings them.</summary>
    public bool IsOverflown => _submissions.Overflown;

    /// <summary>A cleared entry to fill in; hands over what is there when the ring is full.</summary>
    public Submission* Next()
    {
        var entry = _submissions.Next();
        for (var attempt = 0; entry is null && attempt < Attempts; attempt++)
        {
            Enter(0);
            entry = _submissions.Next();
        }

        if (entry is not null) return entry;
        throw new SystemCallException("io_uring_enter", Errno.EAGAIN, "the kernel takes no more operations: it is short of memory");
    }

    /// <summary>Moves completions to the front of a span; how many.</summary>
    public int Take(Span<CompletedOperation> completions) => _completions.Take(completions);

    /// <summary>Hands over what is there, and waits for a completion: 0 milliseconds not at all, negative for ever.</summary>
    public void Enter(int milliseconds)
    {
        Own();
        var timeout = new TimeSpec { Seconds = milliseconds / 1000, Nanoseconds = milliseconds % 1000 * 1_000_000 };
        var argument = new WaitArgument { SignalMaskSize = 8, Timeout = milliseconds < 0 ? 0 : (ulong)&timeout };
        const uint flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
        var result = IoUringCalls.Enter(Descriptor, _submissions.Publish(), milliseconds == 0 ? 0u : 1, flags, &argument);
        if (result >= 0) return;
        // Interrupted, timed out, completions to be taken first, or out of memory for the moment: the next call goes on.
        if (result == -Errno.EINTR || result == -Errno.ETIME || result == -Errno.EBUSY || result == -Errno.EAGAIN) return;
        throw new SystemCallException("io_uring_enter", -result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = SocketCalls.close(Descriptor);
        _rings.Dispose();
        _entries.Dispose();
    }

    private void Own()
    {
        var thread = ThreadCalls.CurrentThreadId;
        if (_owner == thread) return;
        if (_owner != 0) throw new InvalidOperationException($"this io_uring belongs to thread {_owner}, and thread {thread} used it");
        var result = Register(Descriptor, IORING_REGISTER_ENABLE_RINGS, null, 0);
        if (result < 0) throw new SystemCallException("io_uring_register(ENABLE_RINGS)", -result);
        _owner = thread;
    }
}
