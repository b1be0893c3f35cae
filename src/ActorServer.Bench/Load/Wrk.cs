using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorServer.Bench.Servers;

namespace ActorServer.Bench.Load;

/// <summary>
/// The load generator wrk, run as a program: a closed loop, whole seconds, and a script that asks our requests and tells its latencies.
/// For who trusts it more than us, or wants to compare. It has no open loop: a rate is not asked for.
/// </summary>
/// <param name="program">Its path.</param>
/// <param name="threads">How many threads, from 1.</param>
/// <param name="folder">Where to put the script.</param>
public sealed partial class Wrk(string program, int threads, string folder) : ILoadGenerator
{
    /// <inheritdoc/>
    public string Name => "wrk";

    /// <inheritdoc/>
    public LoadResult Run(LoadRun load, Action<LoadEvent> observe, CancellationToken cancel)
    {
        var script = Path.Combine(folder, "requests.lua");
        File.WriteAllText(script, Script(load.Requests));
        if (Measure(load, script, load.WarmUp, cancel) is null) return Parse("");
        observe(LoadEvent.Begins);
        var text = Measure(load, script, load.Duration, cancel);
        observe(LoadEvent.Ends);
        return Parse(text ?? "");
    }

    /// <summary>Reads what the script printed.</summary>
    /// <param name="text">wrk's output; without figures nothing was measured.</param>
    internal static LoadResult Parse(string text)
    {
        var figures = FigureLine().Matches(text).ToDictionary(match => match.Groups["name"].Value, match => long.Parse(match.Groups["value"].Value), StringComparer.Ordinal);
        var latency = new Histogram();
        foreach (Match bucket in BucketLine().Matches(text)) latency.Add(long.Parse(bucket.Groups["us"].Value) * 1000, long.Parse(bucket.Groups["count"].Value));
        return new LoadResult
        {
            Seconds = figures.GetValueOrDefault("duration") / 1e6,
            Replies = figures.GetValueOrDefault("requests"),
            BadReplies = figures.GetValueOrDefault("status"),
            Failures = figures.GetValueOrDefault("connect") + figures.GetValueOrDefault("read") + figures.GetValueOrDefault("write"),
            Failure = figures.GetValueOrDefault("connect") > 0 ? "connect" : figures.GetValueOrDefault("read") > 0 ? "recv" : figures.GetValueOrDefault("write") > 0 ? "send" : null,
            Unanswered = figures.GetValueOrDefault("timeout"),
            Starved = 0, // wrk does not tell
            Latency = latency,
            Late = new Histogram(),
        };
    }

    /// <returns>What it printed; null when it was cancelled, for it measures nothing then that it would tell.</returns>
    private string? Measure(LoadRun load, string script, TimeSpan duration, CancellationToken cancel)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(duration.TotalSeconds));
        var start = new ProcessStartInfo(program,
            [$"-t{Math.Min(threads, load.Connections)}", $"-c{load.Connections}", $"-d{seconds}s", "-s", script, $"http://{load.Server}/"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        using var stop = cancel.Register(() => process.Kill());
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (cancel.IsCancellationRequested) return null;
        return process.ExitCode == 0 ? text : throw new ProgramFailedException($"wrk ended with exit code {process.ExitCode}: {errors.Result.Trim()}");
    }

    /// <summary>The requests in our order, and the latencies as 1,000 steps of equal share.</summary>
    private static string Script(Requests requests)
    {
        var script = new StringBuilder("local variants = {}\nlocal order = {}\nlocal number = 0\n");
        var numbers = new Dictionary<byte[], int>();
        foreach (var (index, variant) in requests.Variants.Index())
        {
            numbers.Add(variant, index + 1);
            script.Append(CultureInfo.InvariantCulture, $"variants[{index + 1}] = \"");
            foreach (var value in variant) script.Append(CultureInfo.InvariantCulture, $"\\{value:000}");
            script.Append("\"\n");
        }

        if (requests.Variants.Count == 1)
        {
            // Without a global function of the name request, wrk asks this one once: no Lua for a request.
            script.Append("""
                local init = wrk.init
                wrk.init = function(args)
                  init(args)
                  wrk.request = function() return variants[1] end
                end

                """);
        }
        else
        {
            script.Append("order = {").AppendJoin(',', Enumerable.Range(0, Requests.Period).Select(number => numbers[requests[number]])).Append("}\n");
            script.Append(CultureInfo.InvariantCulture, $$"""
                request = function()
                  number = number + 1
                  return variants[order[(number - 1) % {{Requests.Period}} + 1]]
                end

                """);
        }

        script.Append("""
            done = function(summary, latency)
              print("figure duration " .. string.format("%d", summary.duration))
              print("figure requests " .. string.format("%d", summary.requests))
              for name, count in pairs(summary.errors) do print("figure " .. name .. " " .. string.format("%d", count)) end
              local told = 0
              for step = 1, 1000 do
                local upto = math.floor(summary.requests * step / 1000)
                if upto > told then print("bucket " .. string.format("%d %d", latency:percentile(math.min(step / 10, 99.999)), upto - told)) end
                told = upto
              end
            end

            """);
        return script.ToString();
    }

    [GeneratedRegex(@"^figure (?<name>\w+) (?<value>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FigureLine();

    [GeneratedRegex(@"^bucket (?<us>\d+) (?<count>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BucketLine();
}
