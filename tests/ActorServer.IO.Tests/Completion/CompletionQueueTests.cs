using System.Net;
using System.Net.Sockets;
using ActorServer.IO.Completion;
using ActorServer.IO.Native;
using ActorServer.IO.Sockets;

namespace ActorServer.IO.Tests.Completion;

/// <summary>The operations over real sockets: io_uring with every set of flags that a kernel may know, and the runtime's sockets.</summary>
[Collection("io_uring")]
public sealed class CompletionQueueTests
{
    private const ulong Accept = 1, Receive = 2, Send = 3, Cancel = 5, Close = 6;

    private static readonly Dictionary<string, uint> Setups = new(StringComparer.Ordinal)
    {
        ["io_uring"] = IoUringSetup.Optional,
        ["io_uring without DEFER_TASKRUN"] = IoUringSetup.Optional & ~IoUringCalls.IORING_SETUP_DEFER_TASKRUN,
        ["io_uring with COOP_TASKRUN"] = IoUringCalls.IORING_SETUP_COOP_TASKRUN,
        ["plain io_uring"] = 0,
    };

    public static TheoryData<string> Engines => IoUring.Unavailable() is null ? [.. Setups.Keys, "socket-async"] : ["socket-async"];

    [Theory, MemberData(nameof(Engines))]
    public void Each_accept_takes_one_client(string engine)
    {
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 16);
        using var owner = Make(engine);
        for (var i = 0; i < 3; i++) owner.Queue.Accept(listener.Descriptor, Accept);
        owner.Quiet();
        var clients = Enumerable.Range(0, 5).Select(_ => Connect(listener)).ToList();
        var peers = new List<EndPoint?>();
        for (var i = 0; i < 3; i++) peers.Add(Take());
        owner.Quiet(); // the others wait in the kernel
        Assert.Equal(0, owner.Queue.Pending);
        for (var i = 0; i < 2; i++)
        {
            owner.Queue.Accept(listener.Descriptor, Accept);
            peers.Add(Take());
        }

        Assert.Equal(clients.Select(client => client.LocalEndPoint!.ToString()).Order(), peers.Select(peer => peer!.ToString()).Order());
        clients.ForEach(client => client.Dispose());

        EndPoint? Take()
        {
            var completion = owner.Next(Accept);
            Assert.True(completion.Result >= 0, Errno.Name(-completion.Result));
            Assert.False(completion.More);
            using var connection = new ConnectionSocket(completion.Result, descriptor => owner.Queue.Close(descriptor, CompletedOperation.Silent));
            if (OperatingSystem.IsLinux())
            {
                var flags = File.ReadLines($"/proc/self/fdinfo/{completion.Result}").Single(line => line.StartsWith("flags:", StringComparison.Ordinal));
                var octal = Convert.ToInt32(flags["flags:".Length..].Trim(), 8);
                if (engine.Contains("io_uring", StringComparison.Ordinal)) Assert.True((octal & 0x800) == 0, "O_NONBLOCK");
                Assert.True((octal & 0x80000) != 0, "O_CLOEXEC");
            }

            return connection.RemoteEndPoint;
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Accepts_that_are_cancelled_leave_the_clients_to_whoever_accepts_next(string engine)
    {
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 16);
        using var owner = Make(engine);
        owner.Queue.Accept(listener.Descriptor, Accept);
        owner.Queue.Accept(listener.Descriptor, Accept);
        owner.Quiet();
        owner.Queue.CancelAll(listener.Descriptor, Cancel);
        Assert.Equal(2, owner.Next(Cancel).Result);
        Assert.Equal(-Errno.ECANCELED, owner.Next(Accept).Result);
        Assert.Equal(-Errno.ECANCELED, owner.Next(Accept).Result);
        Assert.Equal(0, owner.Queue.Pending);
        using var client = Connect(listener);
        owner.Quiet();
        // A round that is cancelled at once takes whoever waits, and nobody is lost between the two.
        owner.Queue.Accept(listener.Descriptor, Accept);
        owner.Queue.Accept(listener.Descriptor, Accept);
        owner.Queue.CancelAll(listener.Descriptor, CompletedOperation.Silent);
        int[] results = [owner.Next(Accept).Result, owner.Next(Accept).Result];
        Assert.Equal(-Errno.ECANCELED, results.Min());
        Assert.InRange(results.Max(), 0, int.MaxValue);
        owner.Queue.Close(results.Max(), Close);
        Assert.Equal(0, owner.Next(Close).Result);
        Assert.Equal(0, client.Receive(new byte[1]));

        // And accepting goes on as ever.
        owner.Queue.Accept(listener.Descriptor, Accept);
        owner.Quiet();
        using var late = Connect(listener);
        owner.Queue.Close(owner.Next(Accept).Result, Close);
        Assert.Equal(0, owner.Next(Close).Result);
        Assert.Equal(0, late.Receive(new byte[1]));
    }

