using System.Globalization;
using System.Net.Sockets;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Cli;

/// <summary>
/// Tests that hold a thousand descriptors. They run while no other does: a <c>select</c> in the same process could not watch what it gets meanwhile.
/// </summary>
[CollectionDefinition(nameof(ManyConnectionsTests), DisableParallelization = true)]
[Collection(nameof(ManyConnectionsTests))]
public sealed class ManyConnectionsTests
{
    [Fact]
    public async Task A_thousand_threads_with_their_connections_take_at_most_64_KiB_of_memory_each()
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        using var server = new ServerProcess("run", "multi-thread", "--port", "0", "--set", "topologies.multi-thread.threads=1000");
        var ready = await server.ReadyAsync();
        Open(20).ForEach(client => client.Dispose()); // what is loaded once
        var (before, _) = Status();
        var clients = Open(1000);
        var (after, threads) = Status();
        Assert.InRange(threads, 1000, 1100);
        Assert.InRange((after - before) / 1000, 0, 64);
        clients.ForEach(client => client.Dispose());

        List<Socket> Open(int count)
        {
            var reply = new byte[4096];
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
                client.Connect(ready.EndPoint);
                client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n"u8);
                Assert.True(client.Receive(reply) > 0);
                return client;
            })];
        }

        (int Kibibytes, int Threads) Status()
        {
            var lines = File.ReadAllLines($"/proc/{server.Process.Id}/status");
            return (Field("VmRSS:"), Field("Threads:"));

            int Field(string name) => int.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }
}
