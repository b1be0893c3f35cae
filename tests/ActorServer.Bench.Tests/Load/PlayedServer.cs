using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorServer.Bench.Tests.Load;

/// <summary>A server that does what a test wants: a thread for each connection, which answers each request (without a body) by a function.</summary>
internal sealed class PlayedServer : IDisposable
{
    public const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<int, string?> _answer;
    private readonly List<Socket> _clients = [];
    private int _connections;
    private int _requests;

    /// <param name="answer">Makes the reply to a connection's request, by the number of the connection from 1; null closes it without one.</param>
    public PlayedServer(Func<int, string?> answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public IPEndPoint EndPoint { get; }

    public int Connections => Volatile.Read(ref _connections);

    public int Requests => Volatile.Read(ref _requests);

    public void Dispose()
    {
        _listener.Dispose();
        lock (_clients) _clients.ForEach(client => client.Dispose());
    }

    private void Accept()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = _listener.Accept();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_clients) _clients.Add(client);
            var number = Interlocked.Increment(ref _connections);
            new Thread(() => Serve(client, number)) { IsBackground = true }.Start();
        }
    }

    private void Serve(Socket client, int number)
    {
        try
        {
            var buffer = new byte[4096];
            using (client)
            {
                while (client.Receive(buffer) is > 0 and var count)
                {
                    if (!buffer.AsSpan(0, count).EndsWith("\r\n\r\n"u8)) return; // one request at a time is what it is asked
                    Interlocked.Increment(ref _requests);
                    if (_answer(number) is not { } reply) return;
                    client.Send(Encoding.ASCII.GetBytes(reply));
                    if (reply.Contains("Connection: close", StringComparison.Ordinal)) return;
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The client, or the test, is done.
        }
    }
}
