using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using static ActorServer.IO.Native.KernelEvent;

namespace ActorServer.IO.Tests.Polling;

/// <summary>
/// Plays kqueue(2) on Linux as FreeBSD's manual describes it: a filter of a descriptor is an epoll instance of its own, which is
/// edge-triggered for EV_CLEAR, a timer a timerfd, a user event an eventfd. Changes come first; when one fails or asks for a receipt, no
/// event is fetched.
/// </summary>
internal sealed class KeventDouble : IKqueueCalls, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Filter> _filters = []; // least recently reported first
    private readonly Wakeup _changed = new();

    /// <summary>The changes of each call, in order; the calls without any are left out.</summary>
    public List<KernelEvent[]> Applied { get; } = [];

    /// <summary>How many calls there were.</summary>
    public int Calls { get; private set; }

    /// <summary>Errnos that the next calls fail with.</summary>
    public Queue<int> Failures { get; } = [];

    /// <summary>Set while a call waits.</summary>
    public ManualResetEventSlim Waiting { get; } = new();

    public int Create() => Failures.TryDequeue(out var errno) ? -errno : 77_777;

    public void Close(int queue)
    {
        foreach (var filter in _filters) filter.Dispose();
        _filters.Clear();
    }

    public void Dispose()
    {
        Close(0);
        _changed.Dispose();
        Waiting.Dispose();
    }

    public int Exchange(int queue, ReadOnlySpan<KernelEvent> changes, Span<KernelEvent> events, int milliseconds)
    {
        var deadline = milliseconds < 0 ? long.MaxValue : Environment.TickCount64 + milliseconds;
        var answered = 0;
        lock (_gate)
        {
            Calls++;
            if (changes.Length > 0) Applied.Add(changes.ToArray());
            foreach (ref readonly var change in changes)
            {
                var errno = Apply(change);
                if (errno == 0 && (change.Flags & EV_RECEIPT) == 0) continue;
                if (answered == events.Length) return -errno;
                events[answered++] = change with { Flags = EV_ERROR, Data = errno };
            }

            if (changes.Length > 0) _changed.Signal();
            if (Failures.TryDequeue(out var failure)) return -failure;
        }

        while (answered == 0)
        {
            _changed.Clear();
            using var everything = new PollPoller();
            lock (_gate)
            {
                answered = Fetch(events);
                if (answered > 0 || Environment.TickCount64 >= deadline) break;
                everything.Add(_changed.Descriptor, Interest.Read);
                foreach (var filter in _filters.Where(filter => !filter.Disabled)) everything.Add(filter.Poller.Descriptor, Interest.Read);
            }

            Waiting.Set();
            everything.Wait(new ReadyDescriptor[1], (int)Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue));
            Waiting.Reset();
        }

        return answered;
    }

    private int Apply(KernelEvent change)
    {
        var filter = _filters.Find(f => f.Event.Identifier == change.Identifier && f.Event.Filter == change.Filter);
        // A descriptor takes its filters with it when it is closed.
        if (filter is not null && !filter.Poller.Rearm())
        {
            Forget(filter);
            filter = null;
        }

        if ((change.Flags & EV_ADD) != 0)
        {
            if (filter is null)
            {
                filter = Make(change);
                if (filter.Poller.Errno != 0) return filter.Poller.Errno;
                _filters.Add(filter);
            }

            filter.Disabled = false;
        }

        if (filter is null) return Errno.ENOENT;
        if ((change.Flags & EV_DELETE) != 0) Forget(filter);
        if ((change.Flags & EV_ENABLE) != 0) filter.Disabled = false;
        if ((change.Flags & EV_DISABLE) != 0) filter.Disabled = true;
        if (change.Filter == EVFILT_USER && (change.FilterFlags & NOTE_TRIGGER) != 0) ((Wakeup)filter.Source!).Signal();
        return 0;
    }

    private static Filter Make(KernelEvent change)
    {
        if (change.Filter == EVFILT_USER)
        {
            var user = new Wakeup();
            return new Filter(change, new SingleEpoll(user.Descriptor, read: true, edge: false), user);
        }

        if (change.Filter == EVFILT_TIMER)
        {
            var timer = new TimerDescriptor(change.FilterFlags == NOTE_USECONDS ? TimeSpan.FromMicroseconds(change.Data) : TimeSpan.FromMilliseconds(change.Data));
            return new Filter(change, new SingleEpoll(timer.Descriptor, read: true, edge: false), timer);
        }

        return new Filter(change, new SingleEpoll((int)change.Identifier, change.Filter == EVFILT_READ, (change.Flags & EV_CLEAR) != 0), null);
    }

    private void Forget(Filter filter)
    {
        filter.Dispose();
        _filters.Remove(filter);
    }

    private int Fetch(Span<KernelEvent> events)
    {
        var count = 0;
        foreach (var filter in _filters.Where(filter => !filter.Disabled).ToArray())
        {
            if (count == events.Length) break;
            var happened = filter.Poller.Look();
            if (happened == 0) continue;
            var broken = (happened & EpollCalls.EPOLLERR) != 0;
            var ended = broken || (happened & (EpollCalls.EPOLLHUP | EpollCalls.EPOLLRDHUP)) != 0;
            if (filter.Event.Filter == EVFILT_WRITE) ended = broken || (happened & EpollCalls.EPOLLHUP) != 0;
            events[count++] = filter.Event with
            {
                Flags = (ushort)((filter.Event.Flags & (EV_CLEAR | EV_DISPATCH)) | (ended ? EV_EOF : 0)),
                FilterFlags = broken ? (uint)Errno.ECONNRESET : 0,
            };
            if (filter.Source is Wakeup user && (filter.Event.Flags & EV_CLEAR) != 0) user.Clear();
            if ((filter.Event.Flags & EV_DISPATCH) != 0) filter.Disabled = true;
            _filters.Remove(filter);
            if ((filter.Event.Flags & EV_ONESHOT) != 0) filter.Dispose();
            else _filters.Add(filter);
        }

        return count;
    }

    private sealed record Filter(KernelEvent Event, SingleEpoll Poller, IDisposable? Source) : IDisposable
    {
        public bool Disabled { get; set; }

        public void Dispose()
        {
            Poller.Dispose();
            Source?.Dispose();
        }
    }
}
