using System.Net;
using System.Net.Sockets;
using ActorServer.IO.Completion;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.IO.Sockets;

namespace ActorServer.IO.Tests.Completion;

/// <summary>The operations over real sockets, with every set of flags that a kernel may know.</summary>
[Collection("io_uring")]
public sealed class IoUringTests
{
    private const ulong Accept = 1, Receive = 2, Send = 3, Watch = 4, Cancel = 5, Close = 6, Shutdown = 7;

    public static TheoryData<uint> Setups => new(
        IoUringSetup.Optional,
        IoUringSetup.Optional & ~IoUringCalls.IORING_SETUP_DEFER_TASKRUN,
        IoUringCalls.IORING_SETUP_COOP_TASKRUN,
        0);

    [IoUringTheory, MemberData(nameof(Setups))]
    public void One_accept_takes_every_client(uint setup)
    {
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 16);
        using var owner = Make(setup);
        owner.Ring.Accept(listener.Descriptor, Accept);
        owner.Quiet();
        var clients = Enumerable.Range(0, 5).Select(_ => Connect(listener)).ToList();
        foreach (var client in clients)
        {
            var completion = owner.Next(Accept);
            Assert.True(completion.Result >= 0, Errno.Name(-completion.Result));
            Assert.True(completion.More);
            using var connection = new ConnectionSocket(completion.Result);
            Assert.Equal(client.LocalEndPoint, connection.RemoteEndPoint);
            var flags = File.ReadLines($"/proc/self/fdinfo/{completion.Result}").Single(line => line.StartsWith("flags:", StringComparison.Ordinal));
            var octal = Convert.ToInt32(flags["flags:".Length..].Trim(), 8);
            Assert.True((octal & 0x800) == 0, "O_NONBLOCK");
            Assert.True((octal & 0x80000) != 0, "O_CLOEXEC");
        }

