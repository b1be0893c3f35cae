using ActorServer.IO.Native;
using static ActorServer.IO.Native.KernelEvent;

namespace ActorServer.IO.Polling;

/// <summary>
/// kqueue(2) of macOS and the BSDs, on Linux through libkqueue. Changes are collected and travel with the next wait: a turn of a loop is
/// one system call. One thread waits; what another changes in the meantime, such as re-arming a one-shot, takes effect at once.
/// </summary>
/// <remarks>
/// The kernel keeps reading and writing apart, as two filters of a descriptor. This class joins what it says of both into one entry, and
/// quiets the other filter after a one-shot, as epoll does. A failed change is found out by the kernel at the wait: it is reported as
/// <see cref="Readiness.Hangup"/> of its descriptor.
/// </remarks>
public sealed class KqueuePoller : IPoller
{
    private const Interest Both = Interest.Read | Interest.Write;
    private const Readiness Everything = Readiness.Hangup | Readiness.Read | Readiness.Write;
    // Travels as user data with a change whose failure matters; one that takes something away may find it gone with its descriptor.
    private const nint Matters = 1;

    private readonly IKqueueCalls _calls;
    private readonly int _queue;
    private readonly Lock _gate = new();
    private readonly KernelEvent[] _changes;
    private readonly KernelEvent[] _receipts;
    private readonly KernelEvent[] _events;
    private readonly List<(int Descriptor, int Errno)> _failed = [];
    private Watch[] _watches = []; // by descriptor
    private int _changeCount;
    private bool _waiting;
    private bool _disposed;

    /// <summary>Creates the queue.</summary>
    /// <param name="library">Where <c>kqueue</c> and <c>kevent</c> are; null for libc, on Linux for <c>libkqueue.so.0</c>.</param>
    /// <param name="batch">How many events one wait reports, and how many changes it carries, at most.</param>
    /// <exception cref="PlatformNotSupportedException">The library is not there.</exception>
    /// <exception cref="SystemCallException">The process or the system is out of descriptors.</exception>
    public KqueuePoller(string? library = null, int batch = 256)
        : this(KqueueCalls.TryLoad(library ?? KqueueCalls.DefaultLibrary) ?? throw new PlatformNotSupportedException(Unavailable(library)), batch)
    {
    }

    internal KqueuePoller(IKqueueCalls calls, int batch = 256)
    {
        _calls = calls;
        _changes = new KernelEvent[batch];
        _receipts = new KernelEvent[batch];
        _events = new KernelEvent[batch];
        _queue = calls.Create();
        if (_queue < 0) throw new SystemCallException("kqueue", -_queue, "raise the limit of open files (ulimit -n)");
    }

    /// <inheritdoc/>
    public string Name => "kqueue";

    /// <inheritdoc/>
    public PollerFeatures Features => PollerFeatures.EdgeTriggered | PollerFeatures.OneShot;

    /// <inheritdoc/>
    public int MaxDescriptor => int.MaxValue;

    /// <summary>Why this machine has no kqueue, or null when it has.</summary>
    /// <param name="library">As for the constructor.</param>
    public static string? Unavailable(string? library = null) => KqueueCalls.TryLoad(library ?? KqueueCalls.DefaultLibrary) switch
    {
        not null => null,
        _ when library is not null || !OperatingSystem.IsLinux() => $"{library ?? KqueueCalls.DefaultLibrary} cannot be loaded or has no kqueue",
        _ => "kqueue is a facility of macOS and the BSDs, and libkqueue.so.0, which plays it on Linux, is not installed",
    };

    /// <inheritdoc/>
    public void Add(int descriptor, Interest interest)
    {
        Check(interest);
        lock (_gate)
        {
            if (descriptor >= _watches.Length) Array.Resize(ref _watches, Math.Max(descriptor + 1, Math.Max(64, _watches.Length * 2)));
            if (_watches[descriptor].Active) throw new SystemCallException($"kqueue: add({descriptor})", Errno.EEXIST);
            _watches[descriptor] = default;
            Update(descriptor, interest);
            _watches[descriptor].Active = true;
        }
    }

    /// <inheritdoc/>
    public void Change(int descriptor, Interest interest)
    {
        Check(interest);
        lock (_gate)
        {
            Find(descriptor);
            Update(descriptor, interest);
        }
    }

    /// <inheritdoc/>
    public void Remove(int descriptor)
    {
        lock (_gate)
        {
            Find(descriptor);
            Update(descriptor, Interest.None);
            _watches[descriptor].Active = false;
        }
    }

    /// <inheritdoc/>
    public int Wait(Span<ReadyDescriptor> ready, int milliseconds)
    {
        var events = _events.AsSpan(0, Math.Min(ready.Length, _events.Length));
        lock (_gate)
        {
            // A change that fails takes the room of an event.
            if (_changeCount > events.Length) Apply();
            if (ReportFailures(ready) is > 0 and var failures) return failures;
            if (_changeCount > 0)
            {
                // A look that does not wait: nobody's later change can overtake these. A failed one keeps the kernel from looking.
                var found = Exchange(_changes.AsSpan(0, _changeCount), events, 0);
                _changeCount = 0;
                var filled = Report(ready, found);
                if (filled > 0 || (found == 0 && milliseconds == 0)) return filled;
            }

            _waiting = true;
        }

        var count = Exchange([], events, milliseconds);
        lock (_gate)
        {
            _waiting = false;
            return Report(ready, count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _disposed, true)) _calls.Close(_queue);
    }

