using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Kernel.Actor.Tests.Dispatch;

/// <summary>What a dispatcher's section makes of it: whose threads its actors run on.</summary>
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
            tasks { type = TaskDispatcher }
            synchronized { type = SynchronizedDispatcher }
            own-type { type = "{{typeof(OwnConfigurator).AssemblyQualifiedName}}", colour = blue }
            own-executor { type = Dispatcher, throughput = 1, executor = "{{typeof(OwnExecutorConfigurator).AssemblyQualifiedName}}" }
            no-type { }
            wrong-type { type = "No.Such.Type, Nowhere" }
            """)
    {
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

    [Theory]
    [InlineData("nowhere")]
    [InlineData("no-threads")]
    [InlineData("wrong-type")]
    public void An_unusable_dispatcher_is_refused_when_an_actor_is_made(string id) =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Empty.WithDispatcher(id)));
}
