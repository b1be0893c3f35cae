using System.Text.Json;
using ActorServer.Bench.Experiments;
using ActorServer.Bench.Servers;

namespace ActorServer.Benchmarks.Documents;

/// <summary>What the JSON report of <c>actorserver bench</c> says, as far as the documents tell of it.</summary>
/// <param name="Results">What was measured, where, and by which command.</param>
/// <param name="Summaries">What all rounds say about one server at one point.</param>
public sealed record BenchReport(BenchReport.Experiment Results, IReadOnlyList<Summary> Summaries)
{
    private const int Format = 1;

    /// <summary>Reads a report.</summary>
    /// <param name="json">The file's text.</param>
    /// <exception cref="JsonException">It is no JSON, or lacks something.</exception>
    /// <exception cref="FormatException">It is of another version.</exception>
    public static BenchReport Parse(string json)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };
        var report = JsonSerializer.Deserialize<BenchReport>(json, options) ?? throw new JsonException("it is empty");
        return report.Results.Format == Format ? report : throw new FormatException($"its format is {report.Results.Format}; expected {Format}");
    }

    /// <summary>The experiment.</summary>
    /// <param name="Format">The version of the file's format.</param>
    /// <param name="Started">When it began.</param>
    /// <param name="Command">The command that repeats it.</param>
    /// <param name="Machine">Where it was measured.</param>
    /// <param name="Plan">What was planned.</param>
    /// <param name="Servers">Who took part.</param>
    /// <param name="Interrupted">Whether somebody ended it before its time.</param>
    public sealed record Experiment(
        int Format, DateTimeOffset Started, string Command, Machine Machine, Plan Plan, IReadOnlyList<ServerInfo> Servers, bool Interrupted);
}
