using System.Net;
using System.Net.Sockets;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.IO.Sockets;

namespace ActorServer.IO.Tests.Sockets;

public sealed class SocketTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Fact]
    public void Port_zero_gets_the_port_that_the_kernel_picked()
    {
        using var listener = ListenSocket.Bind(AnyPort, 16);
        Assert.InRange(listener.EndPoint.Port, 1, 65535);
        Assert.Equal(IPAddress.Loopback, listener.EndPoint.Address);
    }

    [Fact]
    public void Others_can_join_a_socket_later_and_leave_it_without_losing_a_client()
    {
        using var first = ListenSocket.Bind(AnyPort, 64);
        first.AllowOthers();
        using var second = ListenSocket.Bind(first.EndPoint, 64, reusePort: true);
        using var third = ListenSocket.Bind(first.EndPoint, 64, reusePort: true);
        if (!OperatingSystem.IsLinux()) return; // elsewhere the kernel cannot be told whom to give a client
        first.TakeAll();
        var clients = Enumerable.Range(0, 30).Select(_ =>
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(first.EndPoint);
            return client;
        }).ToList();
        Assert.Equal(AcceptOutcome.NonePending, second.Accept(out _));
        Assert.Equal(AcceptOutcome.NonePending, third.Accept(out _));
        second.Dispose();
        third.Dispose();
        foreach (var client in clients)
        {
            Assert.Equal(AcceptOutcome.Accepted, first.Accept(out var connection));
            connection!.Dispose();
            client.Dispose();
        }

        first.AllowOthers(); // and again
        using var fourth = ListenSocket.Bind(first.EndPoint, 64, reusePort: true);
        Assert.Equal(first.EndPoint, fourth.EndPoint);
    }

    [LinuxFact]
    public void A_socket_that_refuses_keeps_those_who_waited_for_whoever_accepts()
    {
        using var listener = ListenSocket.Bind(AnyPort, 16);
        var clients = Enumerable.Range(0, 3).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 }).ToList();
        foreach (var client in clients) client.Connect(listener.EndPoint);
        Assert.Equal(-1, listener.TakeKept());
        listener.Refuse(16);
        listener.Refuse(16); // once is enough
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(SocketError.ConnectionRefused, Assert.ThrowsAny<SocketException>(() => late.Connect(listener.EndPoint)).SocketErrorCode);

        Assert.Equal(AcceptOutcome.Accepted, listener.Accept(out var first));
        first!.Send("a"u8);
        Assert.Equal(1, clients[0].Receive(new byte[2]));
        first.Dispose();
        using (var second = new ConnectionSocket(listener.TakeKept())) second.Send("b"u8);
        Assert.Equal(1, clients[1].Receive(new byte[2]));
        listener.Dispose(); // with the third
        Assert.Equal(0, clients[2].Receive(new byte[2]));

        // Its descriptor may be another's by now.
        using var other = ListenSocket.Bind(AnyPort, 16);
        listener.Refuse(16);
        using var welcome = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        welcome.Connect(other.EndPoint);
        clients.ForEach(client => client.Dispose());
    }

    [LinuxFact]
    public void A_socket_that_refuses_has_nobody_when_nobody_waits()
    {
        using var listener = ListenSocket.Bind(AnyPort, 16);
        listener.Refuse(16);
        Assert.Equal(AcceptOutcome.NonePending, listener.Accept(out _));
    }

    [Fact]
    public void A_connection_that_is_put_off_comes_with_its_first_bytes_or_after_a_second()
    {
        if (!OperatingSystem.IsLinux()) return; // elsewhere nothing is put off
        using var listener = ListenSocket.Bind(AnyPort, 16);
        listener.DeferAccept(true);
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Connect(listener.EndPoint);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.EndPoint);
        client.Send("hello"u8);
        SocketPair.WaitFor(listener.Descriptor, Interest.Read);
        Assert.Equal(AcceptOutcome.Accepted, listener.Accept(out var connection)); // the second to come is the first to be there
        using (connection) Assert.Equal(5, connection!.Unread);
        Assert.Equal(AcceptOutcome.NonePending, listener.Accept(out _));
        SocketPair.WaitFor(listener.Descriptor, Interest.Read);
        Assert.Equal(AcceptOutcome.Accepted, listener.Accept(out var late));
        late!.Dispose();
    }

    [Fact]
    public void Listens_on_IPv6_too()
    {
        if (!Socket.OSSupportsIPv6) return; // a machine without IPv6 cannot show it
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0), 16);
        using var client = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.EndPoint);
        SocketPair.WaitFor(listener.Descriptor, Interest.Read);
        Assert.Equal(AcceptOutcome.Accepted, listener.Accept(out var connection));
        using (connection) Assert.Equal(client.LocalEndPoint, connection!.RemoteEndPoint);
    }

    [Fact]
    public void A_taken_port_is_named_with_the_way_out()
    {
        using var listener = ListenSocket.Bind(AnyPort, 16);
        var failure = Assert.Throws<SystemCallException>(() => ListenSocket.Bind(listener.EndPoint, 16));
        Assert.Equal(Errno.EADDRINUSE, failure.Errno);
        Assert.Contains($"bind({listener.EndPoint})", failure.Message);
        Assert.Contains("EADDRINUSE", failure.Message);
        Assert.Contains("another process listens", failure.Message);
    }

    [Fact]
    public void Two_listeners_share_a_port_only_when_both_ask_for_it()
    {
        using var first = ListenSocket.Bind(AnyPort, 16, reusePort: true);
        using var second = ListenSocket.Bind(first.EndPoint, 16, reusePort: true);
        Assert.Equal(first.EndPoint, second.EndPoint);
        Assert.Throws<SystemCallException>(() => ListenSocket.Bind(first.EndPoint, 16));
    }

    [Fact]
    public void An_address_of_another_machine_is_refused()
    {
        var failure = Assert.Throws<SystemCallException>(() => ListenSocket.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), 16));
        Assert.Equal(Errno.EADDRNOTAVAIL, failure.Errno);
        Assert.Contains("192.0.2.1 is not an address of this machine", failure.Message);
    }

    [Fact]
    public void Accept_without_a_client_does_not_wait()
    {
        using var listener = ListenSocket.Bind(AnyPort, 16);
        Assert.Equal(AcceptOutcome.NonePending, listener.Accept(out var connection));
        Assert.Null(connection);
    }

    [Fact]
    public void Bytes_go_both_ways_and_the_end_is_a_zero()
    {
        using var pair = new SocketPair();
        var buffer = new byte[64];
        Assert.Equal(-Errno.EAGAIN, pair.Server.Receive(buffer));
        pair.Client.Send("ping"u8);
        SocketPair.WaitFor(pair.Server.Descriptor, Interest.Read);
        Assert.Equal(4, pair.Server.Unread);
        Assert.Equal(4, pair.Server.Receive(buffer));
        Assert.Equal("ping"u8, buffer.AsSpan(0, 4));
        Assert.Equal(4, pair.Server.Send("pong"u8));
        Assert.Equal(4, pair.Client.Receive(buffer));
        pair.Client.Shutdown(SocketShutdown.Send);
        SocketPair.WaitFor(pair.Server.Descriptor, Interest.Read);
        Assert.Equal(0, pair.Server.Receive(buffer));
        pair.Server.ShutdownWrite();
        Assert.Equal(0, pair.Client.Receive(buffer));
    }

    [Fact]
    public void A_full_kernel_buffer_is_EAGAIN_and_recovers()
    {
        using var pair = new SocketPair();
        var block = new byte[1 << 20];
        long sent = 0;
        int count;
        while ((count = pair.Server.Send(block)) > 0) sent += count;
        Assert.Equal(-Errno.EAGAIN, count);
        for (long read = 0; read < sent;) read += pair.Client.Receive(block);
        Assert.Equal(Readiness.Write, SocketPair.WaitFor(pair.Server.Descriptor, Interest.Write));
        Assert.True(pair.Server.Send(block) > 0);
    }

    [Fact]
    public void A_write_to_a_peer_that_is_gone_is_an_errno_not_a_signal()
    {
        using var pair = new SocketPair();
        pair.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        pair.Client.Close();
        SocketPair.WaitFor(pair.Server.Descriptor, Interest.Read);
        Assert.True(pair.Server.Send("x"u8) is var first && (first == -Errno.ECONNRESET || first == -Errno.EPIPE));
        Assert.Equal(-Errno.EPIPE, pair.Server.Send("x"u8));
    }

    [Fact]
    public void Abort_ends_the_stream_for_the_peer_from_any_thread()
    {
        using var pair = new SocketPair();
        var thread = new Thread(pair.Server.Abort);
        thread.Start();
        thread.Join();
        Assert.Equal(0, pair.Client.Receive(new byte[1]));
        Assert.False(pair.Server.IsClosed);
    }

    [Fact]
    public void Who_asks_for_the_peer_gets_no_other_connections()
    {
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), backlog: 64);
        // Connections come and go under the same number, while another thread asks who is there.
        (ConnectionSocket Socket, EndPoint Peer)? current = null;
        var (over, asked) = (false, 0);
        string? wrong = null;
        var thread = new Thread(() =>
        {
            while (!Volatile.Read(ref over) && wrong is null)
            {
                (ConnectionSocket Socket, EndPoint Peer)? seen;
                lock (listener) seen = current;
                if (seen is not { } connection) continue;
                var peer = connection.Socket.RemoteEndPoint;
                asked++;
                if (peer is not null && !peer.Equals(connection.Peer)) wrong = $"{peer} instead of {connection.Peer}";
            }
        });
        thread.Start();
        for (var i = 0; i < 2000; i++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(listener.EndPoint);
            SocketPair.WaitFor(listener.Descriptor, Interest.Read);
            Assert.Equal(AcceptOutcome.Accepted, listener.Accept(out var connection));
            lock (listener) current = (connection!, client.LocalEndPoint!);
            connection!.Dispose();
            Assert.Null(connection.RemoteEndPoint);
        }

        Volatile.Write(ref over, true);
        thread.Join();
        Assert.Null(wrong);
        Assert.True(asked > 0);
    }

    [Fact]
    public void Abort_after_the_close_leaves_the_descriptors_next_owner_alone()
    {
        using var pair = new SocketPair();
        pair.Server.Dispose();
        using var reuse = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reuse.Connect(pair.Listener.EndPoint); // most likely gets the number that was just freed
        pair.Server.Abort();
        Assert.True(pair.Server.IsClosed);
        Assert.Equal(1, reuse.Send("x"u8)); // still writable
    }

    [Fact]
    public void Accepted_sockets_are_non_blocking_without_delay_and_closed_on_exec()
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        using var pair = new SocketPair();
        var flags = File.ReadLines($"/proc/self/fdinfo/{pair.Server.Descriptor}").Single(line => line.StartsWith("flags:", StringComparison.Ordinal));
        var octal = Convert.ToInt32(flags["flags:".Length..].Trim(), 8);
        Assert.True((octal & 0x800) != 0, "O_NONBLOCK");
        Assert.True((octal & 0x80000) != 0, "O_CLOEXEC");
    }

    [Fact]
    public void Remote_end_point_is_the_clients()
    {
        using var pair = new SocketPair();
        Assert.Equal(pair.Client.LocalEndPoint, pair.Server.RemoteEndPoint);
    }

    [Fact]
    public void Every_errno_has_a_name_and_a_text()
    {
        Assert.Equal("EADDRINUSE", Errno.Name(Errno.EADDRINUSE));
        Assert.Equal("EAGAIN", Errno.Name(Errno.EAGAIN));
        Assert.Equal("errno 9999", Errno.Name(9999));
        Assert.NotEmpty(Errno.Text(Errno.EACCES));
    }

    [Fact]
    public void Thread_id_is_the_kernels()
    {
        if (!OperatingSystem.IsLinux()) return; // read from /proc
        Assert.True(Directory.Exists($"/proc/self/task/{ThreadCalls.CurrentThreadId}"));
    }

    [Fact]
    public void The_processor_time_of_a_thread_stands_still_while_it_sleeps()
    {
        var before = ThreadCalls.ProcessorTime;
        Thread.Sleep(200);
        var slept = ThreadCalls.ProcessorTime;
        Assert.InRange(slept - before, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        while (ThreadCalls.ProcessorTime - slept < TimeSpan.FromMilliseconds(5)) Thread.SpinWait(100); // ends: it does run on
    }
}
