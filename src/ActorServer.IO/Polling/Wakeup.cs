using System.Runtime.InteropServices;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.WakeupCalls;

namespace ActorServer.IO.Polling;

/// <summary>
/// What other threads signal to end a poller's wait: a descriptor that becomes readable (eventfd(2) on Linux, a pipe elsewhere), on kqueue
/// a user event of the queue itself (EVFILT_USER of kqueue(2)), which takes no descriptor and no read.
/// </summary>
public sealed unsafe class Wakeup : IDisposable
{
    private readonly int _writeEnd;
    private int _disposed;
    private readonly KqueuePoller? _kqueue;
    private readonly bool _edge;

    /// <summary>Creates a descriptor that nobody watches yet.</summary>
    /// <exception cref="SystemCallException">The process or the system is out of descriptors.</exception>
    public Wakeup() : this(kqueue: null)
    {
    }

    private Wakeup(KqueuePoller? kqueue)
    {
        if (kqueue is not null)
        {
            kqueue.AddWakeup();
            (_kqueue, Descriptor) = (kqueue, KqueuePoller.WakeupEntry);
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            Descriptor = _writeEnd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
            if (Descriptor < 0) throw Failed("eventfd");
            return;
        }

        var ends = stackalloc int[2];
        if (pipe(ends) < 0) throw Failed("pipe");
        (Descriptor, _writeEnd) = (ends[0], ends[1]);
        foreach (var end in (ReadOnlySpan<int>)[Descriptor, _writeEnd])
        {
            _ = fcntl(end, SocketCalls.F_SETFD, SocketCalls.FD_CLOEXEC);
            _ = fcntl(end, SocketCalls.F_SETFL, SocketCalls.O_NONBLOCK);
        }
    }

    /// <summary>Wakes the thread of a poller, which watches it from here on.</summary>
    /// <param name="poller">The poller of the thread that is to be woken; it is disposed after this.</param>
    /// <exception cref="SystemCallException">
    /// The process or the system is out of descriptors or of memory, or the poller cannot watch this one.
    /// </exception>
    public Wakeup(IPoller poller) : this(poller as KqueuePoller)
    {
        if (_kqueue is not null) return;
        // Edge-triggered, each write to an eventfd is an event of its own: the count need not be read back. A pipe would run full.
        _edge = poller is EpollPoller;
        try
        {
            poller.Add(Descriptor, _edge ? Interest.Read | Interest.EdgeTriggered : Interest.Read);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>As the constructor, for a thread that there will not be when it fails: the poller is disposed of then.</summary>
    /// <param name="poller">The poller of the thread that is to be woken.</param>
    /// <exception cref="SystemCallException">As the constructor.</exception>
    public static Wakeup Of(IPoller poller)
    {
        try
        {
            return new Wakeup(poller);
        }
        catch
        {
            poller.Dispose();
            throw;
        }
    }

    /// <summary>What a poller watches for <see cref="Interest.Read"/>, and reports; on kqueue a number that no descriptor has.</summary>
    public int Descriptor { get; }

    /// <summary>Ends the wait under way, or the next one. Any thread.</summary>
    /// <exception cref="SystemCallException">On kqueue: the kernel is out of memory.</exception>
    public void Signal()
    {
        if (_kqueue is not null)
        {
            _kqueue.Wake();
            return;
        }

        // A full counter or pipe (EAGAIN) is a wake-up that is already on its way.
        ulong one = 1;
        _ = write(_writeEnd, &one, OperatingSystem.IsLinux() ? 8u : 1u);
    }

    /// <summary>Takes all signals so far: a poller reports the next one only. The waiting thread.</summary>
    public void Clear()
    {
        if (_edge || _kqueue is not null) return;
        var buffer = stackalloc byte[64];
        if (OperatingSystem.IsLinux()) _ = read(Descriptor, buffer, 8);
        else while (read(Descriptor, buffer, 64) == 64) { }
    }

    /// <summary>Closes the descriptor, if there is one. No <see cref="Signal"/> may be under way.</summary>
    public void Dispose()
    {
        if (_kqueue is not null || Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _ = SocketCalls.close(Descriptor);
        if (_writeEnd != Descriptor) _ = SocketCalls.close(_writeEnd);
    }

    private static SystemCallException Failed(string call) =>
        new(call, Marshal.GetLastPInvokeError(), "raise the limit of open files (ulimit -n)");
}
