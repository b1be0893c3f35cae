using ActorServer.Bench.Experiments;
using ActorServer.Bench.Servers;
using Spectre.Console;

namespace ActorServer.Bench.Reports;

/// <summary>Progress as lines, for an output that is no terminal.</summary>
/// <param name="output">Where to.</param>
public sealed class LineDisplay(TextWriter output) : IProgressDisplay
{
    /// <inheritdoc/>
    public void Started(ServerSpec server) => Write($"started {server.Name}");

    /// <inheritdoc/>
    public void Begins(Turn turn, int number, int count)
    {
        // A line when it is over says more.
    }

    /// <inheritdoc/>
    public void Ends(Turn turn, TurnResult? result)
    {
        if (result is not null)
            Write($"round {turn.Round}, {turn.Server}, {turn.Point.Name}: {Figures.Count(result.Replies / result.Seconds)} replies/s, p99 {Figures.Duration(result.Latency.Percentile(99))}");
    }

    /// <inheritdoc/>
    public void Remark(string text) => Write(text);

    private void Write(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }
}

/// <summary>Progress as bars: one for the experiment, one for the round.</summary>
public sealed class BarDisplay : IProgressDisplay
{
    private readonly IAnsiConsole _console;
    private readonly ProgressTask _starting;
    private readonly ProgressTask _all;
    private readonly ProgressTask _round;
    private readonly int _perRound;

    private BarDisplay(IAnsiConsole console, ProgressContext context, Plan plan)
    {
        _console = console;
        _perRound = Math.Max(1, plan.Count / plan.Rounds);
        _starting = context.AddTask("starting servers", maxValue: plan.Servers.Count);
        _all = context.AddTask("experiment", maxValue: Math.Max(1, plan.Count));
        _round = context.AddTask("round 1", maxValue: _perRound);
    }

    /// <summary>Shows bars while something runs.</summary>
    /// <param name="console">A terminal.</param>
    /// <param name="plan">What is going to run.</param>
    /// <param name="run">Runs it.</param>
    public static Results Show(IAnsiConsole console, Plan plan, Func<IProgressDisplay, Results> run) => console.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context => run(new BarDisplay(console, context, plan)));

    /// <inheritdoc/>
    public void Started(ServerSpec server)
    {
        _starting.Description = $"started {Markup.Escape(server.Name)}";
        _starting.Increment(1);
    }

    /// <inheritdoc/>
    public void Begins(Turn turn, int number, int count)
    {
        _starting.Value = _starting.MaxValue; // who could not start is not waited for
        _all.MaxValue = Math.Max(1, count);
        _all.Value = number - 1;
        _round.Value = (number - 1) % _perRound;
        _round.Description = $"round {turn.Round}: {Markup.Escape(turn.Server)}, {Markup.Escape(turn.Point.Name)}";
    }

    /// <inheritdoc/>
    public void Ends(Turn turn, TurnResult? result)
    {
        _all.Increment(1);
        _round.Increment(1);
    }

    /// <inheritdoc/>
    public void Remark(string text) => _console.MarkupLine($"[yellow]{Markup.Escape(text)}[/]");
}
