using System.Numerics;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.IoUringCalls;

namespace ActorServer.IO.Completion;

/// <summary>Makes rings, and finds out what the kernel can do: a flag that it does not know is left out, a lack of more is a refusal.</summary>
internal static unsafe class IoUringSetup
{
    /// <summary>What makes a ring faster and is not needed.</summary>
    internal const uint Optional = IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL;

    private const string Needed = "io_uring of Linux 6.0 or newer is needed";
    private const string Switch = "/proc/sys/kernel/io_uring_disabled";

    // By bit, which is by age as well.
    private static readonly (uint Flag, string Name)[] Names =
    [
        (IORING_SETUP_DEFER_TASKRUN, "DEFER_TASKRUN"), // completions are worked on when we wait, not whenever they come (6.1)
        (IORING_SETUP_SINGLE_ISSUER, "SINGLE_ISSUER"), // one thread submits (6.0)
        (IORING_SETUP_COOP_TASKRUN, "COOP_TASKRUN"), // no interrupt for a completion (5.19)
        (IORING_SETUP_SUBMIT_ALL, "SUBMIT_ALL"), // an operation that fails at once does not stop those behind it (5.18)
    ];

    // SEND_ZC is not used: it came with Linux 6.0, as did the receive that goes on, which no probe tells of.
    private static readonly (byte Operation, string Name)[] Operations =
    [
        (IORING_OP_ACCEPT, "ACCEPT"), (IORING_OP_RECV, "RECV"), (IORING_OP_SEND, "SEND"), (IORING_OP_POLL_ADD, "POLL_ADD"),
        (IORING_OP_ASYNC_CANCEL, "ASYNC_CANCEL"), (IORING_OP_CLOSE, "CLOSE"), (IORING_OP_SEND_ZC, "SEND_ZC"),
    ];

    /// <summary>Makes a ring that is not enabled yet: the thread that enables it becomes its owner.</summary>
    /// <param name="entries">Operations that are handed over at once.</param>
    /// <param name="completions">Completions that wait to be taken before the kernel has to keep more elsewhere.</param>
    /// <param name="optional">Which of the <see cref="Optional"/> flags to try.</param>
    /// <param name="parameters">What was made.</param>
    /// <returns>The ring's descriptor.</returns>
    /// <exception cref="PlatformNotSupportedException">The kernel lacks or forbids it; the message says why.</exception>
    /// <exception cref="SystemCallException">Out of descriptors or memory.</exception>
    internal static int Create(int entries, int completions, uint optional, out Parameters parameters)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("io_uring is a facility of Linux");
        int ring;
        while (true)
        {
            parameters = new Parameters
            {
                Flags = IORING_SETUP_R_DISABLED | IORING_SETUP_CLAMP | IORING_SETUP_CQSIZE | optional,
                CompletionEntries = (uint)Math.Max(entries, completions), // fewer are refused
            };
            ring = Setup((uint)entries, ref parameters);
            if (ring != -Errno.EINVAL || optional == 0) break;
            optional ^= 1u << BitOperations.Log2(optional); // the newest may be unknown here
        }

        if (ring < 0) throw Refusal(-ring, File.Exists(Switch) ? File.ReadAllText(Switch).Trim() : "0");
        if (Lack(ring, parameters.Features) is not { } lack) return ring;
        _ = SocketCalls.close(ring);
        throw new PlatformNotSupportedException(lack);
    }

    /// <summary>Why this machine cannot run io_uring, or null when it can: the smallest ring is made, and thrown away.</summary>
    internal static string? Unavailable()
    {
        try
        {
            new IoUring(entries: 1, completions: 2, buffers: 1).Dispose();
            return null;
        }
        catch (Exception refusal) when (refusal is PlatformNotSupportedException or SystemCallException)
        {
            return refusal.Message;
        }
    }

    /// <summary>The optional flags among a ring's, by name.</summary>
    internal static string Describe(uint flags) => string.Join('|', Names.Where(entry => (flags & entry.Flag) != 0).Select(entry => entry.Name));

    /// <summary>What io_uring_setup(2) means by an errno.</summary>
    /// <param name="errno">The errno.</param>
    /// <param name="disabled">The value of kernel.io_uring_disabled.</param>
    internal static Exception Refusal(int errno, string disabled) => errno switch
    {
        _ when errno == Errno.ENOSYS => new PlatformNotSupportedException($"this kernel has no io_uring, or a sandbox hides it; {Needed}"),
        Errno.EINVAL => new PlatformNotSupportedException($"this kernel's io_uring is too old; {Needed}"),
        Errno.EPERM or Errno.EACCES when disabled is not "0" =>
            new PlatformNotSupportedException($"io_uring is switched off on this machine (sysctl kernel.io_uring_disabled = {disabled})"),
        Errno.EPERM or Errno.EACCES =>
            new PlatformNotSupportedException("io_uring is forbidden to this process (a container's seccomp profile, or a security module)"),
        Errno.ENOMEM => new SystemCallException("io_uring_setup", errno, "raise the limit of locked memory (ulimit -l), or use a smaller ring"),
        _ => new SystemCallException("io_uring_setup", errno,
            errno is Errno.EMFILE or Errno.ENFILE ? "raise the limit of open files (ulimit -n)" : null),
    };

    private static string? Lack(int ring, uint features)
    {
        const uint needed = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG;
        if ((features & needed) != needed) return $"this kernel's io_uring lacks features (0x{needed & ~features:x}); {Needed}";

        // struct io_uring_probe: 16 bytes, then 8 an operation, of which the third and fourth are flags: 1 for supported.
        var probe = stackalloc byte[16 + 256 * 8];
        new Span<byte>(probe, 16 + 256 * 8).Clear();
        var result = Register(ring, IORING_REGISTER_PROBE, probe, 256);
        if (result < 0) return $"this kernel's io_uring cannot be probed ({Errno.Name(-result)}); {Needed}";
        var missing = Operations.Where(entry => (probe[16 + entry.Operation * 8 + 2] & 1) == 0).Select(entry => entry.Name).ToList();
        return missing.Count == 0 ? null : $"this kernel's io_uring lacks {string.Join(", ", missing)}; {Needed}";
    }
}
