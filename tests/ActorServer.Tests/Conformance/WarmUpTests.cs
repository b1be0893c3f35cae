using System.Text;
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
    public async Task Its_threads_run_by_then()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = new ServerProcess("run", "multi-process", "--port", "0", "--set=topologies.multi-process.spares=1");
        var spare = Assert.Single(KernelProcesses.ChildrenOf((await server.ReadyAsync()).Pid));
        var threads = KernelThreads.Names(spare);
        Assert.Contains("control", threads);
        Assert.Contains("actor-server de", threads); // … adlines: the kernel keeps 15 letters
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
}
