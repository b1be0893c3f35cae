using System.Runtime.InteropServices;
using ActorServer.IO.Native;

namespace ActorServer.IO.Completion;

/// <summary>
/// How an operation ended, or one result of an operation that goes on: what the kernel writes, as it writes it (struct io_uring_cqe).
/// </summary>
/// <param name="UserData">What the operation was started with.</param>
/// <param name="Result">A count, a descriptor, or a negated <see cref="Errno"/>.</param>
/// <param name="Flags">The rest, behind the properties below.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CompletedOperation(ulong UserData, int Result, uint Flags)
{
    /// <summary>User data of an operation whose end nobody wants to hear of: no completion is delivered.</summary>
    public const ulong Silent = ulong.MaxValue;

    /// <summary>Whether the operation goes on, and completes again. When false it has ended: start it anew if it is still wanted.</summary>
    public bool More => (Flags & IoUringCalls.IORING_CQE_F_MORE) != 0;

    /// <summary>Whether a buffer was used: it belongs to the receiver until <see cref="ICompletionQueue.Recycle"/>, whatever the result is.</summary>
    public bool HasBuffer => (Flags & IoUringCalls.IORING_CQE_F_BUFFER) != 0;

    /// <summary>The number of the buffer; meaningful with <see cref="HasBuffer"/>.</summary>
    public ushort BufferId => (ushort)(Flags >> IoUringCalls.IORING_CQE_BUFFER_SHIFT);
}
