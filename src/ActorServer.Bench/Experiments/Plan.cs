namespace ActorServer.Bench.Experiments;

/// <summary>What is measured of every server: one column of the report.</summary>
/// <param name="Workload">What is asked.</param>
/// <param name="Connections">Over how many connections.</param>
/// <param name="Rate">Requests per second of an open loop; 0 is a closed loop.</param>
public sealed record Point(string Workload, int Connections, double Rate)
{
    /// <summary>Of several points of a workload the one that speaks for it: that with the most usual number of connections.</summary>
    /// <param name="points">At least one.</param>
    public static Point Main(IEnumerable<Point> points) => points.MinBy(point => Math.Abs(point.Connections - 64))!;

    /// <summary>A name for tables.</summary>
    public string Name => Rate > 0 ? $"{Workload}, {Connections} connections, {Rate:0} requests/s" : $"{Workload}, {Connections} connection{(Connections == 1 ? "" : "s")}";
}

/// <summary>One server's time under one load.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Server">Its name.</param>
/// <param name="Point">What is measured.</param>
public sealed record Turn(int Round, string Server, Point Point);

/// <summary>
/// Who is measured when. Round after round, point after point, all servers take turns, so that whatever else the machine does falls on all
/// alike; each round begins with another server, so that none is always the one after the hungriest. An experiment that is cut short has
/// therefore measured everybody about equally often.
/// </summary>
/// <param name="Servers">Their names.</param>
/// <param name="Points">What is measured of each.</param>
/// <param name="Rounds">How often.</param>
/// <param name="WarmUp">Before each turn.</param>
/// <param name="Duration">Of each turn.</param>
public sealed record Plan(IReadOnlyList<string> Servers, IReadOnlyList<Point> Points, int Rounds, TimeSpan WarmUp, TimeSpan Duration)
{
    // A first request of each connection, replies that are still waited for, a look at the server's memory.
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    /// <summary>All turns in their order.</summary>
    public IEnumerable<Turn> Turns() =>
        from round in Enumerable.Range(1, Rounds)
        from point in Points
        from place in Enumerable.Range(0, Servers.Count)
        select new Turn(round, Servers[(place + round - 1) % Servers.Count], point);

    /// <summary>How many turns there are.</summary>
    public int Count => Rounds * Points.Count * Servers.Count;

    /// <summary>How long they take, about: a server that leaves clients waiting takes longer.</summary>
    public TimeSpan Length => Count * (WarmUp + Duration + Between);

    /// <summary>The same plan with turns as long as fit.</summary>
    /// <param name="time">For all turns together.</param>
    /// <returns>Turns of 0.2 to 2 seconds, a quarter of them warm-up.</returns>
    public Plan Within(TimeSpan time)
    {
        var turn = Math.Clamp((time / Math.Max(1, Count) - Between).TotalSeconds, 0.2, 2);
        return this with { WarmUp = TimeSpan.FromSeconds(turn / 4), Duration = TimeSpan.FromSeconds(turn * 3 / 4) };
    }
}
