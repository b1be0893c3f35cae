using System.Runtime.InteropServices;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.IoUringCalls;

namespace ActorServer.IO.Completion;

/// <summary>Memory that this process shares with the kernel (mmap(2)): it does not move, and is zero at first.</summary>
internal sealed class SharedMemory : IDisposable
{
    private nint _address;

    /// <summary>Maps a ring's memory, or with <paramref name="descriptor"/> -1 memory of our own.</summary>
    public SharedMemory(nuint length, int descriptor = -1, long offset = 0, bool populate = true)
    {
        Length = length;
        var flags = descriptor < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : populate ? MAP_SHARED | MAP_POPULATE : MAP_SHARED;
        _address = mmap(0, length, PROT_READ | PROT_WRITE, flags, descriptor, offset);
        if (_address != -1) return;
        var errno = Marshal.GetLastPInvokeError();
        throw new SystemCallException($"mmap({length} bytes)", errno, "raise the limit of memory (ulimit -v, ulimit -l), or use fewer buffers");
    }

    /// <summary>Where it begins: a whole page.</summary>
    public unsafe byte* Start => (byte*)_address;

    /// <summary>Its size in bytes.</summary>
    public nuint Length { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        var address = Interlocked.Exchange(ref _address, 0);
        if (address is not (0 or -1)) _ = munmap(address, Length);
    }
}
