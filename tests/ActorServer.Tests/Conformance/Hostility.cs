using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorServer.Tests.Support;

namespace ActorServer.Tests.Conformance;

/// <summary>Clients that do all they can to be a nuisance, each kind so many times.</summary>
/// <param name="server">Whom they are a nuisance to.</param>
/// <param name="times">How many of each kind.</param>
/// <param name="random">What they draw from.</param>
internal sealed class Hostility(IPEndPoint server, int times, Random random)
{
    private const string Host = " HTTP/1.1\r\nHost: h\r\n";

    private static readonly string[] Fragments =
    [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
        "5\r\nhello\r\n", "0\r\n\r\n", "\r\n", "HEAD /bytes?n=100000 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /bytes?n=70000 HTTP/1.0\r\n\r\n", "Expect: 100-continue\r\n", "GET /crash HTTP/1.1\r\nHost: h\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "GET /wait?ms=1 HTTP/1.1\r\nHost: h\r\n\r\n",
    ];

    /// <summary>All kinds, one after the other.</summary>
    public void Everything()
    {
        Resets();
        CutTransfers();
        Oversized();
        UnreadPipelines();
        Noise();
        Slow();
        Crash();
    }

    /// <summary>Connections that break before, inside and after a request.</summary>
    private void Resets()
    {
        foreach (var sent in (string[])["", "GET / HT", $"POST /echo{Host}Content-Length: 100\r\n\r\nabc", $"GET /wait?ms=5{Host}\r\n", $"GET /bytes?n=10000000{Host}\r\n", "nonsense\r\n\r\n"])
        {
            var clients = Many(sent);
            clients[0].Socket.Poll(TimeSpan.FromMilliseconds(5), SelectMode.SelectRead); // some in the state that the bytes lead to, some on the way
            clients.ForEach(Break);
        }

        Many($"GET /{Host}\r\n").ForEach(client =>
        {
            if (client.Read().Status != 200) Assert.Fail("an honest request was not answered");
            Break(client);
        });
    }

    /// <summary>Uploads and downloads that end in the middle, by a reset or in order.</summary>
    private void CutTransfers()
    {
        Many($"POST /echo{Host}Content-Length: 1000000\r\n\r\n{new string('u', 100_000)}").ForEach(CutOrBreak);
        Many($"POST /echo{Host}Transfer-Encoding: chunked\r\n\r\nfffff\r\n{new string('u', 30_000)}").ForEach(CutOrBreak);
        Many($"GET /bytes?n=5000000{Host}\r\n").ForEach(client =>
        {
            client.Bytes(1000);
            CutOrBreak(client);
        });
    }

    private void Oversized()
    {
        foreach (var sent in (string[])[$"GET /{new string('a', 60_000)}", $"GET /{Host}X: {new string('b', 60_000)}", $"GET /{Host}{string.Concat(Enumerable.Repeat("X: y\r\n", 5_000))}",
            $"POST /echo{Host}Content-Length: 999999999999\r\n\r\n{new string('c', 60_000)}", $"POST /echo{Host}Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n{new string('d', 60_000)}",
            $"POST /echo{Host}Transfer-Encoding: chunked\r\n\r\n1;{new string('e', 60_000)}", new string('\n', 60_000)])
        {
            foreach (var client in Many(sent))
            {
                if (client.Read().Status is not (>= 400 and < 500)) Assert.Fail("what is oversized was not refused");
                client.Dispose();
            }
        }
    }

    /// <summary>Pipelines whose replies nobody reads: sent for as long as somebody takes them, and dropped.</summary>
    private void UnreadPipelines()
    {
        var requests = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat($"GET /bytes?n=1000{Host}\r\n", 1000)));
        foreach (var client in Many(""))
        {
            client.Socket.SendTimeout = 20;
            try
            {
                for (var i = 0; i < 10; i++) client.Send(requests);
            }
            catch (SocketException full) when (full.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.ConnectionReset or SocketError.Shutdown)
            {
                // as it should be, or cut for reading nothing
            }

            CutOrBreak(client);
        }
    }

    /// <summary>Random bytes, and requests put together and bent at random.</summary>
    public void Noise()
    {
        for (var i = 0; i < times * 4; i++)
        {
            using var client = new RawClient(server);
            var bytes = new byte[random.Next(1, 3000)];
            if (i % 4 == 0)
            {
                random.NextBytes(bytes);
            }
            else
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Fragments[random.Next(Fragments.Length)]));
                bytes = Encoding.Latin1.GetBytes(text);
                for (var bent = random.Next(4); bent > 0; bent--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                client.Send(bytes.AsSpan(0, bytes.Length / 2));
                client.Send(bytes.AsSpan(bytes.Length / 2));
                if (random.Next(2) == 0) client.Socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException reset) when (reset.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.NotConnected)
            {
                continue; // it was refused by then
            }

            CutOrBreak(client);
        }
    }

    /// <summary>Slow heads, bodies and readers, which stay for longer than the server waits for them.</summary>
    private void Slow()
    {
        var few = Math.Max(1, times / 8);
        var readers = Many($"GET /bytes?n=100000000{Host}\r\n", few); // their reason is the server's to count; there is no end that they could see
        foreach (var client in (RawClient[])[.. Many("GET / HTTP/1.1\r\nHo", few), .. Many($"POST /echo{Host}Content-Length: 10000\r\n\r\nslow", few)])
        {
            if (client.Read().Status != 408) Assert.Fail("a slow client was not told");
            client.Dispose();
        }

        readers.ForEach(Break);
    }

    /// <summary>A handler that fails. The first stack trace that is logged opens files, which stay open: the noise would leave it to chance.</summary>
    private void Crash()
    {
        using var client = new RawClient(server);
        if (client.Get("/crash").Status != 500) Assert.Fail("a crash was not told");
    }

    private List<RawClient> Many(string sent, int? count = null)
    {
        var bytes = Encoding.Latin1.GetBytes(sent);
        return [.. Enumerable.Range(0, count ?? times).Select(_ =>
        {
            var client = new RawClient(server, receiveBuffer: 4096);
            try
            {
                client.Send(bytes);
            }
            catch (SocketException)
            {
                // it may be refused before it has said everything; whoever reads finds out
            }

            return client;
        })];
    }

    private void CutOrBreak(RawClient client)
    {
        if (random.Next(2) == 0) Break(client);
        else client.Dispose();
    }

    private static void Break(RawClient client)
    {
        client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Dispose();
    }
}