        Assert.Equal(1, owner.Ring.Pending);
        clients.ForEach(client => client.Dispose());
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void One_receive_brings_more_than_all_buffers_hold(uint setup)
    {
        using var pair = new SocketPair();
        using var owner = Make(setup, buffers: 4, bufferSize: 4096);
        var sent = new byte[1 << 20];
        new Random(7).NextBytes(sent);
        var sender = new Thread(() =>
        {
            pair.Client.Send(sent);
            pair.Client.Shutdown(SocketShutdown.Send);
        });
        sender.Start();
        owner.Ring.Receive(pair.Server.Descriptor, Receive);
        var received = new MemoryStream();
        while (true)
        {
            var completion = owner.Next(Receive);
            if (completion.HasBuffer)
            {
                received.Write(owner.Ring.Received(completion));
                owner.Ring.Recycle(completion.BufferId);
            }

            if (completion.Result == 0) break;
            Assert.True(completion.Result > 0 || completion.Result == -Errno.ENOBUFS, Errno.Name(-completion.Result));
            if (!completion.More) owner.Ring.Receive(pair.Server.Descriptor, Receive);
        }

        sender.Join();
        Assert.True(received.ToArray().AsSpan().SequenceEqual(sent));
        Assert.Equal((0, 4), (owner.Ring.Pending, owner.Ring.FreeBuffers));
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void A_receive_without_a_free_buffer_waits_for_one(uint setup)
    {
        using var pair = new SocketPair();
        using var owner = Make(setup, buffers: 2, bufferSize: 64);
        owner.Ring.Receive(pair.Server.Descriptor, Receive);
        pair.Client.Send(Enumerable.Range(0, 200).Select(i => (byte)i).ToArray());
        var first = owner.Next(Receive);
        var second = owner.Next(Receive);
        var starved = owner.Next(Receive);
        Assert.Equal((64, 64, -Errno.ENOBUFS), (first.Result, second.Result, starved.Result));
        Assert.False(starved.More);
        Assert.Equal(0, owner.Ring.FreeBuffers);
        owner.Ring.Receive(pair.Server.Descriptor, Receive);
        owner.Quiet(); // neither data nor an error: no turn is spent on it
        Assert.Equal(1, owner.Ring.Pending);
        owner.Ring.Recycle(second.BufferId);
        Assert.Equal(128, owner.Ring.Received(owner.Next(Receive))[0]);
        owner.Ring.Recycle(first.BufferId);
        if (owner.Next(Receive) is { Result: > 0 } last) Assert.Equal(192, owner.Ring.Received(last)[0]);
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void A_receive_that_waits_for_a_buffer_can_be_cancelled(uint setup)
    {
        using var pair = new SocketPair();
        using var owner = Make(setup, buffers: 1, bufferSize: 64);
        owner.Ring.Receive(pair.Server.Descriptor, Receive);
        pair.Client.Send(new byte[64]);
        Assert.Equal(64, owner.Next(Receive).Result);
        if (owner.Ring.Pending > 0) owner.Ring.Cancel(Receive, CompletedOperation.Silent);
        while (owner.Ring.Pending > 0) owner.Ring.Wait(new CompletedOperation[4], 1_000);
        owner.Ring.Receive(pair.Server.Descriptor, Receive);
        owner.Quiet();
        owner.Ring.CancelAll(pair.Server.Descriptor, Cancel);
        Assert.Contains(owner.Next(Receive).Result, new[] { -Errno.ECANCELED, -Errno.ENOBUFS });
        Assert.False(owner.Next(Cancel).More);
        Assert.Equal(0, owner.Ring.Pending);
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void A_peer_that_resets_is_an_errno(uint setup)
    {
        using var pair = new SocketPair();
        using var owner = Make(setup);
        owner.Ring.Receive(pair.Server.Descriptor, Receive);
        owner.Quiet();
        pair.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        pair.Client.Close();
        var end = owner.Next(Receive);
        Assert.Equal((-Errno.ECONNRESET, false), (end.Result, end.More));
        owner.Ring.Send(pair.Server.Descriptor, GC.AllocateArray<byte>(1, pinned: true), Send);
        Assert.Equal(-Errno.EPIPE, owner.Next(Send).Result);
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void The_end_of_the_peers_stream_is_a_zero_and_we_may_still_send(uint setup)
    {
        using var pair = new SocketPair();
        using var owner = Make(setup);
        var reply = GC.AllocateArray<byte>(2, pinned: true);
        "ok"u8.CopyTo(reply);
        owner.Ring.Receive(pair.Server.Descriptor, Receive);
        pair.Client.Send("bye"u8);
        Assert.Equal("bye"u8, owner.Ring.Received(owner.Next(Receive)));
        pair.Client.Shutdown(SocketShutdown.Send);
        var end = owner.Next(Receive);
        Assert.Equal((0, false), (end.Result, end.More));
        owner.Ring.Send(pair.Server.Descriptor, reply, Send);
        Assert.Equal(2, owner.Next(Send).Result);
        owner.Ring.ShutdownWrite(pair.Server.Descriptor, Shutdown);
        Assert.Equal(0, owner.Next(Shutdown).Result);
        var buffer = new byte[16];
        Assert.Equal(2, pair.Client.Receive(buffer));
        Assert.Equal(0, pair.Client.Receive(buffer));
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void A_long_send_completes_once_when_all_is_sent(uint setup)
    {
        using var pair = new SocketPair();
        using var owner = Make(setup);
        var bytes = GC.AllocateUninitializedArray<byte>(16 << 20, pinned: true);
        new Random(11).NextBytes(bytes);
        owner.Ring.Send(pair.Server.Descriptor, bytes, Send);
        owner.Quiet(); // the kernel's buffers are full, and nobody reads
        var received = new MemoryStream();
        var reader = new Thread(() =>
        {
            var block = new byte[1 << 16];
            while (received.Length < bytes.Length) received.Write(block, 0, pair.Client.Receive(block));
        });
        reader.Start();
        Assert.Equal(bytes.Length, owner.Next(Send).Result);
        reader.Join();
        Assert.True(received.ToArray().AsSpan().SequenceEqual(bytes));
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void Cancel_ends_what_it_names(uint setup)
    {
        using var pair = new SocketPair();
        using var owner = Make(setup);
        owner.Ring.Receive(pair.Server.Descriptor, Receive);
        owner.Quiet();
        owner.Ring.Cancel(99, Cancel);
        Assert.Equal(-Errno.ENOENT, owner.Next(Cancel).Result);
        owner.Ring.Cancel(Receive, Cancel);
        var end = owner.Next(Receive);
        Assert.Equal((-Errno.ECANCELED, false), (end.Result, end.More));
        Assert.Equal(0, owner.Next(Cancel).Result);
        Assert.Equal(0, owner.Ring.Pending);
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void Close_ends_what_is_pending_and_the_peer_reads_the_end(uint setup)
    {
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 16);
        using var owner = Make(setup);
        owner.Ring.Accept(listener.Descriptor, Accept);
        using var client = Connect(listener);
        var connection = owner.Next(Accept).Result;
        owner.Ring.Receive(connection, Receive);
        owner.Quiet();
        owner.Ring.Close(connection, Close);
        Assert.Equal(-Errno.ECANCELED, owner.Next(Receive).Result);
        Assert.Equal(0, owner.Next(Close).Result);
        Assert.Equal(0, client.Receive(new byte[1]));
        Assert.Equal(1, owner.Ring.Pending); // the accept
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void A_signal_from_another_thread_ends_the_wait(uint setup)
    {
        using var wakeup = new Wakeup();
        using var owner = Make(setup);
        owner.Ring.Watch(wakeup.Descriptor, Watch);
        for (var round = 0; round < 3; round++)
        {
            owner.Quiet();
            var signal = new Thread(wakeup.Signal);
            signal.Start();
            Assert.True(owner.Next(Watch).More);
            wakeup.Clear();
            signal.Join();
        }
    }

    [IoUringTheory, MemberData(nameof(Setups))]
    public void Silent_ends_are_not_delivered(uint setup)
    {
        using var owner = Make(setup);
        owner.Ring.Cancel(99, CompletedOperation.Silent);
        Assert.Equal(1, owner.Ring.Pending);
        owner.Quiet();
        Assert.Equal(0, owner.Ring.Pending);
    }

    private static RingOwner Make(uint setup, int buffers = 16, int bufferSize = 4096) => new(new IoUring(64, 256, buffers, bufferSize, setup));

    private static Socket Connect(ListenSocket listener)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        client.Connect(listener.EndPoint);
        return client;
    }
}