    private static void Check(Interest interest)
    {
        if ((interest & Interest.Exclusive) != 0) throw new ArgumentException($"kqueue cannot wait with {interest}", nameof(interest));
    }

    private void Find(int descriptor)
    {
        if ((uint)descriptor >= _watches.Length || !_watches[descriptor].Active)
            throw new SystemCallException($"kqueue: descriptor {descriptor}", Errno.ENOENT);
    }

    private void Update(int descriptor, Interest interest)
    {
        var before = _watches[descriptor].Interest;
        _watches[descriptor].Interest = interest;
        // How a filter triggers is settled when it is made.
        var remade = ((before ^ interest) & ~Both) != 0;
        var mode = ((interest & Interest.EdgeTriggered) != 0 ? EV_CLEAR : 0) | ((interest & Interest.OneShot) != 0 ? EV_DISPATCH : 0);
        Update(EVFILT_READ, Interest.Read);
        Update(EVFILT_WRITE, Interest.Write);
        if (_waiting) Apply();
        if (!_waiting || _failed.Count == 0) return;
        var errno = _failed[0].Errno;
        _failed.Clear();
        throw new SystemCallException($"kevent({descriptor})", errno);

        void Update(short filter, Interest bit)
        {
            var (had, wanted) = ((before & bit) != 0, (interest & bit) != 0);
            if (had && (remade || !wanted)) Push(descriptor, filter, EV_DELETE, 0);
            // An edge or a one-shot is armed again even when nothing changes, as by epoll_ctl.
            if (wanted && (remade || !had || mode != 0)) Push(descriptor, filter, EV_ADD | EV_ENABLE | mode, Matters);
        }
    }

    private void Push(int descriptor, short filter, int flags, nint matters)
    {
        if (_changeCount == _changes.Length) Apply();
        _changes[_changeCount++] = new KernelEvent { Identifier = descriptor, Filter = filter, Flags = (ushort)flags, UserData = matters };
    }

    /// <summary>Sends the changes alone; each is answered, so that there is room for no event.</summary>
    private void Apply()
    {
        var changes = _changes.AsSpan(0, _changeCount);
        foreach (ref var change in changes) change.Flags |= EV_RECEIPT;
        var count = Exchange(changes, _receipts.AsSpan(0, _changeCount), 0);
        _changeCount = 0;
        foreach (ref readonly var receipt in _receipts.AsSpan(0, count))
        {
            if ((receipt.Flags & EV_ERROR) != 0 && receipt.Data != 0 && receipt.UserData == Matters)
                _failed.Add(((int)receipt.Identifier, (int)receipt.Data));
        }
    }

    private int Exchange(ReadOnlySpan<KernelEvent> changes, Span<KernelEvent> events, int milliseconds)
    {
        var count = _calls.Exchange(_queue, changes, events, milliseconds);
        if (count == -Errno.EINTR) return 0; // the changes were applied
        return count >= 0 ? count : throw new SystemCallException($"kevent({changes.Length} changes)", -count);
    }

    private int Report(Span<ReadyDescriptor> ready, int count)
    {
        var filled = 0;
        foreach (ref readonly var entry in _events.AsSpan(0, count))
        {
            var readiness = Translate(in entry);
            ref var watch = ref _watches[(int)entry.Identifier];
            if (readiness == Readiness.None || !watch.Active) continue;
            // The place of an earlier report is told by the descriptor that lies there now.
            var known = watch.Place < filled && ready[watch.Place].Descriptor == (int)entry.Identifier;
            if (!known) watch.Place = filled++;
            ready[watch.Place] = new ReadyDescriptor((int)entry.Identifier, known ? readiness | ready[watch.Place].Readiness : readiness);
            if (known || (watch.Interest & (Both | Interest.OneShot)) != (Both | Interest.OneShot)) continue;
            Push((int)entry.Identifier, EVFILT_READ, EV_DISABLE, 0);
            Push((int)entry.Identifier, EVFILT_WRITE, EV_DISABLE, 0);
        }

        return filled;
    }

    private int ReportFailures(Span<ReadyDescriptor> ready)
    {
        var filled = 0;
        for (; filled < ready.Length && _failed.Count > 0; _failed.RemoveAt(_failed.Count - 1))
        {
            if (_watches[_failed[^1].Descriptor].Active) ready[filled++] = new ReadyDescriptor(_failed[^1].Descriptor, Everything);
        }

        return filled;
    }

    private static Readiness Translate(in KernelEvent entry)
    {
        if ((entry.Flags & EV_ERROR) != 0) return entry.Data != 0 && entry.UserData == Matters ? Everything : Readiness.None;
        // The end of the peer's stream can be read; an error, or nobody to write to any more, concerns both directions.
        if ((entry.Flags & EV_EOF) != 0 && (entry.FilterFlags != 0 || entry.Filter == EVFILT_WRITE)) return Everything;
        return entry.Filter == EVFILT_READ ? Readiness.Read : Readiness.Write;
    }

    private struct Watch
    {
        internal bool Active;
        internal Interest Interest;
        internal int Place; // in the span that was filled last
    }
}
