using System.Net;
using ActorServer.Bench.Load;

namespace ActorServer.Bench.Tests.Load;

/// <summary>The load generator against servers that behave in all ways.</summary>
public sealed class LoadGeneratorTests
{
    private static readonly Requests Hello = new([RequestSpec.Get("/")], "test", 1);

    [LinuxFact]
    public void A_closed_loop_uses_every_connection_and_counts_every_reply()
    {
        using var server = new PlayedServer(_ => PlayedServer.Hello);
        List<LoadEvent> events = [];
        var result = Run(server.EndPoint, 5, observe: events.Add, until: More(() => server.Requests, 100));
        Assert.Equal([LoadEvent.Begins, LoadEvent.Ends], events);
        Assert.Equal(5, server.Connections);
        Assert.Equal((0, 0, 0, 0), (result.Failures, result.BadReplies, result.Unanswered, result.Starved));
        Assert.InRange(result.Replies, 10, server.Requests);
        // Those that were under way at either end.
        Assert.InRange(result.Latency.Count, result.Replies - 5, result.Replies + 5);
        Assert.InRange(result.Seconds, 0.001, 60);
        Assert.InRange(result.Latency.Min, 1_000, result.Latency.Max);
        Assert.Equal(0, result.Late.Count);
    }

    [LinuxFact]
    public void A_connection_that_the_server_closes_after_its_reply_is_made_anew()
    {
        using var server = new PlayedServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1");
        var result = Run(server.EndPoint, 2, requests: new Requests([RequestSpec.Get("/")], "test", 1, close: true), until: More(() => server.Connections, 30));
        Assert.Equal((0, 0, 0), (result.Failures, result.BadReplies, result.Starved));
        Assert.InRange(result.Replies, 5, server.Connections);
    }

    [LinuxFact]
    public void A_reply_that_ends_with_its_stream_is_a_reply()
    {
        using var server = new PlayedServer(_ => "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nsome text");
        var result = Run(server.EndPoint, 2, until: More(() => server.Connections, 30));
        Assert.Equal(0, result.Failures);
        Assert.InRange(result.Replies, 5, server.Connections);
    }

    [LinuxFact]
    public void A_connection_that_is_never_answered_is_counted()
    {
        using var never = new ManualResetEventSlim();
        using var server = new PlayedServer(number =>
        {
            if (number != 2) return PlayedServer.Hello;
            never.Wait();
            return null;
        });
        var result = Run(server.EndPoint, 3, until: More(() => server.Requests, 100));
        Assert.Equal((1, 0, 0), (result.Starved, result.Failures, result.BadReplies));
        Assert.True(result.Replies > 0);
        never.Set();
    }

    [LinuxFact]
    public void Requests_without_an_answer_count_with_the_time_that_was_waited()
    {
        using var never = new ManualResetEventSlim();
        var stall = false;
        using var server = new PlayedServer(_ =>
        {
            if (!Volatile.Read(ref stall)) return PlayedServer.Hello;
            never.Wait();
            return null;
        });
        var result = Run(server.EndPoint, 1, rate: 100, seconds: 0.5, observe: moment => Volatile.Write(ref stall, true));
        // All but those that were answered before the server heard that it should stop.
        Assert.InRange(result.Unanswered, result.Latency.Count / 2, result.Latency.Count);
        Assert.InRange(result.Latency.Count, (long)(result.Seconds * 100) - 1, (long)(result.Seconds * 100) + 2);
        Assert.InRange(result.Latency.Percentile(90), 1_000_000_000, result.Latency.Max);
        never.Set();
    }

