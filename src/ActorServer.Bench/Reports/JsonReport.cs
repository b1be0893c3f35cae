using System.Text.Json;
using System.Text.Json.Serialization;
using ActorServer.Bench.Experiments;

namespace ActorServer.Bench.Reports;

/// <summary>
/// The experiment for programs: every turn with its latencies, the summaries and the recommendation. Times are nanoseconds unless a name says
/// otherwise.
/// </summary>
public static class JsonReport
{
    /// <summary>Writes it.</summary>
    /// <param name="results">What was measured.</param>
    public static string Render(Results results)
    {
        var summaries = Summary.Of(results);
        return JsonSerializer.Serialize(new Document(results, summaries, Recommendation.Of(results, summaries)), JsonContext.Default.Document);
    }

    internal sealed record Document(Results Results, IReadOnlyList<Summary> Summaries, Recommendation Recommendation);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonReport.Document))]
internal sealed partial class JsonContext : JsonSerializerContext;
