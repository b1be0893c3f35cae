using System.Runtime.InteropServices;
using ActorServer.IO.Completion;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.ProcessCalls;

namespace ActorServer.IO.Processes;

/// <summary>
/// Blocks of numbers that several processes write and all of them read, each without asking another: memory that has a descriptor instead of
/// a file (memfd_create(2)), zero at first. A block takes memory once it is used. What a process counted outlives it, however it ended.
/// </summary>
public sealed unsafe class SharedBlocks : IDisposable
{
    /// <summary>How many numbers a block has.</summary>
    public const int BlockLength = 4096;

    private readonly Mapping _memory;
    private int _disposed;

    private SharedBlocks(int descriptor, int count)
    {
        (Descriptor, Count) = (descriptor, count);
        _memory = new Mapping(Length(count), descriptor);
    }

    /// <summary>What another process opens them with; given to it when it is started.</summary>
    public int Descriptor { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>A block. Its numbers are written with <see cref="Interlocked"/>, by whichever process.</summary>
    /// <param name="index">Which one, from 0.</param>
    public Span<long> this[int index]
    {
        get
        {
            // Not ThrowIfGreaterThanOrEqual: it is generic, and would be compiled in a process that has a client waiting.
            if ((uint)index >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"there are {Count} blocks");
            return new(_memory.Start + (long)(DirectoryBlocks(Count) + index) * BlockLength, BlockLength);
        }
    }

    /// <summary>Which blocks are in use: a number for each, not 0. Looking at a block itself would take memory for it.</summary>
    public Span<long> Used => new(_memory.Start, Count);

    /// <summary>Makes blocks.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="SystemCallException">The process is out of descriptors or memory.</exception>
    public static SharedBlocks Create(int count)
    {
        fixed (byte* name = "actorserver"u8)
        {
            var descriptor = memfd_create(name, MFD_CLOEXEC);
            if (descriptor < 0) throw new SystemCallException("memfd_create", Marshal.GetLastPInvokeError(), "raise the limit of open files (ulimit -n)");
            try
            {
                if (ftruncate(descriptor, Length(count)) < 0) throw new SystemCallException($"ftruncate({Length(count)} bytes)", Marshal.GetLastPInvokeError());
                return new SharedBlocks(descriptor, count);
            }
            catch
            {
                _ = SocketCalls.close(descriptor);
                throw;
            }
        }
    }

    /// <summary>Opens the blocks that another process has made.</summary>
    /// <param name="descriptor">Owned from here on.</param>
    /// <exception cref="SystemCallException">It is none of blocks, or there is no memory.</exception>
    public static SharedBlocks Open(int descriptor)
    {
        var bytes = lseek(descriptor, 0, SEEK_END);
        if (bytes < 0) throw new SystemCallException($"lseek({descriptor})", Marshal.GetLastPInvokeError());
        var blocks = (int)(bytes / (BlockLength * sizeof(long)));
        var count = blocks;
        while (DirectoryBlocks(count) + count > blocks) count--;
        return new SharedBlocks(descriptor, count);
    }

    /// <summary>Closes the descriptor. The numbers can be read and written for as long as anybody holds the object.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _ = SocketCalls.close(Descriptor);
    }

    private static int DirectoryBlocks(int count) => (count + BlockLength - 1) / BlockLength;

    private static long Length(int count) => (long)(DirectoryBlocks(count) + count) * BlockLength * sizeof(long);

    /// <summary>The memory, which goes when nobody can read it any more.</summary>
    private sealed class Mapping : SafeHandle
    {
        private readonly SharedMemory _memory;

        public Mapping(long length, int descriptor) : base(0, ownsHandle: true)
        {
            _memory = new SharedMemory((nuint)length, descriptor, populate: false);
            SetHandle((nint)_memory.Start);
        }

        public override bool IsInvalid => handle == 0;

        public long* Start => (long*)handle;

        protected override bool ReleaseHandle()
        {
            _memory.Dispose();
            return true;
        }
    }
}
