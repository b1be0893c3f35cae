using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Micro.Server;

/// <summary>Clients that come all at once, with one request each.</summary>
internal static class BurstClients
{
    // For a server to start what the burst has used up.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.5);

    /// <summary>Prints the median time, in milliseconds, from the first connect until the last of a burst's clients has its reply.</summary>
    /// <param name="port">The server's, on this machine.</param>
    /// <param name="count">Clients in a burst.</param>
    /// <param name="bursts">How many bursts, after one that is not counted.</param>
    public static void Run(int port, int count, int bursts)
    {
        var times = new List<double>();
        for (var burst = 0; burst <= bursts; burst++)
        {
            Thread.Sleep(Pause);
            var time = One(port, count);
            if (burst > 0) times.Add(time.TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine($"{times[times.Count / 2]:0.0}");
    }

    private static TimeSpan One(int port, int count)
    {
        var start = Stopwatch.GetTimestamp();
        var sockets = new Socket[count];
        var reply = new byte[4096];
        for (var i = 0; i < count; i++)
        {
            sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            sockets[i].Connect(IPAddress.Loopback, port);
            sockets[i].Send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8);
        }

        foreach (var socket in sockets)
        {
            if (socket.Receive(reply) <= 0) throw new InvalidOperationException("the server closed");
            socket.Dispose();
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
