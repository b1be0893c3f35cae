using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using ActorServer.Tests.Support;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorServer.Tests.Scenarios;

/// <summary>
/// While clients keep the server busy, an actor of the running topology is killed ten times a second, whichever chance picks: acceptors,
/// supervisors, connections, processes.
/// After each kill the next client is served, and in the end the server is whole. <c>ACTORSERVER_STAMPEDE=100</c> does it a hundred times to
/// each topology.
/// </summary>
public sealed class StampedeTests(ITestOutputHelper output)
{
    // Each may be killed each time; by themselves processes do not end that often.
    private const string Patience = "processes { max-restarts = 1000, min-backoff = 50ms, max-backoff = 50ms }";

    private static readonly int? Asked = Environment.GetEnvironmentVariable("ACTORSERVER_STAMPEDE") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public static TheoryData<string> Topologies => Asked is null ? ["actor", "multi-thread", "proactor", "process-pool-1 processes=2"] : Rows.Variants;

    [Theory, MemberData(nameof(Topologies))]
    public async Task Whoever_is_killed_the_next_client_is_served(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, Patience);
        var whole = Below(server).Count;
        var clients = topology.StartsWith("multi-process", StringComparison.Ordinal) ? 4 : 100; // there a process each
        using var stop = new CancellationTokenSource();
        long served = 0, broken = 0;
        var busy = Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (await ServedAsync(server, requests: server.ServesSeveral ? 100 : 1, stop.Token)) Interlocked.Increment(ref served);
                else Interlocked.Increment(ref broken);
            }
        })).ToList();

        var random = new Random(1);
        var slowest = TimeSpan.Zero;
        for (var kill = 0; kill < (Asked ?? 20); kill++)
        {
            var victims = Below(server);
            var victim = victims[random.Next(victims.Count)];
            victim.Tell(Kill.Instance);
            var killed = Stopwatch.StartNew();
            while (!await ServedAsync(server, requests: 1, CancellationToken.None))
                Assert.True(killed.Elapsed < TimeSpan.FromSeconds(20) && !server.Running.Stopped.IsCompleted, $"nobody is served after kill {kill + 1}, of {victim.Path}");
            if (killed.Elapsed > slowest) slowest = killed.Elapsed;
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        await stop.CancelAsync();
        await Task.WhenAll(busy);
        output.WriteLine($"{topology}: served again after {slowest.TotalMilliseconds:F0} ms at most; {served} clients were served, {broken} lost their connection");
        Assert.True(served > 0);
        Eventually.True(() => server.Running.Info.Metrics is { OpenConnections: 0, ActiveRequests: 0 } && Below(server).Count == whole, $"it is whole: {Below(server).Count} actors of {whole}");
        using var last = server.Connect();
        Assert.Equal(200, last.Get("/").Status);
    }

    /// <summary>A client that makes so many requests; whether all were answered.</summary>
    private static async Task<bool> ServedAsync(TestServer server, int requests, CancellationToken stop)
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
                await socket.SendAsync(left > 1 ? "GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray() : "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"u8.ToArray(), patience.Token);
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

    /// <summary>All actors below the topology's own.</summary>
    private static List<LocalActorRef> Below(TestServer server)
    {
        var root = (LocalActorRef)((LocalActorRef)server.Running.System.ActorSelection("/user/server").ResolveOne(TimeSpan.FromSeconds(20)).Result).Children.First();
        return [.. Children(root)];

        static IEnumerable<LocalActorRef> Children(LocalActorRef parent) => parent.Children.OfType<LocalActorRef>().SelectMany(child => (IEnumerable<LocalActorRef>)[child, .. Children(child)]);
    }
}
