using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Kernel.Actor.Tests.Dispatch;

public sealed class DispatcherTests : TestSystem
{
    public DispatcherTests()
        : base($$"""
            alias = second-alias
            second-alias = pool
            loop-a = loop-b
            loop-b = loop-a
            pool { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 2 }, shutdown-timeout = 1ms }
            sized { type = ForkJoinDispatcher, fork-join-executor { parallelism-min = 1, parallelism-factor = 1.0, parallelism-max = 3 } }
            no-threads { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 0 } }
            slow-to-empty { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 1 }, shutdown-timeout = 1h }
            pinned { shutdown-timeout = 1h, type = PinnedDispatcher }
            three { type = Dispatcher, executor = fork-join-executor, throughput = 3, fork-join-executor { parallelism-min = 1, parallelism-max = 1 } }
            deadline { type = Dispatcher, throughput = 1000000, throughput-deadline-time = 1ms, executor = fork-join-executor, fork-join-executor { parallelism-min = 1, parallelism-max = 1 } }
            tasks { type = TaskDispatcher }
            synchronized { type = SynchronizedDispatcher }
            own-type { type = "{{typeof(OwnConfigurator).AssemblyQualifiedName}}", colour = blue }
            own-executor { type = Dispatcher, executor = "{{typeof(OwnExecutorConfigurator).AssemblyQualifiedName}}" }
            no-type { }
            wrong-type { type = "No.Such.Type, Nowhere" }
            """)
    {
    }

    private readonly ByHandFactory _executors = new();

    public override async Task DisposeAsync()
    {
        // The actors can end only if somebody runs them.
        _executors.Free = true;
        foreach (var executor in _executors.Made)
        {
            executor.Free = true;
            executor.RunAll();
        }

        await base.DisposeAsync();
    }

    private static IActorRef ReportsThread(IActorRefFactory factory, string dispatcher) =>
        factory.ActorOf(Lambda.Props(static (_, context) => context.Sender.Tell((Thread.CurrentThread, context.Dispatcher.Id))).WithDispatcher(dispatcher));

    private async Task<(Thread Thread, string Id)> Where(string dispatcher) =>
        await ReportsThread(Sys, dispatcher).Ask<(Thread, string)>("where", Patience);

    [Fact]
    public async Task The_default_dispatcher_runs_on_the_thread_pool()
    {
        var (thread, id) = await Where(Dispatchers.DefaultDispatcherId);
        Assert.True(thread.IsThreadPoolThread);
        Assert.Equal(Dispatchers.DefaultDispatcherId, id);
        Assert.Equal(30, Sys.Dispatchers.DefaultGlobalDispatcher.Throughput);
        Assert.Null(Sys.Dispatchers.DefaultGlobalDispatcher.ThroughputDeadlineTime);
    }

