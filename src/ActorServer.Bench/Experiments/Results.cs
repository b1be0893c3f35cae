using System.Text.Json.Serialization;
using ActorServer.Bench.Load;
using ActorServer.Bench.Servers;

namespace ActorServer.Bench.Experiments;

/// <summary>Everything that an experiment has found, as the JSON report has it.</summary>
public sealed record Results
{
    /// <summary>The version of this format.</summary>
    public int Format => 1;

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took, in seconds, with starting and stopping the servers.</summary>
    public double Seconds { get; set; }

    /// <summary>The command that repeats it.</summary>
    public required string Command { get; init; }

    /// <summary>Where it was measured.</summary>
    public required Machine Machine { get; init; }

    /// <summary>What was planned.</summary>
    public required Plan Plan { get; init; }

    /// <summary>The load generator's name and threads.</summary>
    public required string Generator { get; init; }

    /// <summary>The seed of the order of requests and of the times of an open loop.</summary>
    public required int Seed { get; init; }

    /// <summary>The workloads of the plan.</summary>
    public required IReadOnlyList<WorkloadInfo> Workloads { get; init; }

    /// <summary>Who took part.</summary>
    public required IReadOnlyList<ServerInfo> Servers { get; init; }

    /// <summary>What was measured, in order.</summary>
    public List<TurnResult> Turns { get; } = [];

    /// <summary>What could not be done as asked, one sentence each.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>Whether somebody ended it before its time.</summary>
    public bool Interrupted { get; set; }
}

/// <summary>A workload in words.</summary>
/// <param name="Name">As <c>--workload</c> has it.</param>
/// <param name="Title">What it is.</param>
public sealed record WorkloadInfo(string Name, string Title);

/// <summary>A server in words.</summary>
/// <param name="Name">As in every table.</param>
/// <param name="IsPeer">Whether it is somebody else's.</param>
/// <param name="Engine">What waits for input, when it tells.</param>
/// <param name="Note">More about it.</param>
public sealed record ServerInfo(string Name, bool IsPeer, string Engine, string Note);

/// <summary>What one turn has measured.</summary>
public sealed record TurnResult
{
    /// <summary>The server.</summary>
    public required string Server { get; init; }

    /// <summary>What was measured.</summary>
    public required Point Point { get; init; }

    /// <summary>In which round, from 1.</summary>
    public required int Round { get; init; }

    /// <summary>How long it counted.</summary>
    public required double Seconds { get; init; }

    /// <summary>Replies in that time.</summary>
    public required long Replies { get; init; }

    /// <summary>Of those, the ones with a status other than 2xx and 3xx.</summary>
    public required long BadReplies { get; init; }

    /// <summary>Connections that failed, or ended within a request.</summary>
    public required long Failures { get; init; }

    /// <summary>The first failure in words.</summary>
    public string? Failure { get; init; }

    /// <summary>Requests that nobody answered.</summary>
    public required long Unanswered { get; init; }

    /// <summary>Connections on which nothing was ever answered.</summary>
    public required int Starved { get; init; }

    /// <summary>The server's processor time meanwhile, in seconds; null when it was not started here.</summary>
    public double? Cpu { get; init; }

    /// <summary>
    /// The server's resident memory at the end, in bytes, of all its processes (<see cref="ProcessTree"/>); null when it was not started here.
    /// </summary>
    public long? Memory { get; init; }

    /// <summary>The server's processes at the end.</summary>
    public int? Processes { get; init; }

    /// <summary>Their threads.</summary>
    public int? Threads { get; init; }

    /// <summary>By how much the load generator was late with 99 % of its requests, in nanoseconds; of an open loop.</summary>
    public long Late99 { get; init; }

    /// <summary>The latencies.</summary>
    [JsonIgnore]
    public Histogram Latency { get; init; } = new();

    /// <summary>The latencies as pairs: nanoseconds up to which, and how many.</summary>
    public IEnumerable<long[]> Latencies => Latency.Buckets().Select(bucket => new[] { bucket.UpTo, bucket.Count });
}