    [Theory, MemberData(nameof(Engines))]
    public void After_its_accepts_are_cancelled_a_listening_socket_that_is_closed_listens_no_more(string engine)
    {
        using var owner = Make(engine);
        foreach (var pending in (bool[])[false, true])
        {
            using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 16);
            owner.Queue.Accept(listener.Descriptor, Accept);
            using (Connect(listener)) owner.Queue.Close(owner.Next(Accept).Result, CompletedOperation.Silent);
            if (pending)
            {
                owner.Queue.Accept(listener.Descriptor, Accept);
                owner.Quiet();
            }

            owner.Queue.CancelAll(listener.Descriptor, CompletedOperation.Silent);
            owner.Queue.Submit();
            if (pending) Assert.Equal(-Errno.ECANCELED, owner.Next(Accept).Result);
            listener.Dispose();
            Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => Connect(listener)).SocketErrorCode);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void A_receive_that_is_asked_for_once_leaves_the_rest_in_the_kernel(string engine)
    {
        using var pair = new SocketPair();
        using var owner = Make(engine, bufferSize: 64);
        owner.Queue.Receive(pair.Server.Descriptor, Receive, once: true);
        pair.Client.Send(Enumerable.Range(0, 100).Select(i => (byte)i).ToArray());
        var first = owner.Next(Receive);
        Assert.Equal((64, false), (first.Result, first.More));
        owner.Quiet();
        Assert.Equal(36, pair.Server.Unread);
        owner.Queue.Receive(pair.Server.Descriptor, Receive, once: true);
        Assert.Equal(64, owner.Queue.Received(owner.Next(Receive))[0]);
    }

    [Theory, MemberData(nameof(Engines))]
    public void One_receive_brings_more_than_all_buffers_hold(string engine)
    {
        using var pair = new SocketPair();
        using var owner = Make(engine, buffers: 4, bufferSize: 4096);
        var sent = new byte[1 << 20];
        new Random(7).NextBytes(sent);
        var sender = new Thread(() =>
        {
            pair.Client.Send(sent);
            pair.Client.Shutdown(SocketShutdown.Send);
        });
        sender.Start();
        owner.Queue.Receive(pair.Server.Descriptor, Receive);
        var received = new MemoryStream();
        while (true)
        {
            var completion = owner.Next(Receive);
            if (completion.HasBuffer)
            {
                received.Write(owner.Queue.Received(completion));
                owner.Queue.Recycle(completion.BufferId);
            }

            if (completion.Result == 0) break;
            Assert.True(completion.Result > 0 || completion.Result == -Errno.ENOBUFS, Errno.Name(-completion.Result));
            if (!completion.More) owner.Queue.Receive(pair.Server.Descriptor, Receive);
        }

        sender.Join();
        Assert.True(received.ToArray().AsSpan().SequenceEqual(sent));
        Assert.Equal((0, 4), (owner.Queue.Pending, owner.Queue.FreeBuffers));
    }

    [Theory, MemberData(nameof(Engines))]
    public void A_receive_without_a_free_buffer_waits_for_one(string engine)
    {
        using var pair = new SocketPair();
        using var owner = Make(engine, buffers: 2, bufferSize: 64);
        owner.Queue.Receive(pair.Server.Descriptor, Receive);
        pair.Client.Send(Enumerable.Range(0, 200).Select(i => (byte)i).ToArray());
        var first = owner.Next(Receive);
        var second = owner.Next(Receive);
        var starved = owner.Next(Receive);
        Assert.Equal((64, 64, -Errno.ENOBUFS), (first.Result, second.Result, starved.Result));
        Assert.False(starved.More);
        Assert.Equal(0, owner.Queue.FreeBuffers);
        owner.Queue.Receive(pair.Server.Descriptor, Receive);
        owner.Quiet(); // neither data nor an error: no turn is spent on it
        Assert.Equal(1, owner.Queue.Pending);
        owner.Queue.Recycle(second.BufferId);
        Assert.Equal(128, owner.Queue.Received(owner.Next(Receive))[0]);
        owner.Queue.Recycle(first.BufferId);
        if (owner.Next(Receive) is { Result: > 0 } last) Assert.Equal(192, owner.Queue.Received(last)[0]);
    }

    [Theory, MemberData(nameof(Engines))]
    public void A_receive_that_waits_for_a_buffer_can_be_cancelled(string engine)
    {
        using var pair = new SocketPair();
        using var owner = Make(engine, buffers: 1, bufferSize: 64);
        owner.Queue.Receive(pair.Server.Descriptor, Receive);
        pair.Client.Send(new byte[64]);
        Assert.Equal(64, owner.Next(Receive).Result);
        if (owner.Queue.Pending > 0) owner.Queue.Cancel(Receive, CompletedOperation.Silent);
        while (owner.Queue.Pending > 0) owner.Queue.Wait(new CompletedOperation[4], 1_000);
        owner.Queue.Receive(pair.Server.Descriptor, Receive);
        owner.Quiet();
        owner.Queue.CancelAll(pair.Server.Descriptor, Cancel);
        Assert.Contains(owner.Next(Receive).Result, new[] { -Errno.ECANCELED, -Errno.ENOBUFS });
        Assert.False(owner.Next(Cancel).More);
        Assert.Equal(0, owner.Queue.Pending);
    }

    [Theory, MemberData(nameof(Engines))]
    public void A_peer_that_resets_is_an_errno(string engine)
    {
        using var pair = new SocketPair();
        using var owner = Make(engine);
        owner.Queue.Receive(pair.Server.Descriptor, Receive);
        owner.Quiet();
        pair.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        pair.Client.Close();
        var end = owner.Next(Receive);
        Assert.Equal((-Errno.ECONNRESET, false), (end.Result, end.More));
        owner.Queue.Send(pair.Server.Descriptor, GC.AllocateArray<byte>(1, pinned: true), Send);
        Assert.Equal(-Errno.EPIPE, owner.Next(Send).Result);
    }

    [Theory, MemberData(nameof(Engines))]
    public void The_end_of_the_peers_stream_is_a_zero_and_we_may_still_send(string engine)
    {
        using var pair = new SocketPair();
        using var owner = Make(engine);
        var reply = GC.AllocateArray<byte>(2, pinned: true);
        "ok"u8.CopyTo(reply);
        owner.Queue.Receive(pair.Server.Descriptor, Receive);
        pair.Client.Send("bye"u8);
        Assert.Equal("bye"u8, owner.Queue.Received(owner.Next(Receive)));
        pair.Client.Shutdown(SocketShutdown.Send);
        var end = owner.Next(Receive);
        Assert.Equal((0, false), (end.Result, end.More));
        owner.Queue.Send(pair.Server.Descriptor, reply, Send);
        Assert.Equal(2, owner.Next(Send).Result);
        pair.Server.ShutdownWrite();
        var buffer = new byte[16];
        Assert.Equal(2, pair.Client.Receive(buffer));
        Assert.Equal(0, pair.Client.Receive(buffer));
    }

    [Theory, MemberData(nameof(Engines))]
    public void A_long_send_completes_once_when_all_is_sent(string engine)
    {
        using var pair = new SocketPair();
        using var owner = Make(engine);
        var bytes = GC.AllocateUninitializedArray<byte>(16 << 20, pinned: true);
        new Random(11).NextBytes(bytes);
        owner.Queue.Send(pair.Server.Descriptor, bytes, Send);
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

    [Theory, MemberData(nameof(Engines))]
    public void Cancel_ends_what_it_names(string engine)
    {
        using var pair = new SocketPair();
        using var owner = Make(engine);
        owner.Queue.Receive(pair.Server.Descriptor, Receive);
        owner.Quiet();
        owner.Queue.Cancel(99, Cancel);
        Assert.Equal(-Errno.ENOENT, owner.Next(Cancel).Result);
        owner.Queue.Cancel(Receive, Cancel);
        var end = owner.Next(Receive);
        Assert.Equal((-Errno.ECANCELED, false), (end.Result, end.More));
        Assert.Equal(0, owner.Next(Cancel).Result);
        Assert.Equal(0, owner.Queue.Pending);
    }

    [Theory, MemberData(nameof(Engines))]
    public void After_a_cancel_close_is_read_by_the_peer_as_the_end(string engine)
    {
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 16);
        using var owner = Make(engine);
        owner.Queue.Accept(listener.Descriptor, Accept);
        using var client = Connect(listener);
        var connection = owner.Next(Accept).Result;
        owner.Queue.Receive(connection, Receive);
        owner.Quiet();
        owner.Queue.Cancel(Receive, CompletedOperation.Silent);
        owner.Queue.Close(connection, Close);
        Assert.Equal(-Errno.ECANCELED, owner.Next(Receive).Result);
        Assert.Equal(0, owner.Next(Close).Result);
        Assert.Equal(0, client.Receive(new byte[1]));
        Assert.Equal(0, owner.Queue.Pending);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Another_thread_ends_the_wait(string engine)
    {
        using var owner = Make(engine);
        var completions = new CompletedOperation[4];
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(0, owner.Queue.Wait(completions, 0));
            var waker = new Thread(owner.Queue.Wake);
            waker.Start();
            Assert.Equal(0, owner.Queue.Wait(completions, -1)); // for ever, were it not for the other
            waker.Join();
        }

        Assert.Equal(0, owner.Queue.Pending);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Silent_ends_are_not_delivered(string engine)
    {
        using var owner = Make(engine);
        owner.Queue.Cancel(99, CompletedOperation.Silent);
        owner.Quiet();
        Assert.Equal(0, owner.Queue.Pending);
    }

    private static QueueOwner Make(string engine, int buffers = 16, int bufferSize = 4096) => new(Setups.TryGetValue(engine, out var setup)
        ? new IoUring(64, 256, buffers, bufferSize, setup)
        : new SocketAsync(buffers, bufferSize));

    private static Socket Connect(ListenSocket listener)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        client.Connect(listener.EndPoint);
        return client;
    }
}
