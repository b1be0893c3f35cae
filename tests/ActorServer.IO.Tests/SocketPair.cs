using System.Net;
using System.Net.Sockets;
using ActorServer.IO.Polling;
using ActorServer.IO.Sockets;

namespace ActorServer.IO.Tests;

/// <summary>A listener on a free port, one accepted connection and its client.</summary>
internal sealed class SocketPair : IDisposable
{
    public SocketPair()
    {
        Listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), backlog: 16);
        Client.Connect(Listener.EndPoint);
        WaitFor(Listener.Descriptor, Interest.Read);
        Assert.Equal(AcceptOutcome.Accepted, Listener.Accept(out var server));
        Server = server!;
    }

    public ListenSocket Listener { get; }

    public ConnectionSocket Server { get; }

    public Socket Client { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };

    /// <summary>Waits until the kernel says that a descriptor is ready; the readiness that it says.</summary>
    public static Readiness WaitFor(int descriptor, Interest interest)
    {
        using var poller = new PollPoller();
        poller.Add(descriptor, interest);
        var ready = new ReadyDescriptor[1];
        Assert.Equal(1, poller.Wait(ready, 10_000));
        return ready[0].Readiness;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        Listener.Dispose();
    }
}
