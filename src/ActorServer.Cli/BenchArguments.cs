using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ActorServer.Cli;

/// <summary>The arguments of <c>actorserver bench</c>.</summary>
internal static class BenchArguments
{
    private static readonly Argument<string[]> Topologies = new("TOPOLOGY")
    {
        Description = "Which topologies to compare, each with a setting of its own if wanted (actor:workers=1); all that this machine can run when left out.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> Workload = new("--workload", "-w")
    {
        Description = "What to ask: hello | echo | connect | blocking | cpu | heavy-tail | mixed; may be given several times. [default: hello, blocking, heavy-tail, mixed]",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Urls = new("--urls") { Description = "A workload of your own: a file with a line [WEIGHT] [METHOD] /path [BODY] for each kind of request.", HelpName = "FILE" };

    private static readonly Option<string?> Connections = new("--connections", "-c")
    {
        Description = "How many connections, one number or several (1,64,256). [default: 64, and the first workload with 1, 16, 64 and 256]", HelpName = "N,…",
    };

    private static readonly Option<int> Rounds = Whole("--rounds", "-r", "How often everybody has a turn.", 3, 1);

    private static readonly Option<double> Seconds = Positive("--seconds", "-d", "How long a turn counts.", 2);

    private static readonly Option<double> WarmUp = Positive("--warm-up", null, "Seconds of load before a turn counts.", 0.5);

    private static readonly Option<double> Rate = new("--rate") { Description = "Requests per second, whatever the server does (an open loop); 0 is as many as it can (a closed loop). [default: 0; 150 for heavy-tail]", HelpName = "N" };

    private static readonly Option<string> Arrivals = new("--arrivals") { Description = "The gaps of an open loop: poisson (random) | constant.", HelpName = "KIND", DefaultValueFactory = _ => "poisson" };

    private static readonly Option<string[]> Peer = new("--peer") { Description = "A server to compare with that runs already; may be given several times.", HelpName = "[NAME=]URL" };

    private static readonly Option<bool> NoPeers = new("--no-peers") { Description = "Leave out Kestrel, nginx and the bare loop in C, which take part where the machine has them." };

    private static readonly Option<string> Generator = new("--generator") { Description = "What makes the load: own | wrk.", HelpName = "NAME", DefaultValueFactory = _ => "own" };

    private static readonly Option<int> Threads = Whole("--threads", null, "Threads of the load generator; one for every two cores leaves the server its half.", Math.Max(1, Environment.ProcessorCount / 2), 1);

    private static readonly Option<int> Seed = Whole("--seed", null, "Of the order of requests and of random gaps; the same seed asks the same.", 1, 0);

    private static readonly Option<bool> Quick = new("--quick") { Description = "Two rounds with turns so short that all topologies take under five minutes." };

    private static readonly Option<string> Output = new("--output", "-o") { Description = "The reports: FILE.html and FILE.json.", HelpName = "FILE", DefaultValueFactory = _ => "bench" };

    /// <summary>Makes the command.</summary>
    /// <param name="run">Runs it; returns the exit code.</param>
    public static Command Create(Func<BenchOptions, Task<int>> run)
    {
        var command = new Command("bench", "Measure topologies and peers under the same load, in turns, and recommend one: a table, an HTML report and JSON.")
        {
            Topologies, Workload, Urls, Connections, Rounds, Seconds, WarmUp, Rate, Arrivals, Peer, NoPeers, Generator, Threads, Seed, Quick, Output,
        };
        command.SetAction((parsed, _) => run(Read(parsed)));
        return command;
    }

    private static BenchOptions Read(ParseResult parsed) => new()
    {
        Topologies = parsed.GetValue(Topologies) ?? [],
        Workloads = [.. (parsed.GetValue(Workload) ?? []).SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
        Urls = parsed.GetValue(Urls),
        Connections = parsed.GetValue(Connections),
        Rounds = parsed.GetValue(Rounds),
        Duration = TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
        WarmUp = TimeSpan.FromSeconds(parsed.GetValue(WarmUp)),
        Rate = parsed.GetResult(Rate) is { Implicit: false } ? parsed.GetValue(Rate) : null,
        Arrivals = parsed.GetValue(Arrivals)!,
        Peers = parsed.GetValue(Peer) ?? [],
        FindPeers = !parsed.GetValue(NoPeers),
        Generator = parsed.GetValue(Generator)!,
        Threads = parsed.GetValue(Threads),
        Seed = parsed.GetValue(Seed),
        Quick = parsed.GetValue(Quick),
        Output = parsed.GetValue(Output)!,
        // As it was typed, but for the quotes of a shell.
        Command = "actorserver " + string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ') ? $"'{token.Value}'" : token.Value)),
    };

    private static Option<int> Whole(string name, string? alias, string description, int value, int least)
    {
        var option = alias is null ? new Option<int>(name) : new Option<int>(name, alias);
        (option.Description, option.HelpName, option.DefaultValueFactory) = (description, "N", _ => value);
        option.Validators.Add(result => Check(result, name, least));
        return option;
    }

    private static Option<double> Positive(string name, string? alias, string description, double value)
    {
        var option = alias is null ? new Option<double>(name) : new Option<double>(name, alias);
        (option.Description, option.HelpName, option.DefaultValueFactory) = (description, "SECONDS", _ => value);
        option.Validators.Add(result => Check(result, name, 0.05));
        return option;
    }

    private static void Check(OptionResult result, string name, double least)
    {
        if (result.Tokens is [var token] && double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !(value >= least && value <= 1e6))
            result.AddError($"{name} {token.Value} is not usable; expected {least} or more");
    }
}
