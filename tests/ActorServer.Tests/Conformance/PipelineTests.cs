using System.Text.Json;
using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>What the topology <c>pipeline</c> promises besides: stages with threads of their own, back-pressure, parallelism that follows the queue.</summary>
public sealed class PipelineTests
{
    private const string Small = "topologies.pipeline { parse.buffer = 1, validate.buffer = 1, handle { min = 1, max = 1, buffer = 1 } }";

    [Fact]
    public async Task Each_stage_has_a_thread_of_its_own()
    {
        await using var server = await TestServer.StartAsync("pipeline");
        using var client = server.Connect();
        client.Get("/");
        var who = JsonDocument.Parse(client.Get("/whoami").Body).RootElement;
        var tids = ((string[])["accepted_tid", "read_tid", "handle_tid", "write_tid"]).Select(key => who.GetProperty(key).GetInt32()).ToList();
        Assert.Equal(4, tids.Distinct().Count());
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        Assert.Equal(["loop", "parse-1", "handle", "write-1"], tids.ConvertAll(KernelThreads.Name));
        var names = KernelThreads.Names();
        Assert.Contains("validate-1", names);
        Assert.Contains("render-1", names);
    }

    [Fact]
    public async Task The_parallelism_of_a_stage_grows_with_its_queue_and_goes_back()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = await TestServer.StartAsync("pipeline", exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/block"u8)) gate.Wait(TimeSpan.FromSeconds(30));
            return ValueTask.CompletedTask;
        }, "topologies.pipeline.handle { min = 1, max = 8 }");
        var clients = Enumerable.Range(0, 20).Select(_ => server.Connect()).ToList();
        foreach (var client in clients) client.Send("GET /block HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => (Shown(server, "parallelism", "handle"), Shown(server, "busy", "handle"), Shown(server, "queued", "handle")) == (8, 8, 12), "eight are handled, twelve wait");
        gate.Set();
        Assert.All(clients, client => Assert.Equal(200, client.Read().Status));
        Eventually.True(() => (Shown(server, "parallelism", "handle"), Shown(server, "busy", "handle")) == (1, 0), "one is enough again");
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_stage_that_does_not_keep_up_stops_the_reading()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = await TestServer.StartAsync("pipeline", _ =>
        {
            gate.Wait(TimeSpan.FromSeconds(30));
            return ValueTask.CompletedTask;
        }, Small);
        var clients = Enumerable.Range(0, 40).Select(_ => server.Connect()).ToList();
        foreach (var client in clients) client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        var metrics = server.Running.Info.Metrics;
        Eventually.True(() => Shown(server, "busy", "handle") == 1 && Shown(server, "queued", "validate") >= 2 && Shown(server, "queued", "parse") > 20, "the buffers are full");
        Assert.InRange(metrics.ActiveRequests, 1, 19); // who waits there has not been read
        gate.Set();
        Assert.All(clients, client => Assert.Equal(200, client.Read().Status));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_request_that_waited_too_long_is_refused_before_its_handler()
    {
        using var gate = new ManualResetEventSlim();
        var handled = 0;
        await using var server = await TestServer.StartAsync("pipeline", _ =>
        {
            Interlocked.Increment(ref handled);
            gate.Wait(TimeSpan.FromSeconds(30));
            return ValueTask.CompletedTask;
        }, "topologies.pipeline { stages = [parse, wait, validate, handle, render, write], validate { max-wait = 1s }, "
            + $$"""wait { class = "{{typeof(SlowStage).AssemblyQualifiedName}}", min = 1, max = 1, buffer = 10 } }""");
        gate.Set();
        using var client = server.Connect();
        Assert.Equal(200, client.Get("/").Status);
        var refused = client.Get("/slow");
        Assert.Equal((503, false), (refused.Status, refused.Closes));
        Assert.Equal(1, Volatile.Read(ref handled));
        Assert.Equal(200, client.Get("/").Status);
    }

    [Fact]
    public async Task A_stage_of_the_users_own_sees_requests_before_the_handler_or_replies_after_it()
    {
        var name = typeof(OwnStage).AssemblyQualifiedName;
        await using var server = await TestServer.StartAsync("pipeline", "topologies.pipeline { stages = [parse, guard, validate, handle, stamp, render, write], "
            + $$"""guard { class = "{{name}}", min = 1, max = 1, buffer = 10 }, stamp { class = "{{name}}", min = 2, max = 2, buffer = 10 } }""");
        using var client = server.Connect();
        var reply = client.Get("/");
        Assert.Equal((200, "Hello, World!", "1"), (reply.Status, reply.Text, reply.Headers["X-Seen-Before"]));
        Assert.Equal("2", reply.Headers["X-Seen-After"]); // another instance for each stage
        var refused = client.Get("/sleep?forbidden");
        Assert.Equal((403, ""), (refused.Status, refused.Text));
        Assert.Equal(500, client.Get("/wait?crash").Status);
        Eventually.True(() => server.Ended(EndReason.HandlerCrashed) == 1, "the crash is counted");
    }

    [Fact]
    public async Task A_stage_of_the_users_own_that_does_not_return_holds_nobody_up()
    {
        await using var server = await TestServer.StartAsync("pipeline", "topologies.pipeline { stages = [parse, stuck, validate, handle, render, write], "
            + $$"""stuck { class = "{{typeof(StuckStage).AssemblyQualifiedName}}", min = 2, max = 2, buffer = 10 } }""");
        using var client = server.Connect();
        client.Send("GET /stuck HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.True(StuckStage.Entered.Wait(TimeSpan.FromSeconds(30)));
        using (var other = server.Connect()) Assert.Equal(200, other.Get("/").Status);
        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 1, "the other is gone");
        Assert.Equal(1, await server.Running.StopAsync(TimeSpan.FromMilliseconds(200)));
        client.ExpectEnd();
        Assert.Equal(1, server.Ended(EndReason.AppShutdownTimeout));
        Assert.Equal(0, server.Running.Info.Metrics.ActiveRequests);
        StuckStage.Gate.Set();
    }

    [Theory]
    [InlineData("stages = [parse, handle, write]", "is no pipeline; expected parse first")]
    [InlineData("stages = [mine, parse, handle, render, write]", "is no pipeline; expected parse first")]
    [InlineData("handle { min = 9, max = 3 }", "max: 3 is less than min")]
    [InlineData("handle.buffer = 10", "buffer: 10 is too small; expected at least max, which is 64")]
    [InlineData("poller = poll", "\"poll\" reports a state")]
    [InlineData("stages = [parse, mine, handle, render, write], mine { class = \"System.String\", min = 1, max = 1, buffer = 1 }", "is no stage; expected an IRequestStage")]
    public void A_pipeline_that_makes_no_sense_is_refused(string hocon, string told)
    {
        Akka.Configuration.Config config = $"actor-server {{ topology = pipeline, topologies.pipeline {{ {hocon} }} }}";
        Assert.Contains(told, Assert.Throws<InvalidConfigurationException>(() => ServerSettings.Load(config)).Message, StringComparison.Ordinal);
    }

    private static long Shown(TestServer server, string what, string stage) =>
        server.Running.Info.Metrics.Gauges.Single(gauge => gauge.Name == $"actorserver.pipeline.{what}").Read().Single(part => part.Value == stage).Count;

    public sealed class SlowStage : IRequestStage
    {
        public bool Process(HttpExchange exchange)
        {
            if (exchange.Request.PathText == "/slow") Thread.Sleep(1500);
            return true;
        }
    }

    /// <summary>Made by its name, so that one test and its stage meet in what is static.</summary>
    public sealed class StuckStage : IRequestStage
    {
        public static readonly SemaphoreSlim Entered = new(0);
        public static readonly ManualResetEventSlim Gate = new();

        public bool Process(HttpExchange exchange)
        {
            if (exchange.Request.PathText != "/stuck") return true;
            Entered.Release();
            return Gate.Wait(TimeSpan.FromSeconds(30));
        }
    }

    public sealed class OwnStage : IRequestStage
    {
        private int _seen;

        public bool Process(HttpExchange exchange)
        {
            if (exchange.Request.QueryText == "crash") throw new InvalidOperationException("as asked for");
            if (exchange.Request.QueryText == "forbidden")
            {
                exchange.Response.Status = 403;
                return false;
            }

            exchange.Response.AddHeader(exchange.Response.Length > 0 ? "X-Seen-After" : "X-Seen-Before", $"{Interlocked.Increment(ref _seen) + (exchange.Response.Length > 0 ? 1 : 0)}");
            return true;
        }
    }
}
