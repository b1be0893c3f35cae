using System.Diagnostics;
using System.Runtime.Versioning;
using ActorServer.Bench.Load;
using ActorServer.Bench.Servers;
using ActorServer.IO.Native;

namespace ActorServer.Bench.Experiments;

/// <summary>Told of what goes on.</summary>
public interface IProgressDisplay
{
    /// <summary>A server has started.</summary>
    void Started(ServerSpec server);

    /// <summary>A turn begins.</summary>
    void Begins(Turn turn, int number, int count);

    /// <summary>A turn is over.</summary>
    void Ends(Turn turn, TurnResult? result);

    /// <summary>Something could not be done as asked.</summary>
    void Remark(string text);
}

/// <summary>
/// Runs a plan: starts all servers, gives each its turns, stops them. The servers are processes of their own that live through the whole
/// experiment; one that is not being measured sleeps. When cancelled, what was measured so far is the result, the turn in hand included.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class Experiment
{
    // A turn that was cut shorter than this says nothing.
    private const double ShortestTurn = 0.1;

    /// <summary>The turns; its servers are those of <see cref="Servers"/>.</summary>
    public required Plan Plan { get; init; }

    /// <summary>Who takes part.</summary>
    public required IReadOnlyList<ServerSpec> Servers { get; init; }

    /// <summary>What is asked, by name.</summary>
    public required IReadOnlyList<Workload> Workloads { get; init; }

    /// <summary>Who asks.</summary>
    public required ILoadGenerator Generator { get; init; }

    /// <summary>Of the order of requests and of the times of an open loop.</summary>
    public required int Seed { get; init; }

    /// <summary>Whether an open loop's gaps are random.</summary>
    public bool Poisson { get; init; } = true;

    /// <summary>The command that repeats it.</summary>
    public required string Command { get; init; }

    /// <summary>Where the servers' output and files go.</summary>
    public required string Folder { get; init; }

    /// <summary>What is known to be wrong with it before it begins, one sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Runs it; blocks until it is over and every server is gone.</summary>
    /// <param name="progress">Is told of each step.</param>
    /// <param name="cancel">Ends it early.</param>
    public Results Run(IProgressDisplay progress, CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        var (machine, started) = (Machine.Read(), DateTimeOffset.Now);
        var running = new Dictionary<string, ServerUnderTest>(StringComparer.Ordinal);
        List<string> remarks = [.. Remarks];
        try
        {
            Start(running, remarks, progress, cancel);
            var names = Plan.Servers.Where(running.ContainsKey).ToList();
            var plan = Plan with { Servers = names };
            var results = new Results
            {
                Started = started,
                Command = Command,
                Machine = machine,
                Plan = plan,
                Generator = Generator.Name,
                Seed = Seed,
                Workloads = [.. plan.Points.Select(point => point.Workload).Distinct(StringComparer.Ordinal).Select(name => new WorkloadInfo(name, Find(name).Title))],
                Servers = [.. names.Select(name => new ServerInfo(name, running[name].Spec.IsPeer, running[name].Engine, running[name].Spec.Note))],
            };
            results.Remarks.AddRange(remarks);
            foreach (var (index, turn) in plan.Turns().Index())
            {
                if (cancel.IsCancellationRequested) break;
                if (!running.TryGetValue(turn.Server, out var server) || !Serves(server, turn)) continue;
                progress.Begins(turn, index + 1, plan.Count);
                var result = TryRun(turn, server, results.Remarks, progress, cancel);
                if (result is not null) results.Turns.Add(result);
                progress.Ends(turn, result);
                if (result is not { Processes: 1, Unanswered: 0 }) Settle(server, cancel);
                if (server.Ended is not { } end) continue;
                Remark($"{turn.Server} is out since {turn.Point.Name}, round {turn.Round}: {end}", results.Remarks, progress);
                server.Dispose();
                running.Remove(turn.Server);
            }

            results.Interrupted = cancel.IsCancellationRequested;
            results.Seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            return results;
        }
        finally
        {
            foreach (var server in running.Values) server.BeginStop();
            foreach (var server in running.Values) server.Dispose();
        }
    }

    private static bool Serves(ServerUnderTest server, Turn turn) => server.Spec.Workloads is not { } only || only.Contains(turn.Point.Workload, StringComparer.Ordinal);

    private void Start(Dictionary<string, ServerUnderTest> running, List<string> remarks, IProgressDisplay progress, CancellationToken cancel)
    {
        foreach (var spec in Servers)
        {
            if (cancel.IsCancellationRequested) return;
            try
            {
                running.Add(spec.Name, ServerUnderTest.Start(spec, Folder, cancel));
                progress.Started(spec);
            }
            catch (ProgramFailedException failed)
            {
                Remark($"left out: {failed.Message}", remarks, progress);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>A turn that fails for want of something here, such as ports, does not cost the others.</summary>
    private TurnResult? TryRun(Turn turn, ServerUnderTest server, List<string> remarks, IProgressDisplay progress, CancellationToken cancel)
    {
        try
        {
            return Run(turn, server, cancel);
        }
        catch (Exception failed) when (failed is SystemCallException or ProgramFailedException)
        {
            Remark($"{turn.Server}, {turn.Point.Name}, round {turn.Round} was not measured: {failed.Message}", remarks, progress);
            return null;
        }
    }

    /// <returns>Null when it was cancelled before it told anything.</returns>
    private TurnResult? Run(Turn turn, ServerUnderTest server, CancellationToken cancel)
    {
        var workload = Find(turn.Point.Workload);
        // Everybody gets the same requests in the same order, in each round others.
        var seed = Seed + turn.Round;
        var load = new LoadRun(server.EndPoint, new Requests(workload.Requests, server.EndPoint.ToString(), seed, workload.Close),
            turn.Point.Connections, Plan.WarmUp, Plan.Duration, turn.Point.Rate, Poisson, seed);
        ProcessTree? before = null, after = null;
        var measured = Generator.Run(load, moment =>
        {
            if (moment == LoadEvent.Begins) before = server.Usage(memory: false);
            else after = server.Usage(memory: true);
        }, cancel);
        if (measured.Seconds < ShortestTurn) return null;
        return new TurnResult
        {
            Server = turn.Server,
            Point = turn.Point,
            Round = turn.Round,
            Seconds = measured.Seconds,
            Replies = measured.Replies,
            BadReplies = measured.BadReplies,
            Failures = measured.Failures,
            Failure = measured.Failure,
            Unanswered = measured.Unanswered,
            Starved = measured.Starved,
            Cpu = after?.Cpu - before?.Cpu,
            Memory = after?.Memory,
            Processes = after?.Processes,
            Threads = after?.Threads,
            Late99 = measured.Late.Percentile(99),
            Latency = measured.Latency,
        };
    }

    /// <summary>Waits until the server has let go of its connections, or their processes: that must not fall on the next.</summary>
    private static void Settle(ServerUnderTest server, CancellationToken cancel)
    {
        var until = Environment.TickCount64 + 2000;
        for (var before = server.Usage(memory: false)?.Cpu; before is not null && Environment.TickCount64 < until;)
        {
            if (cancel.WaitHandle.WaitOne(30)) return;
            var now = server.Usage(memory: false)?.Cpu;
            if (now <= before + 0.01) return; // a tick of the kernel's clock
            before = now;
        }
    }

    private Workload Find(string name) => Workloads.First(workload => workload.Name == name);

    private static void Remark(string text, List<string> remarks, IProgressDisplay progress)
    {
        remarks.Add(text);
        progress.Remark(text);
    }
}
