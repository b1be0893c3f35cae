using System.Text;
using ActorServer.Connections;
using ActorServer.Handlers;
using ActorServer.Protocol.Http1;
using ActorServer.Protocol.Line;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>What a process of <c>multi-process</c> does before it has a client, so that the client need not wait for it. Linux only.</summary>
public sealed class WarmUpTests
{
    [Theory, InlineData("http", "GET / HTTP/1.1\r\nHost: test\r\n\r\n"), InlineData("line", "one\n")]
    public async Task The_handler_sees_the_requests_of_clients_alone_and_nothing_else_is_counted(string protocol, string request)
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var server = await TestServer.StartAsync("multi-process",
            $"protocol = {protocol}, topologies.multi-process.spares = 2, handler = \"{typeof(Counting).AssemblyQualifiedName}\"");
        var metrics = server.Running.Info.Metrics;
        Assert.Equal((2, 0, 0, 0), (metrics.Processes, metrics.AcceptedConnections, metrics.OpenConnections, metrics.BytesReceived));
        for (var i = 0; i < 3; i++) // the third by one that was started later
        {
            using var client = server.Connect();
            foreach (var expected in (string[])["first", "second"])
            {
                client.Send(request);
                Assert.Equal(expected, protocol == "line" ? client.Line() : client.Read().Text);
            }
        }

        Eventually.True(() => metrics.OpenConnections == 0, "the connections are over");
        Assert.Equal((3, 6 * request.Length), (metrics.AcceptedConnections, metrics.BytesReceived));
    }

    [Fact]
    public async Task A_handler_that_says_so_is_asked_before_the_first_client_and_nothing_is_counted()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var server = await TestServer.StartAsync("multi-process",
            $"topologies.multi-process.spares = 1, handler = \"{typeof(WarmedUp).AssemblyQualifiedName}\"");
        var metrics = server.Running.Info.Metrics;
        Assert.Equal((0, 0), (metrics.BytesSent, metrics.ActiveRequests));
        for (var i = 0; i < 2; i++) // the second by one that was started later
        {
            using var client = server.Connect();
            Assert.Equal("/made-up?long=1 /one", client.Get("/one").Text);
            Assert.Equal("/made-up?long=1 /one /two", client.Get("/two").Text);
        }
    }

    [Fact]
    public async Task What_a_warm_up_fails_of_is_logged_and_clients_are_served()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = new ServerProcess("run", "multi-process", "--port", "0", "--set=topologies.multi-process.spares=1",
            $"--set=handler=\"{typeof(Failing).AssemblyQualifiedName}\"");
        using (var client = new RawClient((await server.ReadyAsync()).EndPoint)) Assert.Equal("served", client.Get("/").Text);
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("nobody has asked", await server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_asked_for_keeps_the_server_from_starting()
    {
        if (!OperatingSystem.IsLinux()) return;
        var failure = await Assert.ThrowsAsync<ActorServer.Processes.WorkerProcessException>(() =>
            TestServer.StartAsync("multi-process", $"handler = \"{typeof(Mistaken).AssemblyQualifiedName}\""));
        Assert.Contains("has the WarmUpTarget \"made up\"; expected a path, such as /, without blanks", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_other_thread_runs_by_then_and_is_not_woken_for_a_client()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = new ServerProcess("run", "multi-process", "--port", "0", "--set=topologies.multi-process.spares=1");
        var (_, endPoint, pid) = await server.ReadyAsync();
        var spare = 0;
        Eventually.True(() => IsServedAlone(pid, endPoint, ref spare), "a client is served before the other thread gets to run, which it does after a while");
    }

    /// <summary>Whether a client had its reply from one thread of its process, the other not having been woken.</summary>
    private static bool IsServedAlone(int server, System.Net.IPEndPoint endPoint, ref int spare)
    {
        var (before, next, control) = (spare, 0, 0);
        Eventually.True(() => KernelProcesses.ChildrenOf(server) is [var only] && only != before
            && (control = KernelThreads.Find(next = only, "control")) != 0 && KernelThreads.PollsForever(control), "a process waits for its client");
        spare = next;
        using var client = new RawClient(endPoint);
        Assert.Equal(200, client.Get("/").Status);
        var wasAlone = KernelThreads.PollsForever(control);
        Eventually.True(() => !KernelThreads.PollsForever(control), "the other thread begins, the client being there still");
        return wasAlone;
    }

    /// <summary>Answers with how many requests there were in this process.</summary>
    public sealed class Counting : IHttpHandler, ILineHandler
    {
        private int _requests;

        /// <inheritdoc/>
        public void Handle(HttpExchange exchange) => exchange.Response.Write(Next());

        /// <inheritdoc/>
        public void Handle(LineExchange exchange)
        {
            var text = Encoding.UTF8.GetBytes(Next());
            text.CopyTo(exchange.Reply.GetSpan(text.Length));
            exchange.Reply.Advance(text.Length);
        }

        private string Next() => ++_requests switch { 1 => "first", 2 => "second", _ => "later" };
    }

    /// <summary>Answers with what it was asked for so far.</summary>
    public sealed class WarmedUp : IHttpHandler, IWarmUp
    {
        private readonly List<string> _asked = [];

        /// <inheritdoc/>
        public string WarmUpTarget => "/made-up?long=1";

        /// <inheritdoc/>
        public void Handle(HttpExchange exchange)
        {
            var asked = Encoding.ASCII.GetString(exchange.Request.Target);
            Assert.Equal(asked == WarmUpTarget, exchange.Connection.RemoteEndPoint is null);
            _asked.Add(asked);
            if (asked == WarmUpTarget) exchange.Response.Write(new byte[4 << 20]); // more than a socket holds: somebody has to read it
            else exchange.Response.Write(string.Join(' ', _asked));
        }
    }

    /// <summary>Throws in the warm-up.</summary>
    public sealed class Failing : IHttpHandler, IWarmUp
    {
        /// <inheritdoc/>
        public string WarmUpTarget => "/made-up";

        /// <inheritdoc/>
        public void Handle(HttpExchange exchange)
        {
            if (exchange.Request.Path.SequenceEqual("/made-up"u8)) throw new InvalidOperationException("nobody has asked");
            exchange.Response.Write("served");
        }
    }

    /// <summary>Wants to be asked for what is no path.</summary>
    public sealed class Mistaken : IHttpHandler, IWarmUp
    {
        /// <inheritdoc/>
        public string WarmUpTarget => "made up";

        /// <inheritdoc/>
        public void Handle(HttpExchange exchange) { }
    }
}
