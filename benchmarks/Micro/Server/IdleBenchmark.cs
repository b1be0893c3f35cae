using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorServer.Configuration;
using ActorServer.Server;

namespace Micro.Server;

/// <summary>What idle keep-alive connections cost in managed memory, and whether a new client is still served at once.</summary>
internal static class IdleBenchmark
{
    public static async Task<int> RunAsync(string topology, int connections)
    {
        await using var server = await RunningServer.StartAsync(ServerSettings.Load(
            ConfigurationSource.Value("endpoint.port", "0", "benchmark"), ConfigurationSource.Text("topology", topology, "benchmark"),
            ConfigurationSource.Value("limits.max-connections", (connections + 10).ToString(), "benchmark")));
        TimeOneRequest(server.EndPoint); // warm
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // The clients live in a process of their own: their sockets are not to be counted.
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["idle-clients", server.EndPoint.Port.ToString(), connections.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Insert(0, typeof(IdleBenchmark).Assembly.Location);
        using var clients = Process.Start(start)!;
        await clients.StandardOutput.ReadLineAsync(); // all connected, each served once
        var open = server.Info.Metrics.OpenConnections;
        var after = GC.GetTotalMemory(forceFullCollection: true);
        var request = TimeOneRequest(server.EndPoint);
        Console.WriteLine($"{topology}: {open:N0} idle connections, {(double)(after - before) / open:N0} bytes of managed memory each; "
            + $"a new client is served in {request.TotalMilliseconds:0.00} ms");
        clients.StandardInput.Close();
        await clients.WaitForExitAsync();
        return 0;
    }

    /// <summary>The clients' process: connects, has one request answered on each connection, then holds them until its input ends.</summary>
    public static int Clients(int port, int count)
    {
        var sockets = new Socket[count];
        var reply = new byte[4096];
        for (var i = 0; i < count; i++)
        {
            sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            sockets[i].Connect(IPAddress.Loopback, port);
            sockets[i].Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8);
            if (sockets[i].Receive(reply) <= 0) throw new InvalidOperationException("the server closed");
        }

        Console.WriteLine("connected");
        Console.In.ReadToEnd();
        foreach (var socket in sockets) socket.Dispose();
        return 0;
    }

    private static TimeSpan TimeOneRequest(IPEndPoint server)
    {
        var start = Stopwatch.GetTimestamp();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(server);
        client.Send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8);
        while (client.Receive(new byte[4096]) > 0) { }
        return Stopwatch.GetElapsedTime(start);
    }
}
