using System.Net;

namespace ActorServer.Bench.Load;

/// <summary>One run of a load generator against one server.</summary>
/// <param name="Server">Who is asked.</param>
/// <param name="Requests">What is asked.</param>
/// <param name="Connections">Over how many connections, from 1.</param>
/// <param name="WarmUp">How long to ask before it counts.</param>
/// <param name="Duration">How long it counts.</param>
/// <param name="Rate">Requests per second of an open loop; 0 is a closed loop.</param>
/// <param name="Poisson">Whether the open loop's gaps are random instead of equal.</param>
/// <param name="Seed">Of the random gaps.</param>
public sealed record LoadRun(
    IPEndPoint Server, Requests Requests, int Connections, TimeSpan WarmUp, TimeSpan Duration, double Rate = 0, bool Poisson = true, int Seed = 1);

/// <summary>What a run tells while it goes on, so that somebody can look at the server in the same moment.</summary>
public enum LoadEvent
{
    /// <summary>It has just begun to count.</summary>
    Begins,

    /// <summary>It has just ceased to count.</summary>
    Ends,
}

/// <summary>What puts load on a server and measures its replies: our own loops, or wrk.</summary>
public interface ILoadGenerator
{
    /// <summary>As <c>--generator</c> has it.</summary>
    string Name { get; }

    /// <summary>Runs a load; blocks until it is over.</summary>
    /// <param name="load">What to do.</param>
    /// <param name="observe">Called on the same thread when the time that counts begins and ends.</param>
    /// <param name="cancel">Ends the run early; what was measured by then is the result.</param>
    /// <returns>What was measured; of no <see cref="LoadResult.Seconds"/> when it was cancelled before anything counted.</returns>
    /// <exception cref="IO.Native.SystemCallException">The generator itself ran out of something.</exception>
    LoadResult Run(LoadRun load, Action<LoadEvent> observe, CancellationToken cancel);
}

/// <summary>What a run has measured.</summary>
public sealed record LoadResult
{
    /// <summary>How long it counted.</summary>
    public required double Seconds { get; init; }

    /// <summary>Replies that came within the time.</summary>
    public required long Replies { get; init; }

    /// <summary>Of those, the ones with a status other than 2xx and 3xx.</summary>
    public required long BadReplies { get; init; }

    /// <summary>Connections that failed, or ended within a request.</summary>
    public required long Failures { get; init; }

    /// <summary>The first failure in words.</summary>
    public string? Failure { get; init; }

    /// <summary>Requests that got no reply, though it was waited for <see cref="LoadLoop.Patience"/> longer.</summary>
    public required long Unanswered { get; init; }

    /// <summary>Connections of a closed loop on which no request was ever answered.</summary>
    public required int Starved { get; init; }

    /// <summary>Latencies in nanoseconds, from the time that a request was meant to be sent.</summary>
    public required Histogram Latency { get; init; }

    /// <summary>By how much the generator itself was late, in nanoseconds; of an open loop.</summary>
    public required Histogram Late { get; init; }

    /// <summary>Replies per second.</summary>
    public double Rate => Seconds > 0 ? Replies / Seconds : 0;
}