    [Fact]
    public async Task A_fork_join_dispatcher_has_threads_of_its_own()
    {
        var threads = new ConcurrentDictionary<int, string>();
        for (var i = 0; i < 50; i++)
        {
            var (thread, _) = await Where("pool");
            Assert.False(thread.IsThreadPoolThread);
            Assert.True(thread.IsBackground);
            threads[thread.ManagedThreadId] = thread.Name!;
        }

        Assert.InRange(threads.Count, 1, 2);
        Assert.All(threads.Values, static name => Assert.StartsWith("pool_", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Aliases_are_followed()
    {
        var (_, id) = await Where("alias");
        Assert.Equal("pool", id);
        Assert.Same(Sys.Dispatchers.Lookup("pool"), Sys.Dispatchers.Lookup("alias"));
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup("loop-a"));
    }

    [Fact]
    public async Task Each_actor_of_a_pinned_dispatcher_has_a_thread_for_itself()
    {
        var (a, b) = (ReportsThread(Sys, "pinned"), ReportsThread(Sys, "pinned"));
        async Task<Thread> ThreadOf(IActorRef actor) => (await actor.Ask<(Thread, string)>("where", Patience)).Item1;
        Assert.NotSame(await ThreadOf(a), await ThreadOf(b));
        Assert.Same(await ThreadOf(a), await ThreadOf(a));
    }

    [Fact]
    public async Task A_pinned_dispatcher_is_for_one_actor()
    {
        var dispatcher = Sys.Dispatchers.Lookup("pinned");
        var first = Cell("first");
        var second = Cell("second");
        dispatcher.Register(first);
        Assert.Throws<InvalidOperationException>(() => dispatcher.Register(second));
        await Task.CompletedTask;

        ActorCell Cell(string name) => ((LocalActorRef)Spawn(static (_, _) => { }, name)).Cell;
    }

    [Fact]
    public async Task A_task_dispatcher_runs_on_the_thread_pool()
    {
        var (thread, id) = await Where("tasks");
        Assert.True(thread.IsThreadPoolThread);
        Assert.Equal("tasks", id);
    }

    [Fact]
    public async Task A_synchronized_dispatcher_runs_on_the_context_in_which_the_actor_is_made()
    {
        var outer = SynchronizationContext.Current;
        using var context = new OneThreadContext();
        IActorRef actor;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            actor = ReportsThread(Sys, "synchronized");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        var (thread, _) = await actor.Ask<(Thread, string)>("where", Patience);
        Assert.Same(context.Thread, thread);
        await actor.GracefulStop(Patience);
    }

    [Fact]
    public async Task An_asynchronous_handler_goes_on_inside_its_actor_whatever_the_synchronization_context()
    {
        var outer = SynchronizationContext.Current;
        using var context = new OneThreadContext();
        IActorRef actor;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            actor = Sys.ActorOf(Props.Create<Awaits>().WithDispatcher("synchronized"));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        Assert.Same(context.Thread, await actor.Ask<Thread>("where", Patience));
        await actor.GracefulStop(Patience);
    }

    private sealed class Awaits : ReceiveActor
    {
        public Awaits() => ReceiveAnyAsync(async _ =>
        {
            await Task.Run(static () => { });
            await Task.Yield();
            Sender.Tell(Thread.CurrentThread);
        });
    }

    private sealed class OneThreadContext : SynchronizationContext, IDisposable
    {
        private readonly BlockingCollection<Action> _work = [];

        public OneThreadContext()
        {
            Thread = new Thread(() =>
            {
                SetSynchronizationContext(this);
                foreach (var action in _work.GetConsumingEnumerable())
                    action();
            }) { IsBackground = true };
            Thread.Start();
        }

        public Thread Thread { get; }

        public override void Post(SendOrPostCallback d, object? state) => _work.Add(() => d(state));

        public void Dispose() => _work.CompleteAdding();
    }

    [Fact]
    public async Task An_own_dispatcher_type_gets_its_section_with_id_name_and_defaults()
    {
        var (_, id) = await Where("own-type");
        Assert.Equal("own-type", id);
        var config = Sys.Dispatchers.Lookup("own-type").Configurator.Config;
        Assert.Equal(("own-type", "own-type", "blue", 30), (config.GetString("id"), config.GetString("name"), config.GetString("colour"), config.GetInt("throughput")));
    }

    private sealed class OwnConfigurator : MessageDispatcherConfigurator
    {
        private readonly Dispatcher _dispatcher;

        public OwnConfigurator(Config config, IDispatcherPrerequisites prerequisites)
            : base(config, prerequisites) =>
            _dispatcher = new Dispatcher(this, config.GetString("id")!, 10, null, ConfigureExecutor(), TimeSpan.FromSeconds(1));

        public override MessageDispatcher Dispatcher() => _dispatcher;
    }

    [Fact]
    public async Task An_own_executor_runs_the_same_mailbox_for_an_actors_whole_life()
    {
        var actor = ReportsThread(Sys, "own-executor");
        await actor.Ask("a", Patience);
        await actor.Ask("b", Patience);
        var executor = (OwnExecutor)OwnExecutorConfigurator.Made[Sys.Dispatchers.Lookup("own-executor").Configurator.Config];
        Assert.Equal("own-executor", executor.Id);
        Assert.Equal([((LocalActorRef)actor).Cell.Mailbox], executor.Seen.Distinct());
        Assert.True(executor.Seen.Count >= 2);
    }

    private sealed class OwnExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : ExecutorServiceConfigurator(config, prerequisites)
    {
        public static readonly ConcurrentDictionary<Config, ExecutorService> Made = new();

        public override ExecutorService Produce(string id) => Made[Config] = new OwnExecutor(id);
    }

    private sealed class OwnExecutor(string id) : ExecutorService(id)
    {
        public ConcurrentQueue<IRunnable> Seen { get; } = new();

        public override void Execute(IRunnable run)
        {
            Seen.Enqueue(run);
            ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
        }

        public override void Shutdown()
        {
        }
    }

    /// <summary>An executor that a test turns by hand.</summary>
    private sealed class ByHand(string id) : ExecutorService(id)
    {
        public Queue<IRunnable> Work { get; } = new();

        public int Shutdowns { get; private set; }

        public bool Reject { get; set; }

        public bool Free { get; set; }

        public override void Execute(IRunnable run)
        {
            if (Free)
                ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
            else if (Reject)
                throw new RejectedExecutionException("not now");
            else
                Work.Enqueue(run);
        }

        public void RunOne() => Work.Dequeue().Run();

        public void RunAll()
        {
            while (Work.Count > 0)
                RunOne();
        }

        public override void Shutdown() => Shutdowns++;
    }

    private sealed class ByHandFactory : ExecutorServiceFactory
    {
        public List<ByHand> Made { get; } = [];

        public bool Free { get; set; }

        public bool Reject { get; set; }

        public override ExecutorService Produce(string id)
        {
            var made = new ByHand(id) { Free = Free, Reject = Reject };
            Made.Add(made);
            return made;
        }
    }

    private sealed class Registered : MessageDispatcherConfigurator
    {
        private readonly Dispatcher _dispatcher;

        public Registered(IDispatcherPrerequisites prerequisites, ExecutorServiceFactory executors, int throughput, long? deadline = null)
            : base(Config.Empty, prerequisites) =>
            _dispatcher = new Dispatcher(this, "by-hand", throughput, deadline, executors, TimeSpan.FromMilliseconds(1));

        public override MessageDispatcher Dispatcher() => _dispatcher;
    }

    private (ByHandFactory Executors, MessageDispatcher Dispatcher) Register(int throughput, long? deadline = null)
    {
        var executors = _executors;
        var configurator = new Registered(Sys.Dispatchers.Prerequisites, executors, throughput, deadline);
        Assert.True(Sys.Dispatchers.RegisterConfigurator("by-hand", configurator));
        Assert.False(Sys.Dispatchers.RegisterConfigurator("by-hand", configurator));
        return (executors, configurator.Dispatcher());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Throughput_is_exactly_the_number_of_messages_of_one_run(int throughput)
    {
        var (executors, _) = Register(throughput);
        var handled = 0;
        var actor = Sys.ActorOf(Lambda.Props((_, _) => handled++).WithDispatcher("by-hand"));
        var executor = executors.Made.Single();
        executor.RunAll();
        for (var i = 0; i < 7; i++)
            actor.Tell(i);
        for (var runs = 1; handled < 7; runs++)
        {
            executor.RunOne();
            Assert.Equal(Math.Min(runs * throughput, 7), handled);
        }

        Assert.Empty(executor.Work);
    }

    [Fact]
    public void A_deadline_ends_a_run_after_the_message_that_exceeded_it()
    {
        var (executors, _) = Register(1000, TimeSpan.FromMilliseconds(20).Ticks);
        var handled = 0;
        var actor = Sys.ActorOf(Lambda.Props((message, _) =>
        {
            handled++;
            if (message is "slow")
                Thread.Sleep(30);
        }).WithDispatcher("by-hand"));
        var executor = executors.Made.Single();
        executor.RunAll();
        foreach (var message in new[] { "quick", "slow", "quick", "quick" })
            actor.Tell(message);
        executor.RunOne();
        Assert.InRange(handled, 1, 2);
        executor.RunAll();
        Assert.Equal(4, handled);
    }

    [Fact]
    public void An_actor_is_constructed_on_its_executor()
    {
        var (executors, _) = Register(10);
        var made = false;
        Sys.ActorOf(Props.From(() =>
        {
            made = true;
            return new EmptyActor();
        }).WithDispatcher("by-hand"));
        Assert.False(made);
        executors.Made.Single().RunAll();
        Assert.True(made);
    }

    [Fact]
    public void A_mailbox_is_with_the_executor_once_at_a_time()
    {
        var (executors, _) = Register(1);
        var actor = Sys.ActorOf(Lambda.Props(static (_, _) => { }).WithDispatcher("by-hand"));
        var executor = executors.Made.Single();
        executor.RunAll();
        for (var i = 0; i < 10; i++)
            actor.Tell(i);
        Assert.Single(executor.Work);
        executor.RunAll();
        Assert.Empty(executor.Work);
    }

    [Fact]
    public void A_suspended_mailbox_runs_its_system_messages()
    {
        var (executors, _) = Register(10);
        var handled = 0;
        var actor = (LocalActorRef)Sys.ActorOf(Lambda.Props((_, _) => handled++).WithDispatcher("by-hand"));
        var executor = executors.Made.Single();
        executor.RunAll();
        actor.Suspend();
        executor.RunAll();
        actor.Tell("waits");
        Assert.Empty(executor.Work);
        var watcher = new Inbox(Sys);
        actor.SendSystemMessage(new Watch(actor, (IInternalActorRef)watcher.Ref));
        Assert.Single(executor.Work);
        executor.RunAll();
        Assert.Equal(0, handled);
        actor.Resume();
        executor.RunAll();
        Assert.Equal(1, handled);
    }

    [Fact]
    public async Task After_the_last_actor_the_executor_is_shut_down_and_a_new_one_made_for_the_next()
    {
        var (executors, _) = Register(10);
        var actor = Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"));
        executors.Made[0].RunAll();
        Sys.Stop(actor);
        executors.Made[0].RunAll();
        Assert.True(SpinWait.SpinUntil(() => executors.Made[0].Shutdowns == 1, Patience));
        Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"));
        Assert.Equal(2, executors.Made.Count);
        executors.Made[1].RunAll();
        await Task.CompletedTask;
    }

    [Fact]
    public async Task The_threads_of_a_fork_join_dispatcher_end_after_its_last_actor()
    {
        var actor = ReportsThread(Sys, "pool");
        var (thread, _) = await actor.Ask<(Thread, string)>("where", Patience);
        await actor.GracefulStop(Patience);
        Assert.True(thread.Join(Patience));
    }

    [Theory]
    [InlineData("slow-to-empty")]
    [InlineData("pinned")]
    public async Task The_threads_end_with_the_system_however_long_the_shutdown_timeout(string dispatcher)
    {
        var (thread, _) = await Where(dispatcher);
        await Sys.Terminate().WaitAsync(Patience);
        Assert.True(thread.Join(Patience));
    }

    [Fact]
    public async Task An_actor_that_its_dispatcher_does_not_take_leaves_nothing_behind()
    {
        var (executors, _) = Register(10);
        executors.Reject = true;
        Assert.Throws<RejectedExecutionException>(() => Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"), "refused"));
        executors.Reject = false;
        executors.Made.ForEach(static executor => executor.Reject = false);
        Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"), "refused");
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Work_that_is_rejected_twice_is_reported()
    {
        var errors = NewInbox();
        Sys.EventStream.Subscribe(errors.Ref, typeof(Error));
        var (executors, dispatcher) = Register(10);
        Sys.ActorOf(Props.Empty.WithDispatcher("by-hand"));
        executors.Made.Single().Reject = true;
        Assert.Throws<RejectedExecutionException>(() => dispatcher.Schedule(static () => { }));
        Assert.IsType<RejectedExecutionException>((await errors.Next<Error>()).Cause);
    }

    [Fact]
    public async Task Actions_run_on_the_dispatcher_and_their_failures_are_reported()
    {
        var errors = NewInbox();
        Sys.EventStream.Subscribe(errors.Ref, typeof(Error));
        var (executors, dispatcher) = Register(10);
        var ran = false;
        dispatcher.Schedule(() => ran = true);
        dispatcher.Schedule(static () => throw new InvalidOperationException("boom"));
        executors.Made.Single().RunAll();
        Assert.True(ran);
        Assert.Equal("boom", (await errors.Next<Error>()).Cause!.Message);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("no-threads")]
    [InlineData("wrong-type")]
    public void An_unusable_dispatcher_is_refused_when_an_actor_is_made(string id) =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Empty.WithDispatcher(id)));

    [Fact]
    public void HasDispatcher_knows_what_is_configured_or_registered()
    {
        Assert.True(Sys.Dispatchers.HasDispatcher("pool"));
        Assert.False(Sys.Dispatchers.HasDispatcher("by-hand"));
        Register(1);
        Assert.True(Sys.Dispatchers.HasDispatcher("by-hand"));
    }

    [Theory]
    [InlineData("three")]
    [InlineData("sized")]
    [InlineData("akka.actor.default-dispatcher")]
    [InlineData("deadline")]
    public async Task No_wake_up_is_lost_between_many_senders_and_an_actor_that_goes_idle_often(string dispatcher)
    {
        const int Senders = 4;
        const int Each = 20_000;
        var done = new TaskCompletionSource();
        var next = new int[Senders];
        var left = Senders * Each;
        var actor = Sys.ActorOf(Lambda.Props((message, _) =>
        {
            var (sender, number) = ((int, int))message;
            if (next[sender]++ != number)
                done.TrySetException(new InvalidOperationException("out of order"));
            if (--left == 0)
                done.TrySetResult();
        }).WithDispatcher(dispatcher));
        var threads = Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                actor.Tell((sender, i));
                // Now and then the actor gets the time to go idle.
                if (i % 16 == 0)
                    Thread.Yield();
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        await done.Task.WaitAsync(Patience);
    }
}
