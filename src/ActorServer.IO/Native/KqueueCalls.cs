using System.Runtime.InteropServices;

namespace ActorServer.IO.Native;

/// <summary>
/// struct kevent of 64-bit macOS, OpenBSD and libkqueue: 32 bytes. FreeBSD (12 and up) has the same 32 and 32 more (<c>ext[4]</c>).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelEvent
{
    internal const short EVFILT_READ = -1, EVFILT_WRITE = -2, EVFILT_TIMER = -7;

    // FreeBSD's -10 is another filter; libkqueue goes by FreeBSD, OpenBSD (from 7.8 on) by macOS.
    internal static readonly short EVFILT_USER = (short)(OperatingSystem.IsFreeBSD() || OperatingSystem.IsLinux() ? -11 : -10);

    internal const ushort EV_ADD = 0x1, EV_DELETE = 0x2, EV_ENABLE = 0x4, EV_DISABLE = 0x8, EV_ONESHOT = 0x10, EV_CLEAR = 0x20,
        EV_RECEIPT = 0x40, EV_DISPATCH = 0x80, EV_ERROR = 0x4000, EV_EOF = 0x8000;

    internal const uint NOTE_TRIGGER = 0x1000000;

    // FreeBSD's 2 are milliseconds; macOS, OpenBSD and libkqueue mean microseconds by it.
    internal static readonly uint NOTE_USECONDS = OperatingSystem.IsFreeBSD() ? 4u : 2u;

    internal const int Size = 32, FreeBsdSize = 64;

    internal nint Identifier;
    internal short Filter;
    internal ushort Flags;
    internal uint FilterFlags;
    internal nint Data;
    internal nint UserData;
}

/// <summary>kqueue(2) and kevent(2): the kernel's, those of libkqueue, or a test's.</summary>
internal interface IKqueueCalls
{
    /// <summary>A new queue: its descriptor, or the negated errno.</summary>
    int Create();

    /// <summary>Applies the changes, then waits for events (negative: for ever). How many events were filled, or the negated errno.</summary>
    int Exchange(int queue, ReadOnlySpan<KernelEvent> changes, Span<KernelEvent> events, int milliseconds);

    /// <summary>Closes a queue.</summary>
    void Close(int queue);
}

/// <summary>kqueue(2) and kevent(2) of a library: libc where the kernel has them, libkqueue where a library plays them.</summary>
internal sealed unsafe class KqueueCalls : IKqueueCalls
{
    // Bytes: a wake-up, or what one descriptor changes, sent while another thread waits.
    private const int SmallCall = 512;

    private readonly delegate* unmanaged<int> _kqueue;
    private readonly delegate* unmanaged<int, byte*, int, byte*, int, TimeSpec*, int> _kevent;
    private byte[] _buffer = [];

    private KqueueCalls(nint kqueue, nint kevent)
    {
        _kqueue = (delegate* unmanaged<int>)kqueue;
        _kevent = (delegate* unmanaged<int, byte*, int, byte*, int, TimeSpec*, int>)kevent;
    }

    /// <summary>The library that has the calls on this system.</summary>
    internal static string DefaultLibrary => OperatingSystem.IsLinux() ? "libkqueue.so.0" : "libc";

    /// <summary>How far apart two events lie in this system's memory.</summary>
    private static int Stride => OperatingSystem.IsFreeBSD() ? KernelEvent.FreeBsdSize : KernelEvent.Size;

    /// <summary>Finds the calls in a library; null when the library is not there or lacks them.</summary>
    internal static KqueueCalls? TryLoad(string library) =>
        NativeLibrary.TryLoad(library, typeof(KqueueCalls).Assembly, null, out var handle)
        && NativeLibrary.TryGetExport(handle, "kqueue", out var kqueue) && NativeLibrary.TryGetExport(handle, "kevent", out var kevent)
            ? new KqueueCalls(kqueue, kevent) : null;

    /// <inheritdoc/>
    public int Create()
    {
        var queue = _kqueue();
        return queue < 0 ? -Marshal.GetLastSystemError() : queue;
    }

    /// <inheritdoc/>
    public int Exchange(int queue, ReadOnlySpan<KernelEvent> changes, Span<KernelEvent> events, int milliseconds)
    {
        var timeout = new TimeSpec { Seconds = milliseconds / 1000, Nanoseconds = milliseconds % 1000 * 1_000_000 };
        var forever = milliseconds < 0 ? null : &timeout;
        if (Stride == KernelEvent.Size)
        {
            fixed (KernelEvent* from = changes, to = events)
                return Call(queue, (byte*)from, changes.Length, (byte*)to, events.Length, forever);
        }

        var bytes = (changes.Length + events.Length) * Stride;
        if (bytes <= SmallCall)
        {
            var small = stackalloc byte[SmallCall];
            return Exchange(queue, changes, events, new Span<byte>(small, bytes), forever);
        }

        // Only one thread has events to fetch at a time; another that has many changes to apply brings a buffer of its own.
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length < bytes) buffer = GC.AllocateUninitializedArray<byte>(bytes);
        var count = Exchange(queue, changes, events, buffer, forever);
        Volatile.Write(ref _buffer, buffer);
        return count;
    }

    /// <inheritdoc/>
    public void Close(int queue) => _ = SocketCalls.close(queue);

    /// <summary>Lays events out <paramref name="stride"/> bytes apart; what is between them is zero.</summary>
    internal static void Spread(ReadOnlySpan<KernelEvent> events, Span<byte> memory, int stride)
    {
        for (var i = 0; i < events.Length; i++)
        {
            var place = memory.Slice(i * stride, stride);
            MemoryMarshal.Write(place, in events[i]);
            place[KernelEvent.Size..].Clear();
        }
    }

    /// <summary>Reads back what <see cref="Spread"/> laid out.</summary>
    internal static void Gather(ReadOnlySpan<byte> memory, Span<KernelEvent> events, int stride)
    {
        for (var i = 0; i < events.Length; i++) events[i] = MemoryMarshal.Read<KernelEvent>(memory.Slice(i * stride, KernelEvent.Size));
    }

    private int Exchange(int queue, ReadOnlySpan<KernelEvent> changes, Span<KernelEvent> events, Span<byte> buffer, TimeSpec* timeout)
    {
        Spread(changes, buffer, Stride);
        fixed (byte* memory = buffer)
        {
            var room = memory + changes.Length * Stride;
            var count = Call(queue, memory, changes.Length, room, events.Length, timeout);
            if (count > 0) Gather(new ReadOnlySpan<byte>(room, count * Stride), events[..count], Stride);
            return count;
        }
    }

    private int Call(int queue, byte* changes, int changeCount, byte* events, int eventCount, TimeSpec* timeout)
    {
        var count = _kevent(queue, changes, changeCount, events, eventCount, timeout);
        return count < 0 ? -Marshal.GetLastSystemError() : count;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        internal nint Seconds;
        internal nint Nanoseconds;
    }
}
