using System.Text;
using ActorServer.Bench.Experiments;
using ActorServer.Bench.Load;
using ActorServer.Bench.Servers;

namespace ActorServer.Bench.Tests.Experiments;

/// <summary>What is asked, and of whom.</summary>
public sealed class WorkloadTests
{
    [Fact]
    public void Requests_are_ready_to_send()
    {
        Assert.Equal("GET / HTTP/1.1\r\nHost: a:1\r\n\r\n", Render(Workload.Find("hello")));
        Assert.Equal("GET / HTTP/1.1\r\nHost: a:1\r\nConnection: close\r\n\r\n", Render(Workload.Find("connect")));
        Assert.StartsWith("POST /echo HTTP/1.1\r\nHost: a:1\r\nContent-Length: 1024\r\n\r\nee", Render(Workload.Find("echo")), StringComparison.Ordinal);

        static string Render(Workload workload) => Encoding.ASCII.GetString(new Requests(workload.Requests, "a:1", 1, workload.Close)[0]);
    }

    [Fact]
    public void The_same_seed_asks_the_same_in_the_same_order()
    {
        var mixed = Workload.Find("mixed");
        Assert.Equal(Order(1), Order(1));
        Assert.NotEqual(Order(1), Order(2));
        // Four of five are hello.
        Assert.InRange(Order(3).Count(target => target == "/") / (double)Requests.Period, 0.78, 0.82);

        List<string> Order(int seed)
        {
            var requests = new Requests(mixed.Requests, "a:1", seed);
            return [.. Enumerable.Range(0, Requests.Period).Select(number => Encoding.ASCII.GetString(requests[number]).Split(' ')[1])];
        }
    }

    [Fact]
    public void A_heavy_tail_is_mostly_short_and_much_of_its_work_is_in_the_few_that_are_long()
    {
        var requests = new Requests(Workload.Find("heavy-tail").Requests, "a:1", 1);
        var times = Enumerable.Range(0, Requests.Period).Select(number => int.Parse(Encoding.ASCII.GetString(requests[number]).Split('=', ' ')[2])).Order().ToList();
        Assert.Equal(1, times[times.Count / 2]);
        Assert.InRange(times.Average(), 2, 3.2);
        Assert.InRange(times[^(times.Count / 100)], 20, 50);
        Assert.InRange(times.TakeLast(times.Count / 10).Sum() / (double)times.Sum(), 0.4, 0.8);
    }

    [Fact]
    public void A_file_makes_a_workload()
    {
        using var file = new TemporaryFile("# of ours\n\n/a\n3 /b?x=1\nPOST /c some body\n2.5 PUT /d 1\n");
        var workload = Workload.FromFile(file.Path);
        Assert.Equal("urls", workload.Name);
        Assert.Equal([("GET", "/a", 1.0, ""), ("GET", "/b?x=1", 3.0, ""), ("POST", "/c", 1.0, "some body"), ("PUT", "/d", 2.5, "1")],
            workload.Requests.Select(request => (request.Method, request.Target, request.Weight, Encoding.UTF8.GetString(request.Body))));
    }

    [Theory]
    [InlineData("http://127.0.0.1/a"), InlineData("GET"), InlineData("0 /a"), InlineData("-1 /a"), InlineData("1x /a"), InlineData("HEAD /a"), InlineData("5"), InlineData("/ä")]
    public void A_line_that_is_no_request_is_refused_with_its_number(string line)
    {
        using var file = new TemporaryFile("/a\n" + line + "\n");
        Assert.StartsWith($"{file.Path}:2: ", Assert.Throws<FormatException>(() => Workload.FromFile(file.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_and_an_unknown_workload_are_refused()
    {
        using var file = new TemporaryFile("# nothing\n");
        Assert.Throws<FormatException>(() => Workload.FromFile(file.Path));
        Assert.Contains("hello | echo", Assert.Throws<FormatException>(() => Workload.Find("hallo")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_is_a_URL_with_or_without_a_name()
    {
        var named = Peers.Parse("mine=http://127.0.0.1:24999");
        Assert.Equal(("mine", "127.0.0.1:24999", true), (named.Name, named.EndPoint!.ToString(), named.IsPeer));
        Assert.Equal("127.0.0.1:24999", Peers.Parse("http://127.0.0.1:24999/").Name);
        Assert.Equal("[::1]:80", Peers.Parse("http://[::1]").EndPoint!.ToString());
        foreach (var wrong in (string[])["https://127.0.0.1", "127.0.0.1:80", "http://127.0.0.1/path", "x=y"]) Assert.Throws<FormatException>(() => Peers.Parse(wrong));
    }

    [Fact]
    public void What_wrk_prints_is_read()
    {
        var result = Wrk.Parse("""
            Running 1s test @ http://127.0.0.1:1/
            figure duration 1001000
            figure requests 30
            figure status 2
            figure connect 0
            figure read 1
            figure write 0
            figure timeout 4
            bucket 100 10
            bucket 900 20
            """);
        Assert.Equal((1.001, 30, 2, 1, "recv", 4), (result.Seconds, result.Replies, result.BadReplies, result.Failures, result.Failure, result.Unanswered));
        Assert.Equal((100_000, 900_000, 30), (result.Latency.Min, result.Latency.Max, result.Latency.Count));
        Assert.Equal(0, Wrk.Parse("").Seconds);
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
