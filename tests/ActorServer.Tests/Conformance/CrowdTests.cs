using ActorServer.Protocol;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>
/// Clients that send a head or a body byte by byte, or read their reply slowly or never, beside an honest one: it is served while all of them
/// are still there. (<c>benchmarks/Load/hostile -m crowd</c> measures how soon, beside a thousand.)
/// </summary>
public sealed class CrowdTests
{
    public static TheoryData<string> Topologies => Rows.Several;

    [Theory, MemberData(nameof(Topologies))]
    public async Task Slow_clients_keep_nobody_waiting(string topology)
    {
        // A thread of the pool each, which leaves some; a process each.
        var each = topology.StartsWith("thread-pool", StringComparison.Ordinal) ? 20 : topology.StartsWith("multi-process", StringComparison.Ordinal) ? 1 : 33;
        await using var server = await TestServer.StartAsync(topology, "limits { header-timeout = 10m, rate-grace = 10m }");
        var metrics = server.Running.Info.Metrics;
        var heads = Crowd("GET / HTTP/1.1\r\nHost: test\r\nX: ");
        var bodies = Crowd("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 10000\r\n\r\n");
        var readers = Crowd("GET /bytes?n=100000000 HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => metrics.OpenConnections == 3 * each, "all of them are there");
        for (var i = 1; i <= 20; i++)
        {
            using var honest = server.Connect();
            Assert.Equal(200, honest.Get("/", "Connection: close\r\n").Status);
            heads.ForEach(client => client.Send("x"));
            bodies.ForEach(client => client.Send("x"));
            for (var reader = 0; reader < each; reader += 2) readers[reader].Bytes(10);
        }

        Eventually.True(() => server.Ended(EndReason.ResponseComplete) == 20, "the honest ones are done");
        Assert.Equal(20, Enum.GetValues<EndReason>().Sum(server.Ended));
        Assert.Equal(3 * each, metrics.OpenConnections);
        foreach (var client in heads.Concat(bodies).Concat(readers)) client.Dispose();
        Eventually.True(() => metrics.OpenConnections == 0, "they are gone");

        List<RawClient> Crowd(string sent) => [.. Enumerable.Range(0, each).Select(_ =>
        {
            var client = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
            client.Send(sent);
            return client;
        })];
    }
}
