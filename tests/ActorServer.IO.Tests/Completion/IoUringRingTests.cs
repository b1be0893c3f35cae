using System.Net;
using System.Net.Sockets;
using ActorServer.IO.Completion;
using ActorServer.IO.Native;
using ActorServer.IO.Sockets;
using Xunit.Abstractions;

namespace ActorServer.IO.Tests.Completion;

/// <summary>The rings themselves: their limits, their owner, their end.</summary>
[Collection("io_uring")]
public sealed class IoUringRingTests(ITestOutputHelper output)
{
    private const ulong Accept = 1000, Receive = 1001, Send = 1002;

    private readonly CompletedOperation[] _completions = new CompletedOperation[512];

    [Fact]
    public void The_machine_says_what_it_has()
    {
        if (IoUring.Unavailable() is { } reason)
        {
            output.WriteLine($"no io_uring: {reason}");
            Assert.False(string.IsNullOrWhiteSpace(reason));
            return;
        }

        using var ring = new IoUring();
        output.WriteLine($"io_uring with {ring.Setup}, {ring.FreeBuffers} buffers of {ring.BufferSize} bytes");
        Assert.Equal("io_uring", ring.Name);
    }

    [IoUringFact]
    public void A_flag_that_the_kernel_does_not_know_is_left_out()
    {
        using var modern = new IoUring(8, 16, 1, 64, IoUringSetup.Optional);
        using var ring = new IoUring(8, 16, 1, 64, IoUringSetup.Optional | 1u << 30 | 1u << 31);
        Assert.Equal(modern.Setup, ring.Setup);
        using var plain = new IoUring(8, 16, 1, 64, 0);
        Assert.Equal("", plain.Setup);
    }

    [Theory]
    [InlineData(Errno.EPERM, "2", "kernel.io_uring_disabled = 2")]
    [InlineData(Errno.EPERM, "0", "seccomp")]
    [InlineData(Errno.EINVAL, "0", "Linux 6.0")]
    [InlineData(38, "0", "no io_uring")]
    [InlineData(Errno.EMFILE, "0", "ulimit -n")]
    [InlineData(Errno.ENOMEM, "0", "ulimit -l")]
    public void A_refusal_says_why(int errno, string disabled, string words) =>
        Assert.Contains(words, IoUringSetup.Refusal(errno, disabled).Message);

