using System.Net.Sockets;
using ActorServer.Configuration;
using ActorServer.Server;

namespace Micro.Server;

/// <summary>Bytes allocated per request by the whole process, on the path from readiness to reply; the client allocates nothing itself.</summary>
internal static class AllocationBenchmark
{
    public static async Task<int> RunAsync(string topology)
    {
        await using var server = await RunningServer.StartAsync(ServerSettings.Load(
            ConfigurationSource.Value("endpoint.port", "0", "benchmark"), ConfigurationSource.Text("topology", topology, "benchmark")));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(server.EndPoint); // an asynchronous call would make the handle non-blocking for good, and waiting then allocates
        var request = "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\nAccept: */*\r\n\r\n"u8.ToArray();
        var reply = new byte[4096];

        Exchange(20_000); // the compiler's tiers, the pools, the first segments of queues
        const int requests = 200_000;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Exchange(requests);
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        // The date is rendered once a second, and the deadline thread turns ten times a second: both cost the same however many requests there are.
        Console.WriteLine($"{topology}: {requests:N0} requests allocated {bytes:N0} bytes in all: {(double)bytes / requests:0.000} bytes per request");
        return 0;

        void Exchange(int count)
        {
            for (var i = 0; i < count; i++)
            {
                client.Send(request);
                if (client.Receive(reply) <= 0) throw new InvalidOperationException("the server closed");
            }
        }
    }
}
