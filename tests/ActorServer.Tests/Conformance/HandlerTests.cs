using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using ActorServer.Configuration;
using ActorServer.Handlers;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Tests.Support;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;

namespace ActorServer.Tests.Conformance;

/// <summary>Handlers of every kind on every topology: what a client sees does not depend on either.</summary>
public sealed class HandlerTests
{
    private static readonly Dictionary<string, Type> Kinds = new(StringComparer.Ordinal)
    {
        ["method"] = typeof(Method), ["task"] = typeof(Waiter), ["actor"] = typeof(Answerer), ["flow"] = typeof(Stream),
    };

    public static IEnumerable<object[]> All => Rows.Runnable.AsEnumerable<object[]>().SelectMany(row => Kinds.Keys.Select(kind => (object[])[.. row, kind]))
        .Where(row => row is not ["multi-process", "actor" or "flow"]);

    /// <summary>Those that answer a copy of the request, with a time to do so.</summary>
    public static IEnumerable<object[]> Messaging => All.Where(row => row[1] is "actor" or "flow");

    [Theory, MemberData(nameof(All))]
    public async Task Answers_what_each_client_asked_for(string topology, string kind)
    {
        await using var server = await StartAsync(topology, kind);
        if (server.ServesSeveral) await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Factory.StartNew(() => Converse(server, n), TaskCreationOptions.LongRunning)));
        else for (var n = 0; n < 3; n++) Converse(server, n);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_failure_is_a_500_for_its_own_client(string topology, string kind)
    {
        await using var server = await StartAsync(topology, kind);
        using (var client = server.Connect())
        {
            var reply = client.Get("/fail");
            Assert.Equal((500, true), (reply.Status, reply.Closes));
            client.ExpectEnd();
        }

        using var next = server.Connect();
        Assert.Equal("GET /after 0", next.Get("/after").Text);
        Eventually.True(() => server.Ended(EndReason.HandlerCrashed) == 1, "the end is counted");
    }

    [Theory, MemberData(nameof(Messaging))]
    public async Task No_answer_in_time_is_a_503_and_one_that_comes_later_reaches_nobody(string topology, string kind)
    {
        await using var server = await StartAsync(topology, kind, "handler-timeout = 500ms");
        using var client = server.Connect();
        var reply = client.Get("/late");
        Assert.Equal((503, false), (reply.Status, reply.Closes));
        for (var i = 0; i < 3; i++) Assert.Equal("GET /release 0", client.Get("/release").Text); // the first lets the late answer out
    }

    [Theory]
    [InlineData("actor")]
    [InlineData("flow")]
    public async Task Where_processes_have_no_actors_the_server_says_so_and_does_not_start(string kind)
    {
        var failure = await Assert.ThrowsAsync<InvalidConfigurationException>(() => StartAsync("multi-process", kind));
        Assert.Contains("its processes have no actors", failure.Message);
    }

    [Fact]
    public async Task An_actor_that_answers_somebody_elses_request_is_a_500()
    {
        await using var server = await TestServer.StartAsync("actor", Props.Create<AlwaysTheFirst>());
        using var client = server.Connect();
        Assert.Equal("for the first", client.Get("/1").Text);
        Assert.Equal(500, client.Get("/2").Status);
    }

    [Fact]
    public async Task A_stream_with_a_full_queue_refuses_at_once()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync("actor", new Gated(gate.Task), "handler-queue = 2");
        var clients = Enumerable.Range(0, 64).Select(_ => server.Connect()).ToList();
        foreach (var client in clients) client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        // Two are in the queue, one is with the stream, and its buffers have some: the others are not kept.
        var metrics = server.Running.Info.Metrics;
        Eventually.True(() => clients.Count(client => client.Socket.Poll(0, SelectMode.SelectRead)) is >= 24 and var refused && refused + metrics.ActiveRequests == 64,
            "the rest is refused while nothing is answered");
        gate.SetResult();
        var statuses = clients.ConvertAll(client => client.Read().Status);
        Assert.Contains(200, statuses);
        Assert.InRange(statuses.Count(status => status == 503), 24, 63);
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_stream_that_ends_is_started_again()
    {
        var starts = 0;
        await using var server = await TestServer.StartAsync("actor", new Short(() => Interlocked.Increment(ref starts)));
        using var client = server.Connect();
        for (var i = 1; i <= 3; i++) Assert.Equal(200, client.Get("/").Status); // each takes the one answer that a stream has
        Assert.InRange(Volatile.Read(ref starts), 3, 4);
    }

    private static Task<TestServer> StartAsync(string topology, string kind, string hocon = "") =>
        TestServer.StartAsync(topology, $"""handler = "{Kinds[kind].AssemblyQualifiedName}", {hocon}""");

    private static void Converse(TestServer server, int n)
    {
        using var client = server.Connect();
        for (var i = 0; i < 5; i++)
        {
            var body = new string('b', n * 10 + i);
            client.Send($"POST /{n}/{i} HTTP/1.1\r\nHost: test\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            var reply = client.Read();
            Assert.Equal((200, $"POST /{n}/{i} {body.Length}"), (reply.Status, reply.Text));
            Assert.Equal("text/plain", reply.Headers["Content-Type"]);
        }

        // A pipeline: in order, one of them not answered at once.
        client.Send($"GET /{n}/a HTTP/1.1\r\nHost: test\r\n\r\nGET /wait HTTP/1.1\r\nHost: test\r\n\r\nGET /{n}/c HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal([$"GET /{n}/a 0", "GET /wait 0", $"GET /{n}/c 0"], [client.Read().Text, client.Read().Text, client.Read().Text]);
    }

    private static string Answer(Request request) => $"{request.Method} {request.Path} {request.Body.Length}";

    public sealed class Method : IHttpHandler
    {
        public void Handle(HttpExchange exchange)
        {
            var request = exchange.Request;
            if (request.PathText == "/fail") throw new InvalidOperationException("as asked for");
            exchange.Response.ContentType = "text/plain";
            exchange.Response.Write($"{request.MethodText} {request.PathText} {request.Body.Length}");
        }
    }

    public sealed class Waiter : IAsyncHttpHandler
    {
        public async ValueTask HandleAsync(HttpExchange exchange)
        {
            var request = exchange.Request;
            await Task.Yield();
            if (request.PathText == "/fail") throw new InvalidOperationException("as asked for");
            if (request.PathText == "/wait") await Task.Delay(5);
            exchange.Response.ContentType = "text/plain";
            exchange.Response.Write($"{request.MethodText} {request.PathText} {request.Body.Length}");
        }
    }

    public sealed class Answerer : ReceiveActor
    {
        private readonly List<(IActorRef, Response)> _late = [];

        public Answerer() => Receive<Request>(request =>
        {
            switch (request.Path)
            {
                case "/fail":
                    Sender.Tell(new Status.Failure(new InvalidOperationException("as asked for")));
                    break;
                case "/late":
                    _late.Add((Sender, request.Reply("too late")));
                    break;
                case "/wait":
                    _ = Task.Delay(5).PipeTo(Sender, success: () => request.Reply(Answer(request)));
                    break;
                default:
                    foreach (var (asker, reply) in _late) asker.Tell(reply);
                    _late.Clear();
                    Sender.Tell(request.Reply(Encoding.UTF8.GetBytes(Answer(request)), "text/plain"));
                    break;
            }
        });
    }

    public sealed class Stream : IFlowHandler
    {
        public Flow<Request, Response, NotUsed> Create()
        {
            var late = new ConcurrentQueue<Response>();
            return Flow.Create<Request>().SelectAsync(4, async request =>
            {
                if (request.Path == "/fail") throw new InvalidOperationException("as asked for");
                if (request.Path == "/wait") await Task.Delay(5);
                return request.Reply(Answer(request));
            }).SelectMany(response =>
            {
                if (response.Request.Path == "/late") late.Enqueue(response);
                else return late.TryDequeue(out var before) ? [before, response] : (Response[])[response];
                return [];
            });
        }
    }

    private sealed class AlwaysTheFirst : ReceiveActor
    {
        private Request? _first;

        public AlwaysTheFirst() => Receive<Request>(request => Sender.Tell((_first ??= request).Reply("for the first")));
    }

    private sealed class Gated(Task gate) : IFlowHandler
    {
        public Flow<Request, Response, NotUsed> Create() => Flow.Create<Request>().SelectAsync(1, async request =>
        {
            await gate;
            return request.Reply(200);
        });
    }

    private sealed class Short(Action started) : IFlowHandler
    {
        public Flow<Request, Response, NotUsed> Create()
        {
            started();
            return Flow.Create<Request>().Select(static request => request.Reply("one")).Take(1);
        }
    }
}
