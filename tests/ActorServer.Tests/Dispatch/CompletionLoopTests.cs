using System.Net;
using System.Net.Sockets;
using ActorServer.Dispatch;
using ActorServer.IO.Completion;
using ActorServer.IO.Sockets;
using ActorServer.Tests.Support;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Tests.Dispatch;

/// <summary>The completion loop as an executor, and what becomes of operations whose starter is gone.</summary>
public sealed class CompletionLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Engines => [.. CompletionQueues.Names.Where(name => CompletionQueues.Unavailable(name) is null)];

    [Theory, MemberData(nameof(Engines))]
    public void Loses_no_wake_up(string engine)
    {
        using var loop = new LoopUnderTest(CompletionQueues.Create(engine));
        // One item at a time, each posted when the last was seen: the loop falls asleep, or is about to, each time.
        using var seen = new AutoResetEvent(false);
        for (var i = 0; i < 10_000; i++)
        {
            loop.Post(() => seen.Set());
            Assert.True(seen.WaitOne(Patience), $"wake-up {i} was lost");
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void After_shutdown_it_finishes_its_work_and_refuses_more(string engine)
    {
        var loop = new LoopUnderTest(CompletionQueues.Create(engine));
        using var blocked = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        loop.Post(() => blocked.Wait(Patience));
        loop.Post(done.Set);
        loop.Executor.Shutdown();
        Assert.Throws<RejectedExecutionException>(() => loop.Post(() => { }));
        blocked.Set();
        Assert.True(done.Wait(Patience));
        Eventually.True(() => !loop.Thread.IsAlive, "the thread ends");
    }

    [Fact]
    public void Outside_of_a_loop_there_is_no_current_one() =>
        Assert.Contains("CompletionLoopConfigurator", Assert.Throws<InvalidOperationException>(() => CompletionLoop.Current).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Any_actor_runs_on_a_loop_that_HOCON_gives_it()
    {
        var system = ActorSystem.Create("loops", """
            akka.stdout-loglevel = OFF
            my-loop { type = Dispatcher, executor = "ActorServer.Dispatch.CompletionLoopConfigurator, ActorServer.Server", engine = socket-async }
            """);
        try
        {
            var actor = system.ActorOf(Props.Create(() => new Reporter()).WithDispatcher("my-loop"));
            Assert.Equal("socket-async", await actor.Ask<string>("engine", Patience));
            Assert.Equal("later", await actor.Ask<string>("later", Patience));
        }
        finally
        {
            await system.Terminate();
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Nobody_is_told_of_the_operations_of_one_that_is_gone(string engine)
    {
        using var loop = new LoopUnderTest(CompletionQueues.Create(engine));
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 64);
        for (var round = 0; round < 50; round++)
        {
            var (gone, oldClient) = loop.Connect(listener);
            var (next, newClient) = loop.Connect(listener);
            Operations? successor = null;
            loop.Run(() =>
            {
                // What comes for the first is on its way when it lets go; its place in the table must not be the second's yet.
                var first = loop.Executor.Open(ActorRefs.Nobody);
                first.Receive(gone, once: false);
                loop.Executor.Queue.Submit();
                oldClient.Send("old"u8);
                first.Dispose();
                successor = loop.Executor.Open(ActorRefs.Nobody);
                Assert.NotEqual(first.Place, successor.Place);
                successor.Receive(next, once: false);
                loop.Executor.Close(gone);
            });
            newClient.Send("new"u8);
            var completion = loop.Next(successor!);
            Assert.Equal("new", loop.Run(() => System.Text.Encoding.ASCII.GetString(successor!.Received(completion))));
            loop.Run(() =>
            {
                successor!.Recycle(completion);
                Assert.False(successor.TryTake(out _));
                successor.Dispose();
                loop.Executor.Close(next);
            });
            oldClient.Dispose();
            newClient.Dispose();
        }

        Eventually.True(() => loop.Run(() => loop.Executor.Queue is { Pending: 0, FreeBuffers: 1024 }), "every operation ends, and every buffer is back");
        Assert.InRange(loop.Run(() => loop.Executor.Open(ActorRefs.Nobody).Place), 0, 5); // places are used again
    }

    [Theory, MemberData(nameof(Engines))]
    public void A_connection_that_is_accepted_for_one_that_is_gone_is_closed(string engine)
    {
        using var loop = new LoopUnderTest(CompletionQueues.Create(engine));
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 64);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        client.Connect(listener.EndPoint);
        loop.Run(() =>
        {
            var operations = loop.Executor.Open(ActorRefs.Nobody);
            operations.Accept(listener.Descriptor);
            operations.Dispose();
        });
        Assert.Equal(0, client.Receive(new byte[1]));
    }

    [Theory, MemberData(nameof(Engines))]
    public void Bytes_on_their_way_stay_as_they_are_when_their_sender_is_gone(string engine)
    {
        using var loop = new LoopUnderTest(CompletionQueues.Create(engine));
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 64);
        var (descriptor, client) = loop.Connect(listener, receiveBuffer: 4096);
        loop.Run(() =>
        {
            // More than the kernel takes for a client that does not read, so that one send stays under way.
            var operations = loop.Executor.Open(ActorRefs.Nobody);
            var mine = new byte[64 * 1024];
            Array.Fill(mine, (byte)'m');
            loop.Fill(operations, descriptor, mine);
            operations.Dispose();
            loop.Executor.Close(descriptor);
            var others = loop.Executor.Open(ActorRefs.Nobody);
            Array.Fill(mine, (byte)'o');
            others.Send(listener.Descriptor, mine); // fails, but takes a buffer of the loop
        });
        var (part, total) = (new byte[1 << 16], 0);
        try
        {
            for (int got; (got = client.Receive(part)) > 0; total += got) Assert.Equal(-1, part.AsSpan(0, got).IndexOfAnyExcept((byte)'m'));
        }
        catch (SocketException)
        {
            // A reset: what was left of the bytes was thrown away.
        }

        Assert.InRange(total, 1, int.MaxValue);
        client.Dispose();
    }

    [Fact]
    public void A_ring_that_is_far_too_small_loses_nothing()
    {
        if (IoUring.Unavailable() is not null) return; // another machine's
        const int clients = 60;
        using var loop = new LoopUnderTest(new IoUring(entries: 2, completions: 2, buffers: 2, bufferSize: 64));
        using var listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 64);
        var connections = Enumerable.Range(0, clients).Select(_ => loop.Connect(listener)).ToList();
        var echoes = loop.Run(() => connections.ConvertAll(connection => new Echo(loop.Executor.Open(ActorRefs.Nobody), connection.Descriptor)));
        foreach (var (_, client) in connections) client.Send(new byte[200]); // 4 buffers each, of the two there are
        Eventually.True(() => loop.Run(() =>
        {
            echoes.ForEach(echo => echo.Turn());
            return echoes.TrueForAll(echo => echo is { Received: 200, Sent: 200 });
        }), "everybody has sent and received");
        foreach (var (_, client) in connections)
        {
            for (var got = 0; got < 200;) got += client.Receive(new byte[256]);
            client.Dispose();
        }
    }

    /// <summary>Sends as many bytes as it has received.</summary>
    private sealed class Echo(Operations operations, int descriptor)
    {
        private bool _receiving;
        private bool _sending;

        public int Received { get; private set; }

        public int Sent { get; private set; }

        public void Turn()
        {
            while (operations.TryTake(out var completion))
            {
                if (Operations.Kind(completion) == OperationKind.Send)
                {
                    _sending = false;
                    Sent += completion.Result;
                    continue;
                }

                _receiving = completion.More;
                if (completion.Result > 0) Received += completion.Result;
                operations.Recycle(completion);
            }

            if (!_receiving) operations.Receive(descriptor, once: false);
            _receiving = true;
            if (_sending || Sent == Received) return;
            operations.Send(descriptor, new byte[Received - Sent]);
            _sending = true;
        }
    }

    private sealed class Reporter : UntypedActor
    {
        private IActorRef _asker = ActorRefs.Nobody;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "engine":
                    Sender.Tell(CompletionLoop.Current.Engine);
                    break;
                case "later":
                    _asker = Sender;
                    CompletionLoop.Current.After(TimeSpan.FromMilliseconds(5), Self, 5);
                    break;
                case 5:
                    _asker.Tell("later");
                    break;
            }
        }
    }

    private sealed class LoopUnderTest : IDisposable
    {
        public LoopUnderTest(ICompletionQueue queue)
        {
            Executor = new CompletionLoop("loop under test", queue, exception => throw exception);
            Thread = Run(() => Thread.CurrentThread);
        }

        public CompletionLoop Executor { get; }

        public Thread Thread { get; }

        public void Post(Action action) => Executor.Execute(new ActionRunnable(action));

        public void Run(Action action) => Run(() =>
        {
            action();
            return 0;
        });

        /// <summary>Runs something on the loop's thread and waits for it.</summary>
        public T Run<T>(Func<T> function)
        {
            var result = new TaskCompletionSource<T>();
            Post(() =>
            {
                try
                {
                    result.SetResult(function());
                }
                catch (Exception exception)
                {
                    result.SetException(exception);
                }
            });
            return result.Task.WaitAsync(Patience).GetAwaiter().GetResult();
        }

        public CompletedOperation Next(Operations operations)
        {
            CompletedOperation completion = default;
            Eventually.True(() => Run(() => operations.TryTake(out completion)), "the operation completes");
            return completion;
        }

        /// <summary>A client, and the descriptor that the loop accepted for it.</summary>
        public (int Descriptor, Socket Client) Connect(ListenSocket listener, int? receiveBuffer = null)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
            if (receiveBuffer is { } size) client.ReceiveBufferSize = size;
            client.Connect(listener.EndPoint);
            var operations = Run(() =>
            {
                var accepting = Executor.Open(ActorRefs.Nobody);
                accepting.Accept(listener.Descriptor);
                return accepting;
            });
            var descriptor = Next(operations).Result;
            Assert.InRange(descriptor, 0, int.MaxValue);
            Run(operations.Dispose);
            return (descriptor, client);
        }

        /// <summary>On the loop's thread: sends until the kernel takes no more, and a send is under way.</summary>
        public void Fill(Operations operations, int descriptor, ReadOnlySpan<byte> bytes)
        {
            var completions = new CompletedOperation[16];
            for (var idle = 0; idle < 5;)
            {
                operations.Send(descriptor, bytes);
                for (idle = 0; idle < 5;)
                {
                    var count = Executor.Queue.Wait(completions, 20);
                    foreach (var completion in completions.AsSpan(0, count)) operations.Complete(completion);
                    if (operations.TryTake(out _)) break;
                    idle++;
                }
            }
        }

        public void Dispose() => Executor.Shutdown();
    }
}
