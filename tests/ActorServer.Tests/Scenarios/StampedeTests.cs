using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ActorServer.Tests.Support;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorServer.Tests.Scenarios;

/// <summary>
/// While clients keep the server busy, an actor of the running topology is killed every 100 ms (500 ms where each kill costs two processes),
/// whichever chance picks: acceptors, supervisors, connections, processes. (Of the actors in a pool's processes it is a connection's that
/// fails, by its handler.) After each kill the next client is served, and in the end the server is whole. <c>ACTORSERVER_STAMPEDE=100</c>
/// does it a hundred times to each topology, in the Release build on an idle machine, and then the next client is served within a second.
/// </summary>
public sealed class StampedeTests(ITestOutputHelper output)
{
    // Each may be killed each time; by themselves processes do not end that often.
    private const string Patience = "processes { max-restarts = 1000, min-backoff = 50ms, max-backoff = 50ms }";

    private static readonly int? Asked =
        Environment.GetEnvironmentVariable("ACTORSERVER_STAMPEDE") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    // What the suites start as few processes of as will do is started as it is configured.
    public static TheoryData<string> Topologies => Asked is null ? ["actor", "multi-thread", "proactor", "process-pool-1 processes=2"] : Rows.AsConfigured;

    [Theory, MemberData(nameof(Topologies))]
    public async Task Whoever_is_killed_the_next_client_is_served(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, Patience);
        int whole;
        do // a stream's actors come one after the other
        {
            whole = Lasting(server);
            Assert.True(await ServedAsync(server, requests: 1, CancellationToken.None));
        }
        while (Lasting(server) != whole);

        // A process each: clients that stay, and time to start two for each kill, that of the victim and that of the next client.
        var (clients, requests, each) = topology.StartsWith("multi-process", StringComparison.Ordinal) ? (4, 10_000, 500) : (100, server.ServesSeveral ? 100 : 1, 100);
        var isPool = topology.StartsWith("process-pool", StringComparison.Ordinal);
        using var stop = new CancellationTokenSource();
        long served = 0, broken = 0;
        var busy = Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (await ServedAsync(server, requests, stop.Token))
                {
                    Interlocked.Increment(ref served);
                    continue;
                }

                Interlocked.Increment(ref broken);
                await Task.Delay(10); // who is refused does not come again at once
            }
        })).ToList();

        var random = new Random(1);
        var again = new List<Task<TimeSpan>>();
        using var period = new PeriodicTimer(TimeSpan.FromMilliseconds(each));
        for (var kill = 1; kill <= (Asked ?? 20) * 100 / each; kill++)
        {
            await period.WaitForNextTickAsync();
            var victims = Below(server);
            var victim = random.Next(victims.Count + (isPool ? (int)server.Running.Info.Metrics.OpenConnections : 0));
            if (victim < victims.Count) victims[victim].Tell(Kill.Instance);
            else _ = ServedAsync(server, requests: 1, CancellationToken.None, "/crash");
            again.Add(ServedAgainAsync(server, $"kill {kill}, of {(victim < victims.Count ? victims[victim].Path : "a connection of the pool")}"));
        }

        var slowest = (await Task.WhenAll(again)).Max();
        await stop.CancelAsync();
        await Task.WhenAll(busy);
        output.WriteLine($"{topology}: served again after {slowest.TotalMilliseconds:F0} ms at most; {served} clients were served, {broken} lost their connection");
        Assert.True(served > 0);
        if (Asked is not null) Assert.True(slowest < TimeSpan.FromSeconds(1), $"served again after {slowest.TotalMilliseconds:F0} ms");
        Eventually.True(
            () => server.Running.Info.Metrics is { OpenConnections: 0, ActiveRequests: 0 } && Below(server).Count == whole,
            () => $"it is whole, {whole} actors: {string.Join(", ", Below(server).Select(actor => actor.Path.ToString()))}");
        using var last = server.Connect();
        Assert.Equal(200, last.Get("/").Status);
    }

    /// <summary>How long it takes from now until a client is served.</summary>
    private static async Task<TimeSpan> ServedAgainAsync(TestServer server, string after)
    {
        var killed = Stopwatch.StartNew();
        while (!await ServedAsync(server, requests: 1, CancellationToken.None))
            Assert.True(killed.Elapsed < TimeSpan.FromSeconds(20) && !server.Running.Stopped.IsCompleted, $"nobody is served after {after}");
        return killed.Elapsed;
    }

    /// <summary>A client that makes so many requests; whether all were answered.</summary>
    private static async Task<bool> ServedAsync(TestServer server, int requests, CancellationToken stop, string target = "/")
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var buffer = new byte[1000];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await socket.ConnectAsync(server.Running.EndPoint, patience.Token);
            for (var left = requests; left > 0; left--)
            {
                if (stop.IsCancellationRequested) left = 1;
                await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: h\r\n{(left > 1 ? "" : "Connection: close\r\n")}\r\n"), patience.Token);
                if (await socket.ReceiveAsync(buffer, patience.Token) == 0) return false;
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return false; // it was accepted and forgotten
        }
    }

    /// <summary>How many actors there are without those of connections, which are named by numbers: a client that has gone may still have one.</summary>
    private static int Lasting(TestServer server) => Below(server).Count(actor => !actor.Path.Name.All(char.IsAsciiDigit));

    /// <summary>All actors below the topology's own.</summary>
    private static List<LocalActorRef> Below(TestServer server)
    {
        var root = (LocalActorRef)((LocalActorRef)server.Running.System.ActorSelection("/user/server").ResolveOne(TimeSpan.FromSeconds(20)).Result).Children.First();
        return [.. Children(root)];

        static IEnumerable<LocalActorRef> Children(LocalActorRef parent) => parent.Children.OfType<LocalActorRef>().SelectMany(child => (IEnumerable<LocalActorRef>)[child, .. Children(child)]);
    }
}
