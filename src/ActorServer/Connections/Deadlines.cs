using ActorServer.Observability;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Server;

namespace ActorServer.Connections;

/// <summary>
/// Watches over the deadlines of all open connections from a thread of its own, so that they hold when every thread that serves is busy
/// or blocked. Connections keep one absolute deadline each; setting it costs a store, and this thread looks at all of them a few times
/// a second. It parks when there is none for a while. The same thread keeps the date that replies carry, and looks at the event
/// loops and at the memory.
/// </summary>
/// <param name="date">The date to keep.</param>
/// <param name="loops">The loops to look at.</param>
/// <param name="trim">The memory to look at, if any.</param>
public sealed class Deadlines(HttpDate date, LoopWatch loops, IdleTrim? trim = null) : IDisposable
{
    /// <summary>How late a deadline is noticed at most.</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a connection has to act on a deadline before its socket is ended for it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly List<Conversation> _open = [];
    private long _second;
    private bool _parked = true; // nobody looks
    private bool _used; // somebody came since the last look
    private bool _disposed;

    /// <summary>Connections that are open now.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _open.Count;
        }
    }

    /// <summary>Starts the thread. Without it, whoever has a thread for it calls <see cref="Look"/>.</summary>
    public void Start() => new Thread(Watch) { Name = "actor-server deadlines", IsBackground = true }.Start();

    /// <summary>Ends the thread; deadlines do not hold any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.Pulse(_gate);
        }
    }

    internal void Add(Conversation conversation)
    {
        lock (_gate)
        {
            conversation.Slot = _open.Count;
            _open.Add(conversation);
            _used = true;
            if (!_parked) return; // short connections one after the other wake nobody
            TellTheDate(); // it was not kept while there was nobody to tell it to
            Monitor.Pulse(_gate);
        }
    }

    internal void Remove(Conversation conversation)
    {
        lock (_gate)
        {
            var last = _open[^1];
            _open[conversation.Slot] = last;
            last.Slot = conversation.Slot;
            _open.RemoveAt(_open.Count - 1);
        }
    }

    /// <summary>Ends the sockets of all open connections of a topology, whatever their threads are doing.</summary>
    /// <returns>How many there are.</returns>
    internal int AbortAll(EndReason why, ServingContext topology) => AbortAll(why, conversation => conversation.Context == topology);

    /// <summary>The same for the connections of one worker.</summary>
    internal int AbortAll(EndReason why, Worker worker) => AbortAll(why, conversation => conversation.Worker == worker);

    private int AbortAll(EndReason why, Predicate<Conversation> which)
    {
        lock (_gate)
        {
            var found = _open.FindAll(which);
            found.ForEach(conversation => conversation.Abort(why));
            return found.Count;
        }
    }

    /// <summary>Looks at everything once; to be called every <see cref="Resolution"/> from when the first connection is there.</summary>
    internal void Look()
    {
        lock (_gate)
        {
            _parked = false;
            TellTheDate();
            var now = Environment.TickCount64;
            foreach (var conversation in _open) conversation.Inspect(now);
            loops.Inspect(now);
            trim?.Inspect(now);
        }
    }

    private void Watch()
    {
        lock (_gate)
        {
            while (!_disposed)
            {
                _parked = _open.Count == 0 && !_used && !loops.IsAnyBlocked && trim is not { IsAhead: true };
                _used = false;
                // Waiting gives the gate up, for connections to come and go.
                Monitor.Wait(_gate, _parked ? Timeout.InfiniteTimeSpan : Resolution);
                Look();
            }
        }
    }

    private void TellTheDate()
    {
        var now = DateTimeOffset.UtcNow;
        if (now.ToUnixTimeSeconds() == _second) return;
        _second = now.ToUnixTimeSeconds();
        date.Set(now);
    }
}
