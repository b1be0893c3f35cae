using System.Runtime.InteropServices;
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
    /// <summary>The descriptor, which is none, that a wait reports the wake-up with.</summary>
    internal const int WakeupEntry = -1;

    private const Interest Both = Interest.Read | Interest.Write;
    private const Readiness Everything = Readiness.Hangup | Readiness.Read | Readiness.Write;
    // Travels as user data with a change whose failure matters, a timer's with the timer's number. A change without, which takes something
    // away, may find it gone with its descriptor.
    private const nint Matters = 1;

    private readonly IKqueueCalls _calls;
    private readonly int _queue;
    private readonly Lock _gate = new();
    private readonly KernelEvent[] _changes;
    private readonly KernelEvent[] _receipts;
    private readonly KernelEvent[] _events;
    private readonly List<(int Entry, int Errno)> _failed = [];
    private Watch[] _watches = []; // by descriptor
    private nint[] _timers = []; // by id: a number that no other setting of a timer had, or 0 when it is not set
    private nint _timersSet;
    private int _changeCount;
    private bool _waiting;
    private bool _disposed;

    /// <summary>Creates the queue.</summary>
    /// <param name="library">Where <c>kqueue</c> and <c>kevent</c> are; null for libc, on Linux for <c>libkqueue.so.0</c>.</param>
    /// <param name="batch">How many events one wait reports, and how many changes it carries, at most.</param>
    /// <exception cref="PlatformNotSupportedException">The library is not there.</exception>
    /// <exception cref="SystemCallException">The process or the system is out of descriptors.</exception>
    public KqueuePoller(string? library = null, int batch = 256) : this(Load(library), batch)
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
        not null when RuntimeInformation.IsOSPlatform(OSPlatform.Create("NETBSD")) => "NetBSD numbers the filters of kqueue, and lays out its events, in a way of its own",
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

    /// <summary>
    /// Sets a one-shot timer (EVFILT_TIMER of kqueue(2)): once its time has come, a wait reports <see cref="TimerEntry"/> as readable. It
    /// starts with the next wait; while a thread waits, at once, so that nobody has to be woken to shorten the wait. Any thread.
    /// </summary>
    /// <param name="id">Which timer, from 0 up, counted without large gaps; one that is set already starts anew.</param>
    /// <param name="delay">How long, rounded up to a microsecond; at least one. Old versions of libkqueue take it for milliseconds.</param>
    /// <exception cref="SystemCallException">
    /// The kernel refused it. When no thread waits, it is reported as <see cref="Readiness.Hangup"/> instead.
    /// </exception>
    public void SetTimer(int id, TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        lock (_gate)
        {
            if (id >= _timers.Length) Array.Resize(ref _timers, Math.Max(id + 1, _timers.Length * 2));
            // Taken away first: to add it once more starts it anew on some systems only.
            Unset(id);
            _timers[id] = ++_timersSet;
            Push(new KernelEvent
            {
                Identifier = id, Filter = EVFILT_TIMER, Flags = EV_ADD | EV_ONESHOT, FilterFlags = NOTE_USECONDS,
                Data = (nint)Math.Max(1, Math.Ceiling(delay.TotalMicroseconds)), UserData = _timers[id],
            });
            SendNow($"timer {id}");
        }
    }

    /// <summary>The descriptor, which is none, that a wait reports a timer with.</summary>
    /// <param name="id">As for <see cref="SetTimer"/>.</param>
    public static int TimerEntry(int id) => -2 - id;

    /// <summary>Calls a timer off: it is not reported any more. Nothing when it is not set. Any thread.</summary>
    /// <param name="id">As for <see cref="SetTimer"/>.</param>
    public void CancelTimer(int id)
    {
        lock (_gate)
        {
            if ((uint)id >= _timers.Length) return;
            Unset(id);
            SendNow($"timer {id}");
        }
    }

    /// <summary>
    /// Makes the user event (EVFILT_USER of kqueue(2)) that <see cref="Wake"/> triggers and a wait reports as <see cref="WakeupEntry"/>.
    /// </summary>
    /// <exception cref="SystemCallException">The kernel refused it; OpenBSD before 7.8 has none.</exception>
    internal void AddWakeup() => Tell("EVFILT_USER, EV_ADD", EV_ADD | EV_CLEAR, 0);

    /// <summary>Ends the wait under way, or the next one. Any thread, until the poller is disposed.</summary>
    internal void Wake() => Tell("EVFILT_USER, NOTE_TRIGGER", 0, NOTE_TRIGGER);

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
        SendNow(descriptor);

        void Update(short filter, Interest bit)
        {
            var (had, wanted) = ((before & bit) != 0, (interest & bit) != 0);
            if (had && (remade || !wanted)) Push(descriptor, filter, EV_DELETE, 0);
            // An edge or a one-shot is armed again even when nothing changes, as by epoll_ctl.
            if (wanted && (remade || !had || mode != 0)) Push(descriptor, filter, EV_ADD | EV_ENABLE | mode, Matters);
        }
    }

    private void Unset(int timer)
    {
        if (_timers[timer] != 0) Push(timer, EVFILT_TIMER, EV_DELETE, 0);
        _timers[timer] = 0;
    }

    /// <summary>A change of the user event, which waits for no turn. Without room for events, a failure is that of the call.</summary>
    private void Tell(string change, ushort flags, uint note)
    {
        var user = new KernelEvent { Filter = EVFILT_USER, Flags = flags, FilterFlags = note };
        var count = _calls.Exchange(_queue, new ReadOnlySpan<KernelEvent>(in user), [], 0);
        if (count < 0 && count != -Errno.EINTR) throw new SystemCallException($"kevent({change})", -count);
    }

    private void Push(int identifier, short filter, int flags, nint matters) =>
        Push(new KernelEvent { Identifier = identifier, Filter = filter, Flags = (ushort)flags, UserData = matters });

    private void Push(in KernelEvent change)
    {
        if (_changeCount == _changes.Length) Apply();
        _changes[_changeCount++] = change;
    }

    /// <summary>While a thread waits, changes cannot travel with its wait.</summary>
    private void SendNow<TSubject>(TSubject subject)
    {
        if (!_waiting) return;
        Apply();
        if (_failed.Count == 0) return;
        var errno = _failed[0].Errno;
        _failed.Clear();
        throw new SystemCallException($"kevent({subject})", errno);
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
            if ((receipt.Flags & EV_ERROR) != 0 && receipt.Data != 0 && receipt.UserData != 0)
                _failed.Add((EntryOf(in receipt), (int)receipt.Data));
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
            if (entry.Filter == EVFILT_TIMER || entry.Filter == EVFILT_USER)
            {
                if (readiness != Readiness.None && IsSet(in entry)) ready[filled++] = new ReadyDescriptor(EntryOf(in entry), readiness);
                continue;
            }

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
            var entry = _failed[^1].Entry;
            if (entry < 0 || _watches[entry].Active) ready[filled++] = new ReadyDescriptor(entry, Everything);
        }

        return filled;
    }

    /// <summary>Whether an event is the user event, or that of a timer as it is set now: one that was called off may be on its way still.</summary>
    private bool IsSet(in KernelEvent entry)
    {
        if (entry.Filter == EVFILT_USER) return true;
        if (_timers[(int)entry.Identifier] != entry.UserData) return false;
        _timers[(int)entry.Identifier] = 0;
        return true;
    }

    private static int EntryOf(in KernelEvent entry) => entry.Filter switch
    {
        EVFILT_READ or EVFILT_WRITE => (int)entry.Identifier,
        EVFILT_TIMER => TimerEntry((int)entry.Identifier),
        _ => WakeupEntry,
    };

    private static KqueueCalls Load(string? library) =>
        Unavailable(library) is { } reason ? throw new PlatformNotSupportedException(reason) : KqueueCalls.TryLoad(library ?? KqueueCalls.DefaultLibrary)!;

    private static Readiness Translate(in KernelEvent entry)
    {
        if ((entry.Flags & EV_ERROR) != 0) return entry.Data != 0 && entry.UserData != 0 ? Everything : Readiness.None;
        // The end of the peer's stream can be read; an error, or nobody to write to any more, concerns both directions.
        if ((entry.Flags & EV_EOF) != 0 && (entry.FilterFlags != 0 || entry.Filter == EVFILT_WRITE)) return Everything;
        return entry.Filter == EVFILT_WRITE ? Readiness.Write : Readiness.Read;
    }

    private struct Watch
    {
        internal bool Active;
        internal Interest Interest;
        internal int Place; // in the span that was filled last
    }
}
