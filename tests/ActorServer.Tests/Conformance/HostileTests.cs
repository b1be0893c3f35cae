using System.Diagnostics;
using System.Globalization;
using System.Net;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.Protocol.Http1;
using ActorServer.Tests.Support;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorServer.Tests.Conformance;

/// <summary>
/// Hostile clients of every kind, against the command in a process of its own: afterwards it has as many descriptors, threads, actors and
/// processes as before. What is drawn at random is the same in each run; <c>ACTORSERVER_HOSTILE_SECONDS=300</c> adds random bytes for so long,
/// from another seed each time (or <c>ACTORSERVER_HOSTILE_SEED</c>), which is printed.
/// </summary>
public sealed class HostileTests(ITestOutputHelper output)
{
    private static readonly int Seconds = Variable("ACTORSERVER_HOSTILE_SECONDS", 0);

    public static TheoryData<string> Topologies => Rows.Variants;

    [Theory, MemberData(nameof(Topologies))]
    public async Task Nothing_is_left_of_them(string topology)
    {
        if (!OperatingSystem.IsLinux()) return; // proc(5)
        var seed = Variable("ACTORSERVER_HOSTILE_SEED", Seconds == 0 ? 1 : Random.Shared.Next());
        output.WriteLine($"seed {seed}");
        var (name, setting) = topology.Split(' ') is [var first, var second] ? (first, second) : (topology, null);
        string[] more = setting is null ? [] : ["--set", $"topologies.{name}.{setting}"];
        using var server = new ServerProcess([
            "run", name, "--port", "0", "--set", $"handler={typeof(HostileApp).AssemblyQualifiedName}", .. more,
            "--set", "limits.header-timeout=300ms", "--set", "limits.rate-grace=300ms", "--set", "limits.min-response-rate=100000000", "--set", "limits.linger=10s"]);
        var ready = await server.ReadyAsync();
        var times = name == "multi-process" ? 1 : 12; // where each connection costs a process
        var random = new Random(seed);

        new Hostility(ready.EndPoint, times, random).Everything(); // what is made once and kept is made now
        var before = Settled(ready.EndPoint, ready.Pid);
        new Hostility(ready.EndPoint, times, random).Everything();
        var rounds = 0;
        for (var begun = Stopwatch.StartNew(); begun.Elapsed.TotalSeconds < Seconds; rounds++)
        {
            new Hostility(ready.EndPoint, times, random).Noise();
            using var honest = new RawClient(ready.EndPoint); // served in between; and so nobody who costs a process comes faster than that
            Assert.Equal(200, honest.Get("/", "Connection: close\r\n").Status);
        }

        using var asks = new RawClient(ready.EndPoint);
        var after = Counted.Of(ready.Pid, asks);
        Assert.True(SpinWait.SpinUntil(() => (after = Counted.Of(ready.Pid, asks)).IsWithin(before), TimeSpan.FromSeconds(30)), $"seed {seed}: {before} before, {after} after");
        output.WriteLine($"{rounds} rounds of noise; {before} before, {after} after");
        asks.Dispose();
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
    }

    /// <summary>What it holds when it holds the same for a while.</summary>
    private static Counted Settled(IPEndPoint server, int pid)
    {
        using var client = new RawClient(server);
        var (counted, same) = (Counted.Of(pid, client), 0);
        Eventually.True(() =>
        {
            Thread.Sleep(30);
            var now = Counted.Of(pid, client);
            same = now.Connections == 1 && now.IsWithin(counted) && counted.IsWithin(now) ? same + 1 : 0;
            counted = now;
            return same >= 8;
        }, "it settles");
        return counted;
    }

    private static int Variable(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>What it holds while it serves the one connection that asks.</summary>
    private sealed record Counted(ProcessCounts Counts, int Actors, double Connections)
    {
        public static Counted Of(int pid, RawClient client)
        {
            var actors = int.Parse(client.Get("/actors").Text, CultureInfo.InvariantCulture);
            var connections = ServerProcess.Counter(client.Get("/metrics").Text, "actorserver_connections_open");
            return new Counted(ProcessCounts.Of(pid), actors, connections);
        }

        /// <summary>Memory may be in use until the next collection, or kept for the next buffers.</summary>
        public bool IsWithin(Counted other) => Connections <= other.Connections && Actors <= other.Actors && Counts.Processes <= other.Counts.Processes && Counts.Descriptors <= other.Counts.Descriptors
            && Counts.Threads <= other.Counts.Threads && Counts.ResidentMegabytes <= other.Counts.ResidentMegabytes + 64;
    }
}

/// <summary>The demo app, which also tells how many actors there are below the server.</summary>
public sealed class HostileApp : IAsyncHttpHandler
{
    private readonly DemoApp _demo = new();

    /// <inheritdoc/>
    public ValueTask HandleAsync(HttpExchange exchange)
    {
        if (!exchange.Request.Path.SequenceEqual("/actors"u8)) return _demo.HandleAsync(exchange);
        var actor = exchange.Connection.Actor as LocalActorRef; // null in a process that has none
        while (actor is not null && actor.Path.Name != "server") actor = actor.Parent as LocalActorRef;
        exchange.Response.Write(Count(actor).ToString(CultureInfo.InvariantCulture));
        return ValueTask.CompletedTask;
    }

    private static int Count(LocalActorRef? actor) => actor is null ? 0 : 1 + actor.Children.OfType<LocalActorRef>().Sum(Count);
}
