using System.Collections.Concurrent;
using System.Net;
using ActorServer.Dispatch;
using ActorServer.IO.Native;
using ActorServer.IO.Polling;
using ActorServer.IO.Sockets;
using ActorServer.Tests.Support;
using Akka.Actor;
using Akka.Dispatch;

namespace ActorServer.Tests.Dispatch;

/// <summary>The event loop as an executor: by itself, and under actors that HOCON puts on it.</summary>
public sealed class EventLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Runs_work_in_order_on_its_own_thread()
    {
        using var loop = new LoopUnderTest();
        var threads = new ConcurrentQueue<(int Number, string? Thread)>();
        using var done = new CountdownEvent(1000);
        for (var i = 0; i < 1000; i++)
        {
            var number = i;
            loop.Post(() =>
            {
                threads.Enqueue((number, Thread.CurrentThread.Name));
                done.Signal();
            });
        }

        Assert.True(done.Wait(Patience));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (i, (string?)"loop under test")), threads);
    }

    [Fact]
    public void A_loop_that_cannot_start_leaves_nothing_open()
    {
        foreach (var start in (Action<FullPoller>[])
            [poller => new EventLoop("loop under test", poller, _ => { }), poller => new LeaderFollower("set under test", 2, poller, _ => { })])
        {
            var poller = new FullPoller();
            Assert.Throws<SystemCallException>(() => start(poller));
            Assert.True(poller.IsDisposed);
        }
    }

    [Fact]
    public void Loses_no_wake_up()
    {
        using var loop = new LoopUnderTest();
        // One item at a time, each posted when the last was seen: the loop falls asleep, or is about to, each time.
        using var seen = new AutoResetEvent(false);
        for (var i = 0; i < 20_000; i++)
        {
            loop.Post(() => seen.Set());
            Assert.True(seen.WaitOne(Patience), $"wake-up {i} was lost");
        }
    }

    [Fact]
    public void Looks_at_descriptors_between_two_turns_if_it_watches_any()
    {
        var poller = new GlancePoller();
        var loop = new EventLoop("loop under test", poller, _ => { });
        using var listener = ListenSocket.Bind(new(IPAddress.Loopback, 0), 1);
        using var recorder = new Recorder();
        Assert.Equal(0, Glances(() => { }));
        Assert.InRange(Glances(() => loop.Register(listener.Descriptor, Interest.Read, recorder)), 40, 100);
        Assert.Equal(0, Glances(() => loop.Unregister(listener.Descriptor)));
        loop.Shutdown();

        // In a hundred turns, each of which has work for the next.
        int Glances(Action first)
        {
            var (turn, from, glances) = (0, 0, 0);
            using var done = new ManualResetEventSlim();
            loop.Execute(new ActionRunnable(() =>
            {
                first();
                from = poller.Glances;
                Turn();
            }));
            Assert.True(done.Wait(Patience));
            return glances;

            void Turn()
            {
                if (++turn <= 100)
                {
                    loop.Execute(new ActionRunnable(Turn));
                    return;
                }

                glances = poller.Glances - from;
                done.Set();
            }
        }
    }

    [Fact]
    public void Takes_work_from_many_threads()
    {
        using var loop = new LoopUnderTest();
        const int threads = 4, each = 50_000;
        using var done = new CountdownEvent(1);
        var count = 0;
        var run = new ActionRunnable(() =>
        {
            if (++count == threads * each) done.Signal(); // plain: the loop is one thread
        });
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            for (var i = 0; i < each; i++) loop.Executor.Execute(run);
        });
        Assert.True(done.Wait(Patience));
    }

    [Fact]
    public void Survives_what_it_runs_and_reports_it()
    {
        using var loop = new LoopUnderTest();
        loop.Post(() => throw new InvalidDataException("broken"));
        using var done = new ManualResetEventSlim();
        loop.Post(done.Set);
        Assert.True(done.Wait(Patience));
        Assert.IsType<InvalidDataException>(Assert.Single(loop.Reported));
    }

    [Fact]
    public void What_one_run_leaves_in_an_AsyncLocal_the_next_does_not_find()
    {
        var local = new AsyncLocal<string> { Value = "of the one who starts the loop" };
        using var loop = new LoopUnderTest();
        string? first = null, second = "";
        using var done = new ManualResetEventSlim();
        loop.Post(() =>
        {
            first = local.Value;
            local.Value = "left behind";
        });
        loop.Post(() =>
        {
            second = local.Value;
            done.Set();
        });
        Assert.True(done.Wait(Patience));
        Assert.Null(first);
        Assert.Null(second);
    }

    [Fact]
    public void After_shutdown_it_finishes_its_work_and_refuses_more()
    {
        var loop = new LoopUnderTest();
        using var blocked = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        loop.Post(() => blocked.Wait(Patience));
        loop.Post(done.Set);
        loop.Executor.Shutdown();
        loop.Executor.Shutdown(); // idempotent
        Assert.Throws<RejectedExecutionException>(() => loop.Post(() => { }));
        blocked.Set();
        Assert.True(done.Wait(Patience));
        Eventually.True(() => !loop.Thread.IsAlive, "the thread ends");
    }

    [Fact]
    public void Outside_of_a_loop_there_is_no_current_one() =>
        Assert.Contains("EventLoopConfigurator", Assert.Throws<InvalidOperationException>(() => EventLoop.Current).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Any_actor_runs_on_a_loop_that_HOCON_gives_it()
    {
        var system = ActorSystem.Create("loops", """
            akka.stdout-loglevel = OFF
            my-loop { type = Dispatcher, executor = "ActorServer.Dispatch.EventLoopConfigurator, ActorServer.Server", poller = poll, throughput = 10 }
            """);
        try
        {
            var first = system.ActorOf(Props.Create(() => new Reporter()).WithDispatcher("my-loop"));
            var second = system.ActorOf(Props.Create(() => new Reporter()).WithDispatcher("my-loop"));
            var one = await first.Ask<(int Thread, string Engine)>("where", Patience);
            var two = await second.Ask<(int Thread, string Engine)>("where", Patience);
            Assert.Equal("poll", one.Engine);
            Assert.Equal(one, two);
        }
        finally
        {
            await system.Terminate();
        }
    }

    [Fact]
    public async Task Timers_tell_in_the_order_of_their_time()
    {
        var system = ActorSystem.Create("timers", """
            akka.stdout-loglevel = OFF
            my-loop { type = Dispatcher, executor = "ActorServer.Dispatch.EventLoopConfigurator, ActorServer.Server" }
            """);
        try
        {
            var actor = system.ActorOf(Props.Create(() => new Reporter()).WithDispatcher("my-loop"));
            Assert.Equal("1,2,3", await actor.Ask<string>("timers", Patience));
        }
        finally
        {
            await system.Terminate();
        }
    }

    [Fact]
    public void Calls_a_handler_that_is_no_actor_and_runs_timers_on_its_thread()
    {
        using var loop = new LoopUnderTest();
        using var wakeup = new Wakeup();
        using var handler = new Recorder();
        var timers = new ConcurrentQueue<(int Number, Thread Thread)>();
        using var fired = new CountdownEvent(2);
        using var unregistered = new ManualResetEventSlim();
        loop.Post(() =>
        {
            loop.Executor.Register(wakeup.Descriptor, Interest.Read, handler);
            After(300, 2);
            After(1, 1);
        });
        wakeup.Signal();
        Assert.True(handler.Called.Wait(Patience));
        loop.Post(() =>
        {
            loop.Executor.Unregister(wakeup.Descriptor);
            unregistered.Set();
        });
        Assert.True(unregistered.Wait(Patience));
        Assert.Equal((Readiness.Read, loop.Thread), handler.Seen);
        Assert.True(fired.Wait(Patience));
        Assert.Equal([(1, loop.Thread), (2, loop.Thread)], timers);

        void After(int milliseconds, int number) => loop.Executor.After(TimeSpan.FromMilliseconds(milliseconds), new ActionRunnable(() =>
        {
            timers.Enqueue((number, Thread.CurrentThread));
            fired.Signal();
        }));
    }

    private sealed class Recorder : IEventHandler, IDisposable
    {
        public ManualResetEventSlim Called { get; } = new();

        public (Readiness Readiness, Thread Thread) Seen { get; private set; }

        public void HandleEvent(Readiness readiness)
        {
            Seen = (readiness, Thread.CurrentThread);
            Called.Set();
        }

        public void Dispose() => Called.Dispose();
    }

    private sealed class Reporter : UntypedActor
    {
        private readonly List<int> _fired = [];
        private IActorRef _asker = ActorRefs.Nobody;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "where":
                    Sender.Tell((Environment.CurrentManagedThreadId, EventLoop.Current.Engine));
                    break;
                case "timers":
                    _asker = Sender;
                    EventLoop.Current.After(TimeSpan.FromMilliseconds(600), Self, 3);
                    EventLoop.Current.After(TimeSpan.FromMilliseconds(1), Self, 1);
                    EventLoop.Current.After(TimeSpan.FromMilliseconds(300), Self, 2);
                    break;
                case int fired:
                    _fired.Add(fired);
                    if (_fired.Count == 3) _asker.Tell(string.Join(',', _fired));
                    break;
            }
        }
    }

    /// <summary>Can watch nothing.</summary>
    private sealed class FullPoller : IPoller
    {
        public bool IsDisposed { get; private set; }

        public string Name => "full";

        public PollerFeatures Features => PollerFeatures.OneShot;

        public int MaxDescriptor => -1;

        public void Add(int descriptor, Interest interest) => throw new SystemCallException($"full: add({descriptor})", Errno.EMFILE);

        public void Change(int descriptor, Interest interest) => throw new NotSupportedException();

        public void Remove(int descriptor) => throw new NotSupportedException();

        public int Wait(Span<ReadyDescriptor> ready, int milliseconds) => throw new NotSupportedException();

        public void Dispose() => IsDisposed = true;
    }

    /// <summary>Counts how often it was looked at without waiting. For the loop's thread.</summary>
    private sealed class GlancePoller : IPoller
    {
        private readonly IPoller _poller = Pollers.Create(Pollers.Auto);

        public int Glances { get; private set; }

        public string Name => _poller.Name;

        public PollerFeatures Features => _poller.Features;

        public int MaxDescriptor => _poller.MaxDescriptor;

        public void Add(int descriptor, Interest interest) => _poller.Add(descriptor, interest);

        public void Change(int descriptor, Interest interest) => _poller.Change(descriptor, interest);

        public void Remove(int descriptor) => _poller.Remove(descriptor);

        public int Wait(Span<ReadyDescriptor> ready, int milliseconds)
        {
            if (milliseconds == 0) Glances++;
            return _poller.Wait(ready, milliseconds);
        }

        public void Dispose() => _poller.Dispose();
    }

    private sealed class LoopUnderTest : IDisposable
    {
        public LoopUnderTest()
        {
            Executor = new EventLoop("loop under test", Pollers.Create(Pollers.Auto), Reported.Enqueue);
            Thread? thread = null;
            using var known = new ManualResetEventSlim();
            Post(() =>
            {
                thread = Thread.CurrentThread;
                known.Set();
            });
            known.Wait();
            Thread = thread!;
        }

        public EventLoop Executor { get; }

        public Thread Thread { get; }

        public ConcurrentQueue<Exception> Reported { get; } = new();

        public void Post(Action action) => Executor.Execute(new ActionRunnable(action));

        public void Dispose() => Executor.Shutdown();
    }
}
