using ActorServer.Dispatch;
using Akka.Event;

namespace ActorServer.Observability;

/// <summary>
/// Finds event loops that are stuck in a callback: every connection of such a loop waits. Looks at them from another thread, a few times a
/// second; a loop pays for it with a store per callback. Each blockage is one warning, one count, and a line when it is over.
/// </summary>
/// <param name="after">How long a loop may be at one callback; zero for as long as it likes.</param>
/// <param name="handler">The name of what handles requests.</param>
/// <param name="metrics">Where blockages are counted.</param>
public sealed class LoopWatch(TimeSpan after, string handler, ServerMetrics metrics)
{
    private readonly Lock _gate = new();
    private readonly List<Watched> _loops = [];

    /// <summary>Whether the end of a blockage is still to be told.</summary>
    public bool IsAnyBlocked { get; private set; }

    /// <summary>Watches a loop until it ends.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="log">Where to warn.</param>
    public void Add(EventLoop loop, ILoggingAdapter log)
    {
        lock (_gate) _loops.Add(new Watched(loop, log));
    }

    /// <summary>Looks at all loops.</summary>
    /// <param name="now">Milliseconds, of <see cref="Environment.TickCount64"/>.</param>
    public void Inspect(long now)
    {
        if (after == TimeSpan.Zero) return;
        lock (_gate)
        {
            _loops.RemoveAll(watched => watched.Loop.HasEnded);
            IsAnyBlocked = false;
            foreach (var watched in _loops)
            {
                Inspect(watched, now);
                IsAnyBlocked |= watched.IsBlocked;
            }
        }
    }

    private void Inspect(Watched watched, long now)
    {
        var steps = watched.Loop.Steps;
        if (steps != watched.Steps || !watched.Loop.IsBusy)
        {
            if (watched.IsBlocked) watched.Log.Info("event loop {0} goes on after {1:0.0} s", watched.Loop.Id, Seconds(now - watched.Since));
            (watched.Steps, watched.Since, watched.IsBlocked) = (steps, now, false);
        }
        else if (!watched.IsBlocked && now - watched.Since >= after.TotalMilliseconds)
        {
            var (place, who) = (watched.Loop.Inside, "");
            try
            {
                who = place?.Subject.ToString();
            }
            catch (Exception done) when (done is ArgumentException or InvalidOperationException)
            {
                who = "a request that is over"; // let go of while it was read from here
            }

            if (watched.Loop.Steps != steps) return; // it went on meanwhile
            watched.IsBlocked = true;
            metrics.LoopBlocked();
            var seconds = Seconds(now - watched.Since);
            if (place is null) watched.Log.Warning("event loop {0} has been at one callback for {1:0.0} s: all of its connections wait", watched.Loop.Id, seconds);
            else watched.Log.Warning("event loop {0} has been at one callback for {1:0.0} s: all of its connections wait for handler {2}, at {3}", watched.Loop.Id, seconds, handler, who);
        }
    }

    private static double Seconds(long milliseconds) => milliseconds / 1000.0;

    private sealed class Watched(EventLoop loop, ILoggingAdapter log)
    {
        public EventLoop Loop => loop;

        public ILoggingAdapter Log => log;

        public long Steps { get; set; } = -1;

        public long Since { get; set; }

        public bool IsBlocked { get; set; }
    }
}
