using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>io_uring(7): io_uring_setup(2), io_uring_enter(2), io_uring_register(2) and the memory they share. Linux only.</summary>
internal static unsafe partial class IoUringCalls
{
    // The numbers are the same on every architecture of .NET.
    private const nint SetupNumber = 425, EnterNumber = 426, RegisterNumber = 427;

    // io_uring_setup: how a ring works.
    internal const uint IORING_SETUP_CQSIZE = 1 << 3, IORING_SETUP_CLAMP = 1 << 4, IORING_SETUP_R_DISABLED = 1 << 6,
        IORING_SETUP_SUBMIT_ALL = 1 << 7, IORING_SETUP_COOP_TASKRUN = 1 << 8, IORING_SETUP_SINGLE_ISSUER = 1 << 12,
        IORING_SETUP_DEFER_TASKRUN = 1 << 13;

    // What the kernel says it can do.
    internal const uint IORING_FEAT_SINGLE_MMAP = 1 << 0, IORING_FEAT_NODROP = 1 << 1, IORING_FEAT_EXT_ARG = 1 << 8;

    // Where the shared memory is mapped from.
    internal const long IORING_OFF_SQ_RING = 0, IORING_OFF_SQES = 0x10000000;

    internal const uint IORING_SQ_CQ_OVERFLOW = 1 << 1;

    internal const uint IORING_ENTER_GETEVENTS = 1 << 0, IORING_ENTER_EXT_ARG = 1 << 3;

    internal const uint IORING_REGISTER_PROBE = 8, IORING_REGISTER_ENABLE_RINGS = 12, IORING_REGISTER_PBUF_RING = 22;

    internal const byte IORING_OP_POLL_ADD = 6, IORING_OP_ACCEPT = 13, IORING_OP_ASYNC_CANCEL = 14, IORING_OP_CLOSE = 19,
        IORING_OP_SEND = 26, IORING_OP_RECV = 27, IORING_OP_SEND_ZC = 47;

    internal const byte IOSQE_BUFFER_SELECT = 1 << 5, IOSQE_CQE_SKIP_SUCCESS = 1 << 6;

    internal const ushort IORING_RECV_MULTISHOT = 1 << 1;

    internal const uint IORING_POLL_ADD_MULTI = 1 << 0;

    internal const uint IORING_ASYNC_CANCEL_ALL = 1 << 0, IORING_ASYNC_CANCEL_FD = 1 << 1, IORING_ASYNC_CANCEL_ANY = 1 << 2;

    internal const uint IORING_CQE_F_BUFFER = 1 << 0, IORING_CQE_F_MORE = 1 << 1;

    internal const int IORING_CQE_BUFFER_SHIFT = 16;

    internal const uint SOCK_CLOEXEC = 0x80000, MSG_WAITALL = 0x100, MSG_NOSIGNAL = 0x4000;

    internal const int PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_ANONYMOUS = 0x20, MAP_POPULATE = 0x8000;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int munmap(nint address, nuint length);

    /// <summary>A new ring: its descriptor, or the negated errno.</summary>
    internal static int Setup(uint entries, ref Parameters parameters)
    {
        fixed (Parameters* pointer = &parameters)
        {
            var ring = (int)syscall(SetupNumber, (nint)entries, (nint)pointer, 0, 0, 0, 0);
            return ring < 0 ? -Marshal.GetLastPInvokeError() : ring;
        }
    }

    /// <summary>Submits, and waits for completions. How many entries the kernel took, or the negated errno.</summary>
    internal static int Enter(int ring, uint submit, uint complete, uint flags, WaitArgument* argument)
    {
        var taken = (int)syscall(EnterNumber, ring, (nint)submit, (nint)complete, (nint)flags, (nint)argument, sizeof(WaitArgument));
        return taken < 0 ? -Marshal.GetLastPInvokeError() : taken;
    }

    /// <summary>Tells the kernel of a ring's further resources. 0 or more, or the negated errno.</summary>
    internal static int Register(int ring, uint what, void* argument, uint count)
    {
        var result = (int)syscall(RegisterNumber, ring, (nint)what, (nint)argument, (nint)count, 0, 0);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    /// <summary>struct io_uring_params: the wishes in, the facts out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Parameters
    {
        internal uint SubmissionEntries, CompletionEntries, Flags, PollThreadCpu, PollThreadIdle, Features, WorkQueue;
        internal uint Reserved0, Reserved1, Reserved2;
        internal RingOffsets Submission, Completion;
    }

    /// <summary>
    /// struct io_sqring_offsets and io_cqring_offsets. The fifth to the seventh differ in meaning: flags, dropped, array of the one are
    /// overflow, entries, flags of the other.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct RingOffsets
    {
        internal uint Head, Tail, Mask, Entries, Fifth, Sixth, Seventh, Reserved;
        internal ulong UserAddress;
    }

    /// <summary>struct io_uring_sqe: one operation.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Submission
    {
        internal byte Operation, Flags;
        internal ushort Priority; // or flags of accept and receive
        internal int Descriptor;
        internal ulong Offset, Address;
        internal uint Length, OperationFlags;
        internal ulong UserData;
        internal ushort BufferGroup, Personality;
        internal int FileIndex;
        internal ulong Address3, Padding;
    }

    /// <summary>struct io_uring_getevents_arg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WaitArgument
    {
        internal ulong SignalMask;
        internal uint SignalMaskSize, Padding;
        internal ulong Timeout; // of a TimeSpec
    }

    /// <summary>struct __kernel_timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        internal long Seconds, Nanoseconds;
    }

    /// <summary>struct io_uring_buf. In the first one of a ring, <see cref="Tail"/> is the ring's.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct BufferEntry
    {
        internal ulong Address;
        internal uint Length;
        internal ushort Id, Tail;
    }

    /// <summary>struct io_uring_buf_reg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct BufferRegistration
    {
        internal ulong Address;
        internal uint Entries;
        internal ushort Group, Flags;
        internal ulong Reserved0, Reserved1, Reserved2;
    }
}
