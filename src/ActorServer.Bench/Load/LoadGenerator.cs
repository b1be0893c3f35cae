using System.Runtime.ExceptionServices;
using System.Runtime.Versioning;

namespace ActorServer.Bench.Load;

/// <summary>Our own load generator: some <see cref="LoadLoop"/>s on threads of their own, in this process.</summary>
/// <param name="threads">How many threads, from 1; a run with fewer connections takes fewer.</param>
[SupportedOSPlatform("linux")]
public sealed class LoadGenerator(int threads) : ILoadGenerator
{
    // Who starts a process for each connection has one after the other; who serves one connection at a time stays at one.
    private static readonly TimeSpan Progress = TimeSpan.FromMilliseconds(400);

    /// <inheritdoc/>
    public string Name => "own";

    /// <inheritdoc/>
    public LoadResult Run(LoadRun load, Action<LoadEvent> observe, CancellationToken cancel)
    {
        var window = new LoadWindow();
        var count = Math.Min(threads, load.Connections);
        var begin = LoadWindow.Now;
        var loops = new LoadLoop[count];
        var faults = new ExceptionDispatchInfo?[count];
        for (var i = 0; i < count; i++)
        {
            // Connections that do not divide evenly: the first loops have one more, and their share of the rate.
            var connections = load.Connections / count + (i < load.Connections % count ? 1 : 0);
            IArrivals arrivals = load.Rate > 0
                ? new OpenLoop(begin, load.Rate * connections / load.Connections, load.Poisson ? new Random(load.Seed + i) : null)
                : new ClosedLoop();
            loops[i] = new LoadLoop(load.Server, connections, load.Requests, (long)Requests.Period * i / count, arrivals, window);
        }

        var running = loops.Select((loop, i) => new Thread(() =>
        {
            try
            {
                loop.Run();
            }
            catch (Exception fault)
            {
                faults[i] = ExceptionDispatchInfo.Capture(fault);
            }
        }) { Name = $"load-{i}", IsBackground = true }).ToArray();
        foreach (var thread in running) thread.Start();

        if (WarmUp(load, loops, cancel))
        {
            // A look at the server takes milliseconds: both are as late, which is as good as none.
            window.Open();
            observe(LoadEvent.Begins);
            cancel.WaitHandle.WaitOne(load.Duration);
            window.Close();
            observe(LoadEvent.Ends);
        }
        else
        {
            window.Close();
        }

        foreach (var thread in running) thread.Join();
        try
        {
            Array.Find(faults, fault => fault is not null)?.Throw();
            return Sum(loops, window, load);
        }
        finally
        {
            foreach (var loop in loops) loop.Dispose();
        }
    }

    /// <summary>Waits for the time of warm-up, and then for as long as further connections get their first answer, if that is not too long.</summary>
    /// <returns>False when cancelled.</returns>
    private static bool WarmUp(LoadRun load, LoadLoop[] loops, CancellationToken cancel)
    {
        if (cancel.WaitHandle.WaitOne(load.WarmUp)) return false;
        var end = LoadWindow.Now + (2 + 4 * load.WarmUp.TotalSeconds) * 1e9;
        for (var answered = Answered(); answered < load.Connections && LoadWindow.Now < end;)
        {
            if (cancel.WaitHandle.WaitOne(Progress)) return false;
            var before = answered;
            answered = Answered();
            if (answered == before) break;
        }

        return true;

        int Answered() => loops.Sum(loop => loop.Answered);
    }

    private static LoadResult Sum(LoadLoop[] loops, LoadWindow window, LoadRun load)
    {
        Histogram latency = new(), late = new();
        foreach (var loop in loops)
        {
            latency.Add(loop.Latency);
            late.Add(loop.Late);
        }

        return new LoadResult
        {
            Seconds = window.Seconds,
            Replies = loops.Sum(loop => loop.Replies),
            BadReplies = loops.Sum(loop => loop.BadReplies),
            Failures = loops.Sum(loop => loop.Failures),
            Failure = Array.Find(loops, loop => loop.Failure is not null)?.Failure,
            Unanswered = loops.Sum(loop => loop.Unanswered),
            // In an open loop at a low rate a connection may never be asked at all.
            Starved = load.Rate > 0 ? 0 : load.Connections - loops.Sum(loop => loop.Answered),
            Latency = latency,
            Late = late,
        };
    }
}
