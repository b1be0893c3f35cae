using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ActorServer.Bench.Experiments;
using ActorServer.Bench.Load;
using ActorServer.Bench.Reports;
using ActorServer.Bench.Servers;
using ActorServer.Configuration;
using ActorServer.Topologies;
using Spectre.Console;

namespace ActorServer.Cli;

/// <summary><c>actorserver bench</c>: the experiment that tells which model to choose.</summary>
internal static class BenchCommand
{
    private const int MainConnections = 64;

    private static readonly int[] Scaling = [1, 16, 64, 256];

    // Of the five minutes that --quick may take; starting and stopping the servers takes the rest.
    private static readonly TimeSpan QuickTurns = TimeSpan.FromMinutes(3);

    public static Task<int> RunAsync(BenchOptions options, TextWriter output)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("bench reads /proc and waits with epoll, which only Linux has");
        return Task.FromResult(Run(options, output));
    }

    [SupportedOSPlatform("linux")]
    private static int Run(BenchOptions options, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("actorserver-bench-").FullName;
        using var cancel = new CancellationTokenSource();
        var signalled = 0;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 2));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 15));
        try
        {
            var experiment = Prepare(options, folder, output);
            // Somebody may wait for minutes: that there is nowhere to write is told before.
            var (html, json) = (options.Output + ".html", options.Output + ".json");
            Unusable(() => File.WriteAllText(json, ""));
            var results = Show(experiment, output, cancel.Token);
            File.WriteAllText(json, JsonReport.Render(results));
            File.WriteAllText(html, HtmlReport.Render(results));
            TerminalTable.Write(Terminal(output), results);
            output.WriteLine();
            output.WriteLine($"report: {html} and {json}, {results.Turns.Count} of {results.Plan.Count} turns{(results.Interrupted ? ", interrupted" : "")}, {Figures.Length(TimeSpan.FromSeconds(results.Seconds))}");
            // As a shell reports a program that a signal ended.
            return results.Interrupted ? 128 + Volatile.Read(ref signalled) : results.Turns.Count == 0 ? 1 : 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Stop(PosixSignalContext context, int signal)
        {
            // The turn in hand ends, the servers are stopped, what was measured is written: all of that within seconds.
            context.Cancel = true;
            Interlocked.CompareExchange(ref signalled, signal, 0);
            cancel.Cancel();
        }
    }

    [SupportedOSPlatform("linux")]
    private static Experiment Prepare(BenchOptions options, string folder, TextWriter output)
    {
        List<Workload> workloads = [];
        Unusable(() =>
        {
            if (options.Urls is { } file) workloads.Add(Workload.FromFile(file));
            var names = options.Workloads.Count > 0 || options.Urls is not null ? options.Workloads : ["hello", "blocking", "heavy-tail", "mixed"];
            workloads.AddRange(names.Distinct(StringComparer.Ordinal).Select(Workload.Find));
        });
        var connections = options.Connections?.Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 20_000
            ? count : throw Unusable("--connections", $"\"{text}\" is no number from 1 to 20000")).ToArray();
        if (options.Rate is < 0 or double.NaN) throw Unusable("--rate", "expected 0 or more");
        if (options.Arrivals is not ("poisson" or "constant")) throw Unusable("--arrivals", $"\"{options.Arrivals}\" is not known; expected poisson | constant");

        List<Point> points =
        [
            .. from place in workloads.Index()
               from count in connections ?? (place.Index == 0 && !options.Quick ? Scaling : place.Index == 0 ? [1, MainConnections, 256] : [MainConnections])
               select new Point(place.Item.Name, count, options.Rate ?? place.Item.Rate),
        ];
        if (options.Generator == "wrk" && points.Find(point => point.Rate > 0) is { } open) throw Unusable("--generator", $"wrk has no open loop ({open.Name}); add --rate 0");
        var servers = Topologies(options, points.Max(point => point.Connections)).ToList();
        Unusable(() => servers.AddRange(options.Peers.Select(Peers.Parse)));
        if (options.FindPeers) servers.AddRange(Peers.Find(folder, output.WriteLine));
        if (servers.CountBy(server => server.Name, StringComparer.Ordinal).FirstOrDefault(pair => pair.Value > 1) is { Key: { } twice })
            throw Unusable("bench", $"{twice} takes part twice; give peers a name: NAME=URL");

        var plan = new Plan([.. servers.Select(server => server.Name)], points, options.Quick ? Math.Min(2, options.Rounds) : options.Rounds, options.WarmUp, options.Duration);
        if (options.Quick) plan = plan.Within(QuickTurns);
        return new Experiment
        {
            Plan = plan, Servers = servers, Workloads = workloads, Generator = Generator(options, folder), Seed = options.Seed,
            Poisson = options.Arrivals == "poisson", Command = options.Command, Folder = folder,
            Remarks = IsDebugBuild ? ["This is a debug build, whose servers are slower than those of a release build (-c Release)."] : [],
        };
    }

    [SupportedOSPlatform("linux")]
    private static ILoadGenerator Generator(BenchOptions options, string folder) => options.Generator switch
    {
        "own" => new LoadGenerator(options.Threads),
        "wrk" when Peers.Find("wrk") is { } program => new Wrk(program, options.Threads, folder),
        "wrk" => throw Unusable("--generator", "wrk is not installed; on Debian: apt-get install wrk"),
        var other => throw Unusable("--generator", $"\"{other}\" is not known; expected own | wrk"),
    };

    /// <summary>The topologies as commands: this same program, with <c>run</c>.</summary>
    private static IEnumerable<ServerSpec> Topologies(BenchOptions options, int connections)
    {
        var runnable = Catalog.Entries.ToDictionary(entry => entry.Roles.Name,
            entry => entry.Create(new SettingsReader(ServerSettings.Defaults, ServerSettings.Root).Section("topologies").Section(entry.Roles.Name)).Unavailable, StringComparer.Ordinal);
        IEnumerable<string> chosen = options.Topologies.Count > 0 ? options.Topologies : runnable.Where(pair => pair.Value is null).Select(pair => pair.Key);
        foreach (var name in chosen.Distinct(StringComparer.Ordinal))
        {
            if (name.StartsWith('-')) throw Unusable(name, "there is no such option (see: actorserver bench --help)");
            var parts = name.Split(':', 2);
            if (!runnable.TryGetValue(parts[0], out var reason))
                throw Unusable("TOPOLOGY", $"\"{parts[0]}\" is not known; expected {string.Join(" | ", runnable.Keys)}");
            if (reason is not null) throw Unusable("TOPOLOGY", $"this machine cannot run {parts[0]}: {reason}");
            string[] setting = parts.Length > 1 ? ["--set", $"topologies.{parts[0]}.{parts[1]}"] : [];
            yield return new ServerSpec(name, IsPeer: false)
            {
                Command = port => [.. Self(), "run", parts[0], "--port", port.ToString(), "--set", $"limits.max-connections={Math.Max(10_000, connections + 100)}", .. setting],
                TellsReady = true,
            };
        }
    }

    private static bool IsDebugBuild => typeof(BenchCommand).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled ?? false;

    /// <summary>How this program was started: as an executable of its own, or by the <c>dotnet</c> command.</summary>
    private static string[] Self()
    {
        var program = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(program) == "actorserver" ? [program] : [program, Path.Combine(AppContext.BaseDirectory, "actorserver.dll")];
    }

    [SupportedOSPlatform("linux")]
    private static Results Show(Experiment experiment, TextWriter output, CancellationToken cancel)
    {
        var plan = experiment.Plan;
        output.WriteLine($"{plan.Servers.Count} servers at {plan.Points.Count} loads, {plan.Rounds} rounds of {plan.Duration.TotalSeconds:0.##} s after {plan.WarmUp.TotalSeconds:0.##} s of warm-up: about {Figures.Length(plan.Length)}.");
        output.WriteLine($"Load generator: {experiment.Generator.Name}, seed {experiment.Seed}. Ctrl-C ends it early and reports what there is.");
        output.Flush();
        return IsTerminal(output)
            ? BarDisplay.Show(Terminal(output), plan, progress => experiment.Run(progress, cancel))
            : experiment.Run(new LineDisplay(output), cancel);
    }

    private static bool IsTerminal(TextWriter output) => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;

    private static IAnsiConsole Terminal(TextWriter output)
    {
        var terminal = IsTerminal(output);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        if (!terminal) console.Profile.Width = 160; // a file has no width
        return console;
    }

    private static void Unusable(Action read)
    {
        try
        {
            read();
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
        {
            throw Unusable("bench", unusable.Message);
        }
    }

    private static InvalidConfigurationException Unusable(string where, string why) => new([new ConfigurationFault(where, why)]);
}