    [IoUringFact]
    public void More_operations_than_the_ring_holds_are_handed_over_in_turns()
    {
        using var ring = new IoUring(2, 64, 1, 64, IoUringSetup.Optional);
        for (ulong i = 0; i < 40; i++) ring.Cancel(Receive, i);
        Assert.Equal(40, ring.Pending);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (ulong)i), TakeAll(ring, 40).Select(completion => completion.UserData));
        Assert.Equal(0, ring.Pending);
    }

    [IoUringTheory, InlineData(1), InlineData(3), InlineData(512)]
    public void More_completions_than_the_ring_holds_are_all_delivered(int span)
    {
        using var ring = new IoUring(2, 4, 1, 64, IoUringSetup.Optional);
        for (ulong i = 0; i < 300; i++) ring.Cancel(Receive, i);
        var seen = new List<ulong>();
        while (seen.Count < 300)
        {
            var count = ring.Wait(_completions.AsSpan(0, span), 1_000);
            Assert.NotEqual(0, count);
            seen.AddRange(_completions.Take(count).Select(completion => completion.UserData));
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(i => (ulong)i), seen);
        Assert.Equal((0, 0), (ring.Pending, ring.Wait(_completions, 0)));
    }

    [IoUringFact]
    public void More_clients_than_the_ring_has_room_for_are_all_delivered()
    {
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 64);
        using var ring = new IoUring(2, 2, 1, 64, IoUringSetup.Optional);
        var clients = Enumerable.Range(0, 30).Select(_ => Connect(listener)).ToList();
        var connections = new List<int>();
        for (var i = 0; i < clients.Count; i++) ring.Accept(listener.Descriptor, Accept);
        while (connections.Count < clients.Count)
        {
            var count = ring.Wait(_completions, 10_000);
            Assert.NotEqual(0, count);
            foreach (var completion in _completions.Take(count))
            {
                Assert.True(completion.Result >= 0, Errno.Name(-completion.Result));
                connections.Add(completion.Result);
            }
        }

        Assert.Equal(clients.Count, connections.Distinct().Count());
        connections.ForEach(connection => SocketCalls.close(connection));
        clients.ForEach(client => client.Dispose());
    }

    [IoUringFact]
    public void It_waits_as_long_as_it_is_told()
    {
        using var ring = new IoUring(2, 4, 1, 64);
        Assert.Equal(0, ring.Wait(_completions, 0));
        var start = Environment.TickCount64;
        Assert.Equal(0, ring.Wait(_completions, 1_050)); // more than a second: both fields of the timespec
        Assert.InRange(Environment.TickCount64 - start, 1_000, 30_000);
    }

    [IoUringFact]
    public void Operations_reach_the_kernel_without_a_wait()
    {
        using var pair = new SocketPair();
        using var ring = new IoUring(8, 16, 1, 64);
        ring.Send(pair.Server.Descriptor, Pinned("x"u8), Send);
        Assert.Equal(0, pair.Client.Available);
        ring.Submit();
        Assert.Equal(1, pair.Client.Receive(new byte[4]));
        Assert.Equal(1, TakeAll(ring, 1)[0].Result);
    }

    [IoUringFact]
    public void The_first_thread_that_waits_owns_it()
    {
        using var pair = new SocketPair();
        using var ring = new IoUring();
        ring.Receive(pair.Server.Descriptor, Receive); // before anybody owns it
        pair.Client.Send("x"u8);
        var count = 0;
        OwnThread.Run(() => count = ring.Wait(_completions, 10_000));
        Assert.Equal((1, Receive, 1), (count, _completions[0].UserData, _completions[0].Result));
        Assert.Contains("belongs to thread", Assert.Throws<InvalidOperationException>(() => ring.Wait(_completions, 0)).Message);
    }

    [IoUringFact]
    public void A_buffer_is_given_back_once()
    {
        using var pair = new SocketPair();
        using var ring = new IoUring();
        ring.Receive(pair.Server.Descriptor, Receive);
        pair.Client.Send("x"u8);
        var id = TakeAll(ring, 1)[0].BufferId;
        ring.Recycle(id);
        Assert.Throws<InvalidOperationException>(() => ring.Recycle(id));
        ring.Dispose();
        ring.Recycle(id); // whoever is late does no harm
        Assert.Throws<ObjectDisposedException>(() => ring.Wait(_completions, 0));
        Assert.Throws<ObjectDisposedException>(() => ring.Receive(0, Receive));
    }

    [IoUringFact]
    public void Operations_allocate_nothing()
    {
        using var pair = new SocketPair();
        using var ring = new IoUring();
        var ping = Pinned("ping"u8);
        pair.Client.Blocking = true;
        ring.Receive(pair.Server.Descriptor, Receive);
        Turn(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Turn(1_000);
        // The smallest object has 24 bytes: one for each turn would be 24,000.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);

        void Turn(int times)
        {
            Span<byte> echo = stackalloc byte[8];
            for (var i = 0; i < times; i++)
            {
                pair.Client.Send(ping);
                var sent = false;
                while (!sent)
                {
                    var count = ring.Wait(_completions, 10_000);
                    for (var c = 0; c < count; c++)
                    {
                        if (_completions[c].UserData == Send) sent = true;
                        if (!_completions[c].HasBuffer) continue;
                        ring.Recycle(_completions[c].BufferId);
                        ring.Send(pair.Server.Descriptor, ping, Send);
                    }
                }

                pair.Client.Receive(echo);
            }
        }
    }

    [IoUringTheory, InlineData(true), InlineData(false)]
    public void An_end_with_operations_pending_leaves_nothing_behind(bool byOwner)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(16 << 20, pinned: true); // more than a socket takes
        for (var round = 0; round < 20; round++)
        {
            using var pair = new SocketPair();
            // An address where no other test gets the port, once it is free.
            var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Parse("127.77.0.1"), 0), 16);
            var ring = new IoUring(16, 32, 4, 1 << 20);
            OwnThread.Run(() =>
            {
                ring.Accept(listener.Descriptor, Accept);
                ring.Receive(pair.Server.Descriptor, Receive);
                ring.Send(pair.Server.Descriptor, bytes, Send);
                Assert.Equal(0, ring.Wait(_completions, 1));
                Assert.Equal(3, ring.Pending);
                if (byOwner) ring.Dispose();
            });
            if (byOwner) Assert.Equal(0, ring.Pending);
            ring.Dispose();
            listener.Dispose();
            if (!byOwner) continue;
            // The ring held the listening socket too: the port is free only when it let go.
            using var again = BindAgain(listener.EndPoint);
        }

        GC.KeepAlive(bytes);
        Assert.DoesNotContain(Directory.EnumerateFiles("/proc/self/fd").Select(Target), target => target.Contains("io_uring", StringComparison.Ordinal));
        Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), line => line.Contains("io_uring", StringComparison.Ordinal));
    }

    [IoUringFact]
    public void Buffers_go_back_to_the_system()
    {
        var before = VirtualSize();
        for (var round = 0; round < 50; round++)
        {
            using var ring = new IoUring(8, 16, buffers: 16, bufferSize: 4 << 20);
            ring.Wait(_completions, 0);
        }

        Assert.InRange(VirtualSize() - before, long.MinValue, 1L << 30); // of 50 times 64 MiB
    }

    [IoUringFact]
    public void A_connection_that_was_accepted_and_not_delivered_is_closed_at_the_end()
    {
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 16);
        using var first = Connect(listener);
        using var second = Connect(listener);
        var ring = new IoUring();
        ring.Accept(listener.Descriptor, Accept);
        ring.Accept(listener.Descriptor, Accept);
        Assert.Equal(1, ring.Wait(_completions.AsSpan(0, 1), 10_000));
        var delivered = new ConnectionSocket(_completions[0].Result);
        ring.Dispose();
        Assert.Equal(0, second.Receive(new byte[1]));
        Assert.Equal(1, delivered.Send("x"u8)); // this one was given away, and is open
        Assert.Equal(1, first.Receive(new byte[1]));
        delivered.Dispose();
    }

    [IoUringFact]
    public void Impossible_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new IoUring(entries: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IoUring(buffers: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IoUring(buffers: 40_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IoUring(bufferSize: 0));
        using var rounded = new IoUring(entries: 3, completions: 1, buffers: 5, bufferSize: 100);
        Assert.Equal((8, 100), (rounded.FreeBuffers, rounded.BufferSize));
    }

    // A process that another test starts has a copy of all descriptors from its fork to its exec, so the port may be free a moment later.
    private static ListenSocket BindAgain(IPEndPoint endPoint)
    {
        for (var deadline = Environment.TickCount64 + 10_000; ; Thread.Sleep(1))
        {
            try
            {
                return ListenSocket.Bind(endPoint, 16);
            }
            catch (SystemCallException taken) when (taken.Errno == Errno.EADDRINUSE && Environment.TickCount64 < deadline)
            {
            }
        }
    }

    private List<CompletedOperation> TakeAll(IoUring ring, int count)
    {
        var all = new List<CompletedOperation>();
        while (all.Count < count)
        {
            var taken = ring.Wait(_completions, 10_000);
            Assert.NotEqual(0, taken);
            all.AddRange(_completions.Take(taken));
        }

        return all;
    }

    private static byte[] Pinned(ReadOnlySpan<byte> bytes)
    {
        var array = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(array);
        return array;
    }

    private static Socket Connect(ListenSocket listener)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        client.Connect(listener.EndPoint);
        return client;
    }

    private static string Target(string link) => new FileInfo(link).LinkTarget ?? "";

    private static long VirtualSize() =>
        long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmSize:", StringComparison.Ordinal))["VmSize:".Length..^"kB".Length]) * 1024;
}