    [LinuxFact]
    public void Replies_that_refuse_are_told_from_others()
    {
        using var server = new PlayedServer(_ => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        var result = Run(server.EndPoint, 2, until: More(() => server.Requests, 100));
        Assert.True(result.Replies > 0);
        Assert.Equal(result.Replies, result.BadReplies);
    }

    [LinuxTheory]
    [InlineData(null, "closed the connection within a request")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\ncut", "closed the connection within a request")]
    [InlineData("hello?\r\n\r\n", "status line")]
    [InlineData(PlayedServer.Hello + PlayedServer.Hello, "more than one reply")]
    public void A_broken_reply_is_a_failure_and_the_connection_is_made_anew_after_a_rest(string? reply, string why)
    {
        using var server = new PlayedServer(_ => reply);
        var result = Run(server.EndPoint, 2, until: More(() => server.Connections, 8));
        Assert.Equal(0, result.Replies);
        Assert.InRange(result.Failures, 1, server.Connections);
        // 50 ms of rest each: not a storm.
        Assert.InRange(server.Connections, 3, 2 * (1 + (int)((result.Seconds + 10) / 0.05)));
        Assert.Contains(why, result.Failure, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Where_nobody_listens_every_connection_fails()
    {
        var server = new PlayedServer(_ => null);
        var nobody = server.EndPoint;
        server.Dispose();
        var result = Run(nobody, 2, seconds: 1);
        Assert.Equal((0, 2), (result.Replies, result.Starved));
        Assert.True(result.Failures > 0);
        Assert.Contains("ECONNREFUSED", result.Failure, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void An_open_loop_keeps_its_rate()
    {
        using var server = new PlayedServer(_ => PlayedServer.Hello);
        var result = Run(server.EndPoint, 4, rate: 400);
        // Each of the two threads has half of the rate, evenly: of any window it can have one more or less.
        Assert.InRange(result.Latency.Count, (long)(result.Seconds * 400) - 2, (long)(result.Seconds * 400) + 3);
        Assert.True(result.Late.Count > 0);
        Assert.Equal(0, result.Failures);
    }

    [LinuxFact]
    public void An_open_loop_counts_the_time_that_requests_waited_for_a_connection()
    {
        var stall = 0;
        using var server = new PlayedServer(_ =>
        {
            if (Interlocked.Exchange(ref stall, 0) == 1) Thread.Sleep(400);
            return PlayedServer.Hello;
        });
        // The server stands still once, from the moment on that it counts; 500 requests a second come meanwhile, over one connection.
        var result = Run(server.EndPoint, 1, rate: 500, seconds: 0.5, observe: moment =>
        {
            if (moment == LoadEvent.Begins) Volatile.Write(ref stall, 1);
        });
        Assert.True(result.Latency.Max >= 250_000_000, $"{result.Latency.Max}");
        // A closed loop would have seen one slow request; here 100 ms and more were the lot of some 150.
        Assert.InRange(result.Latency.Buckets().Where(bucket => bucket.UpTo >= 100_000_000).Sum(bucket => bucket.Count), 75, result.Latency.Count);
    }

    [LinuxFact]
    public void Ending_it_early_leaves_what_was_measured()
    {
        using var server = new PlayedServer(_ => PlayedServer.Hello);
        using var cancel = new CancellationTokenSource();
        var result = Run(server.EndPoint, 2, seconds: 600, cancel: cancel.Token, observe: moment =>
        {
            if (moment == LoadEvent.Begins) cancel.CancelAfter(150);
        });
        Assert.InRange(result.Seconds, 0.1, 60);
        Assert.True(result.Replies > 0);
        Assert.Equal(0, Run(server.EndPoint, 2, cancel: cancel.Token).Seconds);
    }

    /// <summary>Runs for a time, or from its beginning until something has happened.</summary>
    private static LoadResult Run(IPEndPoint server, int connections, double rate = 0, double seconds = 0.2, Requests? requests = null,
        Action<LoadEvent>? observe = null, Func<bool>? until = null, CancellationToken cancel = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        return new LoadGenerator(threads: 2).Run(
            new LoadRun(server, requests ?? Hello, connections, TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(until is null ? seconds : 60), rate, Poisson: false),
            moment =>
            {
                observe?.Invoke(moment);
                if (moment != LoadEvent.Begins || until is null) return;
                new Thread(() =>
                {
                    SpinWait.SpinUntil(until, TimeSpan.FromSeconds(50));
                    end.Cancel();
                }) { IsBackground = true }.Start();
            }, end.Token);
    }

    /// <summary>So many more of something than there are when this is called first, which is when the time that counts begins.</summary>
    private static Func<bool> More(Func<int> count, int more)
    {
        int? before = null;
        return () => count() >= (before ??= count()) + more;
    }
}
