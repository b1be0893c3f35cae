using System.Runtime.InteropServices;
using ActorServer.IO.Native;
using static ActorServer.IO.Native.WakeupCalls;

namespace ActorServer.IO.Polling;

/// <summary>A descriptor that other threads make readable to end a poller's wait: eventfd(2) on Linux, a pipe elsewhere.</summary>
public sealed unsafe class Wakeup : IDisposable
{
    private readonly int _writeEnd;
    private int _disposed;
    private bool _edge;

    /// <summary>Creates the descriptor.</summary>
    /// <exception cref="SystemCallException">The process or the system is out of descriptors.</exception>
    public Wakeup()
    {
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

    /// <summary>What the poller watches for <see cref="Interest.Read"/>.</summary>
    public int Descriptor { get; }

    /// <summary>Creates one that a poller watches.</summary>
    /// <param name="poller">The poller of the thread that is to be woken; disposed of when that fails, for there will be no such thread.</param>
    /// <exception cref="SystemCallException">The process or the system is out of descriptors, or the poller cannot watch this one.</exception>
    public static Wakeup Of(IPoller poller)
    {
        Wakeup? wakeup = null;
        try
        {
            wakeup = new Wakeup();
            // Edge-triggered, each write to an eventfd is an event of its own: the count need not be read back. A pipe would run full.
            wakeup._edge = poller is EpollPoller;
            poller.Add(wakeup.Descriptor, wakeup._edge ? Interest.Read | Interest.EdgeTriggered : Interest.Read);
            return wakeup;
        }
        catch
        {
            wakeup?.Dispose();
            poller.Dispose();
            throw;
        }
    }

    /// <summary>Makes the descriptor readable. Any thread.</summary>
    public void Signal()
    {
        // A full counter or pipe (EAGAIN) is a wake-up that is already on its way.
        ulong one = 1;
        _ = write(_writeEnd, &one, OperatingSystem.IsLinux() ? 8u : 1u);
    }

    /// <summary>Takes all signals so far: a poller reports the next one only. The waiting thread.</summary>
    public void Clear()
    {
        if (_edge) return;
        var buffer = stackalloc byte[64];
        if (OperatingSystem.IsLinux()) _ = read(Descriptor, buffer, 8);
        else while (read(Descriptor, buffer, 64) == 64) { }
    }

    /// <summary>Closes the descriptor. No <see cref="Signal"/> may be under way.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _ = SocketCalls.close(Descriptor);
        if (_writeEnd != Descriptor) _ = SocketCalls.close(_writeEnd);
    }

    private static SystemCallException Failed(string call) =>
        new(call, Marshal.GetLastPInvokeError(), "raise the limit of open files (ulimit -n)");
}
