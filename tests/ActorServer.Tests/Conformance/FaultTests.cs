using System.Net.Sockets;
using System.Text;
using ActorServer.Connections;
using ActorServer.Dispatch;
using ActorServer.IO.Polling;
using ActorServer.Protocol;
using ActorServer.Protocol.Http1;
using ActorServer.Tests.Support;
using Akka.Actor;

namespace ActorServer.Tests.Conformance;

/// <summary>
/// What clients and handlers do wrong, in every state of a connection and every topology: it costs that connection, for one counted
/// reason, and nobody else.
/// </summary>
public sealed class FaultTests
{
    private static readonly EndReason[] Reasons = Enum.GetValues<EndReason>();

    public static TheoryData<string> Topologies => Rows.InProcess;

    public static TheoryData<string> Concurrent => Rows.ConcurrentVariants;

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_reset_in_any_state_ends_that_connection_only(string topology)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(topology, async exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/slow"u8)) await gate.Task;
            else if (exchange.Request.Path.SequenceEqual("/large"u8)) exchange.Response.Body = new Letters(long.MaxValue);
        });
        var metrics = server.Running.Info.Metrics;
        using var bystander = server.Bystander();
        var beside = bystander is null ? 0 : 1;
        (string State, string Sent, Func<bool> Reached, EndReason Reason)[] cases =
        [
            ("before a byte", "", () => true, EndReason.ConnectionReset),
            ("in the head", "GET / HTTP/1.1\r\nHo", () => true, EndReason.ConnectionReset),
            ("in the body", "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nabc", () => true, EndReason.ConnectionReset),
            ("with its handler", "GET /slow HTTP/1.1\r\nHost: test\r\n\r\n", () => metrics.ActiveRequests == 1, EndReason.ConnectionReset),
            ("in the reply", "GET /large HTTP/1.1\r\nHost: test\r\n\r\n", () => metrics.BytesSent > 100_000, EndReason.ConnectionReset),
            ("after the reply", "rubbish\r\n\r\n", () => true, EndReason.InvalidRequestLine),
        ];
        foreach (var (state, sent, reached, reason) in cases)
        {
            var (received, ended, all) = (metrics.BytesReceived, server.Ended(reason), Reasons.Sum(server.Ended));
            using (var client = server.Connect())
            {
                client.Send(sent);
                Eventually.True(() => metrics.BytesReceived == received + sent.Length && metrics.OpenConnections == beside + 1 && reached(), $"it is {state}");
                if (reason == EndReason.InvalidRequestLine) Assert.Equal(400, client.Read().Status);
                client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }

            if (state == "with its handler") gate.SetResult();
            Eventually.True(() => server.Ended(reason) == ended + 1, $"a reset {state} ends with {reason}");
            Assert.Equal(all + 1, Reasons.Sum(server.Ended));
            if (bystander is not null) Assert.Equal(200, bystander.Get("/").Status);
        }

        Assert.Equal((beside, 0, 0), (metrics.OpenConnections, metrics.ActiveRequests, metrics.Crashes));
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_client_that_ends_its_stream_gets_what_it_asked_for_until_then(string topology)
    {
        const string whole = "GET /bytes?n=3 HTTP/1.1\r\nHost: test\r\n\r\n", large = "GET /bytes?n=3000000 HTTP/1.1\r\nHost: test\r\n\r\n";
        await using var server = await TestServer.StartAsync(topology);
        (string Sent, int Replies, EndReason Reason)[] cases =
        [
            ("", 0, EndReason.ClientClosed),
            ("GET / HT", 0, EndReason.UnexpectedEndOfRequestContent),
            ("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc", 0, EndReason.UnexpectedEndOfRequestContent),
            (whole + whole, 2, EndReason.ClientClosed),
            (whole + "GET /wait?ms=5 HTTP/1.1\r\nHost: test\r\n\r\n" + whole, 3, EndReason.ClientClosed),
            (whole + large + whole, 3, EndReason.ClientClosed),
            (whole + whole + "GET", 2, EndReason.UnexpectedEndOfRequestContent),
        ];
        foreach (var (sent, replies, reason) in cases)
        {
            var ended = server.Ended(reason);
            using var client = server.Connect();
            client.Send(sent);
            client.Socket.Shutdown(SocketShutdown.Send);
            for (var i = 0; i < replies; i++) Assert.Equal(200, client.Read().Status);
            client.ExpectEnd();
            Eventually.True(() => server.Ended(reason) == ended + 1, $"{sent.Length} bytes and the end end with {reason}");
        }

        Assert.Equal(cases.Length, Reasons.Sum(server.Ended));
    }

    [Theory, MemberData(nameof(Concurrent))]
    public async Task What_a_client_does_not_read_is_not_made(string topology)
    {
        const long bound = 8_000_000; // what the kernel holds for both sides, and one piece of output
        long made = 0, handled = 0;
        await using var server = await TestServer.StartAsync(topology, exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/large"u8)) exchange.Response.Body = new Letters(long.MaxValue, count => Interlocked.Add(ref made, count));
            else if (Interlocked.Increment(ref handled) > 0) exchange.Response.Write(new byte[5000]);
            return ValueTask.CompletedTask;
        });
        using var reply = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
        reply.Send("GET /large HTTP/1.1\r\nHost: test\r\n\r\n");

        // And of a pipeline without end, in which requests are read no faster than replies.
        using var pipeline = new RawClient(server.Running.EndPoint, receiveBuffer: 4096);
        var requests = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\nHost: test\r\n\r\n", 20_000)));
        pipeline.Socket.Blocking = false;
        var sent = 0;
        using var other = server.Connect();
        for (var i = 0; i < 200; i++)
        {
            if (sent < requests.Length)
            {
                sent += pipeline.Socket.Send(requests.AsSpan(sent), SocketFlags.None, out var error);
                Assert.True(error is SocketError.Success or SocketError.WouldBlock, error.ToString());
            }

            Assert.Equal(200, other.Get("/").Status); // the loop goes on
        }

        Eventually.True(() => Interlocked.Read(ref made) > 0 && Interlocked.Read(ref handled) > 200, "the large reply and the pipeline begin");
        Assert.InRange(Interlocked.Read(ref made), 1, bound);
        Assert.InRange(Interlocked.Read(ref handled), 201, 200 + bound / 5000);

        // Whoever reads after all gets everything.
        pipeline.Socket.Blocking = true;
        var rest = Task.Run(() => pipeline.Send(requests.AsSpan(sent)));
        for (var i = 0; i < 20_000; i++) Assert.Equal(5000, pipeline.Read().Body.Length);
        await rest;
        Assert.InRange(Interlocked.Read(ref made), 1, bound);
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_handler_that_fails_in_the_middle_fails_its_own_client(string topology)
    {
        await using var server = await TestServer.StartAsync(topology, async exchange =>
        {
            var response = exchange.Response;
            switch (Encoding.ASCII.GetString(exchange.Request.Path))
            {
                case "/at-once":
                    throw new InvalidDataException("at once");
                case "/begun":
                    response.Write("this is not sent"u8);
                    throw new InvalidDataException("in its reply");
                case "/later":
                    response.Write("nor this"u8);
                    await Task.Yield();
                    throw new InvalidDataException("later");
                case "/first":
                    response.Body = new Letters(1_000_000, _ => throw new InvalidDataException("in the first piece"));
                    break;
                case "/length":
                    response.Body = new Letters(1_000_000, ThrowLate());
                    break;
                case "/chunks":
                    response.Body = new Letters(null, ThrowLate());
                    break;
                default:
                    response.Write("well"u8);
                    break;
            }
        });
        using var bystander = server.Bystander();
        var failures = 0;
        foreach (var target in (string[])["/at-once", "/begun", "/later", "/first", "/length", "/chunks"])
        {
            using var client = server.Connect();
            client.Send($"GET /ok HTTP/1.1\r\nHost: test\r\n\r\nGET {target} HTTP/1.1\r\nHost: test\r\n\r\nGET /never HTTP/1.1\r\nHost: test\r\n\r\n");
            Assert.Equal("well", client.Read().Text);
            var rest = Encoding.Latin1.GetString(client.ToEnd()); // in order: not a reset
            if (target is "/at-once" or "/begun" or "/later") Assert.StartsWith("HTTP/1.1 500 ", rest, StringComparison.Ordinal);
            else Assert.StartsWith("HTTP/1.1 200 ", rest, StringComparison.Ordinal); // it has begun: the client sees its end missing
            if (target is "/length" or "/chunks") Assert.Contains("xxxxxxxx", rest, StringComparison.Ordinal);
            Assert.DoesNotContain("\r\n0\r\n\r\n", rest, StringComparison.Ordinal);
            Assert.DoesNotContain("well", rest, StringComparison.Ordinal);
            client.Dispose();
            failures++;
            Eventually.True(() => server.Ended(EndReason.HandlerCrashed) == failures, $"the end is counted ({target})");
            Assert.Equal(failures, server.Running.Info.Metrics.Crashes);
            if (bystander is not null) Assert.Equal("well", bystander.Get("/ok").Text);
        }
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task A_body_source_that_fails_even_to_end_leaves_no_connection_behind(string topology)
    {
        foreach (var directive in (string[])["stop", "restart", "resume"])
        {
            await using var server = await TestServer.StartAsync(topology, exchange =>
            {
                exchange.Response.Body = new Stubborn(fails: exchange.Request.Path.SequenceEqual("/fails"u8));
                return ValueTask.CompletedTask;
            }, $"supervision.on-crash = {directive}, limits.linger = 200ms");
            foreach (var target in (string[])["/fails", "/ends"])
            {
                using var client = server.Connect();
                client.Send($"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n");
                var ends = target == "/fails" ? 1 : 2;
                Eventually.True(() => server.Ended(EndReason.HandlerCrashed) == ends, $"it ends, although the client stays ({target}, {directive})");
            }

            Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, "none is open");
        }
    }

    [Theory, MemberData(nameof(Concurrent))]
    public async Task A_connection_gets_nothing_that_was_meant_for_the_one_before_with_its_descriptor(string topology)
    {
        using var gate = new ManualResetEventSlim();
        var held = 0;
        await using var server = await TestServer.StartAsync(topology, exchange =>
        {
            if (exchange.Request.Path.SequenceEqual("/hold"u8))
            {
                Interlocked.Increment(ref held);
                gate.Wait(TimeSpan.FromSeconds(20));
            }

            exchange.Response.Write(exchange.Request.Query);
            return ValueTask.CompletedTask;
        });

        for (var round = 0; round < 5; round++)
        {
            var old = Enumerable.Range(0, 40).Select(_ => server.Connect()).ToList();
            foreach (var client in old) client.Get("/");
            gate.Reset();
            held = 0;
            using var holder = server.Connect();
            holder.Send("GET /hold HTTP/1.1\r\nHost: test\r\n\r\n");
            Eventually.True(() => Volatile.Read(ref held) == 1, "a thread is held");
            // Ends and beginnings of one batch: the new connections get the numbers of the old ones, whose events lie beside theirs.
            for (var i = 0; i < old.Count; i++)
            {
                if (i % 2 == 0) old[i].Send("GET /lost HTTP/1.1\r\nHost: test\r\n\r\nGET /lost");
                if (i % 3 == 0) old[i].Socket.LingerState = new LingerOption(enable: true, seconds: 0);
                old[i].Dispose();
            }

            var young = Enumerable.Range(0, 40).Select(_ => server.Connect()).ToList();
            for (var i = 0; i < young.Count; i++) young[i].Send($"GET /?{i} HTTP/1.1\r\nHost: test\r\n\r\nGET /?{i}-again HTTP/1.1\r\nHost: test\r\n\r\n");
            gate.Set();
            Assert.Equal(200, holder.Read().Status);
            for (var i = 0; i < young.Count; i++)
            {
                Assert.Equal($"{i}", young[i].Read().Text);
                Assert.Equal($"{i}-again", young[i].Read().Text);
                young[i].Dispose();
            }
        }

        Eventually.True(() => server.Running.Info.Metrics.OpenConnections == 0, "all connections end");
        Assert.Equal(server.Running.Info.Metrics.AcceptedConnections, Reasons.Sum(server.Ended));
    }

    [Theory, MemberData(nameof(Topologies))]
    public async Task Readiness_that_is_not_there_harms_nobody(string topology)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef actor = ActorRefs.Nobody;
        await using var server = await TestServer.StartAsync(topology, async exchange =>
        {
            actor = exchange.Connection.Actor;
            if (exchange.Request.Path.SequenceEqual("/slow"u8)) await gate.Task;
            if (exchange.Request.Path.SequenceEqual("/large"u8)) exchange.Response.Body = new Letters(20_000_000);
            else exchange.Response.Write(exchange.Request.Query);
        });
        using var client = server.Connect();
        client.Get("/");

        Lie(actor); // while idle
        Assert.Equal("idle", client.Get("/?idle").Text);

        client.Send("GET /?he");
        Lie(actor);
        client.Send("ad HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal("head", client.Read().Text);

        client.Send("GET /slow?handler HTTP/1.1\r\nHost: test\r\n\r\n");
        Eventually.True(() => server.Running.Info.Metrics.ActiveRequests == 1, "it is with its handler");
        Lie(actor);
        client.Send("GET /?pipelined HTTP/1.1\r\nHost: test\r\n\r\n");
        Lie(actor);
        gate.SetResult();
        Assert.Equal("handler", client.Read().Text);
        Assert.Equal("pipelined", client.Read().Text);

        client.Send("GET /large HTTP/1.1\r\nHost: test\r\n\r\n");
        Lie(actor);
        Assert.Equal(20_000_000, client.Read().Body.Length);

        client.Send("rubbish\r\n\r\n");
        Lie(actor);
        Assert.Equal(400, client.Read().Status);
        Lie(actor); // while it waits for our end
        client.ExpectEnd();
        client.Dispose();
        Eventually.True(() => server.Ended(EndReason.InvalidRequestLine) == 1, "the connection ends");
        Assert.Equal(0, server.Running.Info.Metrics.Crashes);
    }

    /// <summary>Tells a connection of every readiness there is, none of which is so; and of a deadline that has not passed.</summary>
    private static void Lie(IActorRef connection)
    {
        for (var times = 0; times < 20; times++)
        {
            for (var bits = 0; bits < 8; bits++) connection.Tell(Ready.For((Readiness)bits), ActorRefs.NoSender);
            connection.Tell(new Conversation.DeadlinePassed(), ActorRefs.NoSender);
            connection.Tell(Completions.Instance, ActorRefs.NoSender);
        }
    }

    private static Action<int> ThrowLate()
    {
        var left = 200_000;
        return count =>
        {
            if ((left -= count) < 0) throw new InvalidDataException("in the middle of its body");
        };
    }

    /// <summary>A body that ends early, or fails to be read, and cannot be disposed either.</summary>
    private sealed class Stubborn(bool fails) : IBodySource
    {
        public long? Length => 3;

        public int Fill(Span<byte> destination) => fails ? throw new InvalidDataException("nothing to read") : 0;

        public void Dispose() => throw new NotSupportedException("not that easily");
    }

    /// <summary>A body of so many letters, and somebody who hears of each piece.</summary>
    private sealed class Letters(long? length, Action<int>? making = null) : IBodySource
    {
        private long _left = length ?? long.MaxValue;

        public long? Length => length;

        public int Fill(Span<byte> destination)
        {
            var count = (int)Math.Min(_left, destination.Length);
            making?.Invoke(count);
            destination[..count].Fill((byte)'x');
            _left -= count;
            return count;
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
