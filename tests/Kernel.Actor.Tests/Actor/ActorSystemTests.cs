using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace Kernel.Actor.Tests.Actor;

public sealed class ActorSystemTests
{
    private const string Silent = "akka.loglevel = OFF, akka.stdout-loglevel = OFF, akka.log-dead-letters = off";

    private static ActorSystem Create(string config = "") => ActorSystem.Create("system", ConfigurationFactory.ParseString(config).WithFallback(Silent));

    [Fact]
    public async Task Terminate_ends_all_actors_then_runs_what_was_registered_last_first()
    {
        var order = new List<string>();
        var system = Create();
        system.ActorOf(Props.Create<Ends>(order));
        system.RegisterOnTermination(() => order.Add("first"));
        system.RegisterOnTermination(static () => throw new InvalidOperationException());
        system.RegisterOnTermination(() => order.Add("second"));
        Assert.False(system.WhenTerminated.IsCompleted);
        await system.Terminate().WaitAsync(TestSystem.Patience);
        Assert.Equal(["actor", "second", "first"], order);
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        Assert.Same(system.WhenTerminated, system.Terminate());
        Assert.Throws<InvalidOperationException>(() => system.RegisterOnTermination(static () => { }));
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Empty));
    }

    private sealed class Ends(List<string> order) : UntypedActor
    {
        protected override void PostStop() => order.Add("actor");

        protected override void OnReceive(object message)
        {
        }
    }

    [Fact]
    public async Task An_actor_may_end_its_system()
    {
        var system = Create();
        system.ActorOf(Lambda.Props(static (_, context) => _ = context.System.Terminate())).Tell("end");
        await system.WhenTerminated.WaitAsync(TestSystem.Patience);
    }

    [Fact]
    public async Task A_failure_that_the_guardian_escalates_ends_the_system()
    {
        var system = Create($"akka.actor.guardian-supervisor-strategy = \"{typeof(Escalates).AssemblyQualifiedName}\"");
        system.ActorOf(Lambda.Props(static (_, _) => throw new InvalidOperationException())).Tell("fail");
        await system.WhenTerminated.WaitAsync(TestSystem.Patience);
    }

    private sealed class Escalates : SupervisorStrategyConfigurator
    {
        public override SupervisorStrategy Create() => new OneForOneStrategy(static _ => Directive.Escalate);
    }

    [Fact]
    public async Task The_strategy_of_the_guardian_is_configured()
    {
        var system = Create("akka.actor.guardian-supervisor-strategy = Akka.Actor.StoppingSupervisorStrategy");
        var inbox = new Inbox(system);
        var actor = system.ActorOf(Lambda.Props(static (_, _) => throw new InvalidOperationException()));
        await inbox.Watch(actor);
        actor.Tell("fail");
        await inbox.Next<Terminated>();
        await system.Terminate();
    }

    [Fact]
    public async Task Two_systems_run_side_by_side()
    {
        var (a, b) = (Create(), Create());
        var (inA, inB) = (new Inbox(a), new Inbox(b));
        await a.Terminate().WaitAsync(TestSystem.Patience);
        inB.Ref.Tell("still here");
        await inB.Expect("still here");
        Assert.True(((IInternalActorRef)inA.Ref).IsTerminated);
        await b.Terminate().WaitAsync(TestSystem.Patience);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a_b")]
    public void An_unusable_name_is_refused(string name) => Assert.Throws<ArgumentException>(() => ActorSystem.Create(name, Silent));

    [Fact]
    public async Task Setup_supplies_configuration_and_its_fallback()
    {
        var setup = BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString("a = 1").WithFallback(Silent))
            .WithConfigFallback("a = 2, b = 2")
            .And(new Part("part"));
        var system = ActorSystem.Create("system", setup);
        Assert.Equal((1, 2), (system.Settings.Config.GetInt("a"), system.Settings.Config.GetInt("b")));
        Assert.Equal("part", system.Settings.Setup.Get<Part>().Value.Name);
        Assert.False(system.Settings.Setup.Get<Other>().HasValue);
        await system.Terminate();
        Assert.Equal("new", ActorSystemSetup.Create(new Part("old")).And(new Part("new")).Get<Part>().Value.Name);
    }

    private sealed class Part(string name) : Setup
    {
        public string Name { get; } = name;
    }

    private sealed class Other : Setup;

    private sealed class Counting : IExtension
    {
        public int Number { get; init; }
    }

    private sealed class CountingProvider : ExtensionIdProvider<Counting>
    {
        private static int made;

        public override Counting CreateExtension(ExtendedActorSystem system) => new() { Number = Interlocked.Increment(ref made) };
    }

    [Fact]
    public async Task An_extension_is_made_once_a_system()
    {
        var system = Create();
        Assert.False(system.HasExtension<Counting>());
        Assert.Null(system.GetExtension<Counting>());
        Assert.Throws<InvalidOperationException>(() => system.WithExtension<Counting>());
        var extension = new CountingProvider().Apply(system);
        Assert.Same(extension, system.WithExtension<Counting, CountingProvider>());
        Assert.Same(extension, system.GetExtension<Counting>());
        Assert.Same(extension, new CountingProvider().Get(system));
        Assert.True(system.TryGetExtension<Counting>(out var found));
        Assert.Same(extension, found);
        var other = Create();
        Assert.NotSame(extension, new CountingProvider().Apply(other));
        await system.Terminate();
        await other.Terminate();
    }

    [Fact]
    public async Task Extensions_are_loaded_from_the_configuration()
    {
        var system = Create($"akka.extensions = [\"{typeof(CountingProvider).AssemblyQualifiedName}\"]");
        Assert.True(system.HasExtension(typeof(Counting)));
        await system.Terminate();
        Assert.Throws<ConfigurationException>(() => Create("akka.extensions = [\"No.Such, Thing\"]"));
    }

    [Fact]
    public async Task An_own_scheduler_can_be_configured()
    {
        Assert.Throws<ConfigurationException>(() => Create("akka.scheduler.implementation = \"No.Such, Thing\""));
        var system = Create($"akka.scheduler.implementation = \"{typeof(HashedWheelTimerScheduler).AssemblyQualifiedName}\"");
        Assert.IsType<HashedWheelTimerScheduler>(system.Scheduler);
        await system.Terminate();
        Assert.Throws<SchedulerException>(() => system.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, static () => { }));
    }

    [Fact]
    public async Task Dispose_ends_the_system()
    {
        var system = Create();
        system.Dispose();
        await system.WhenTerminated.WaitAsync(TestSystem.Patience);
    }

    [Fact]
    public async Task The_defaults_are_those_of_the_reference_configuration()
    {
        var system = ActorSystem.Create("system", "akka.stdout-loglevel = OFF, akka.loglevel = OFF");
        var settings = system.Settings;
        Assert.Equal(10, settings.LogDeadLetters);
        Assert.Equal(Timeout.InfiniteTimeSpan, settings.AskTimeout);
        Assert.Equal(TimeSpan.FromMinutes(5), settings.LogDeadLettersSuspendDuration);
        Assert.Equal("akka.actor.default-dispatcher", settings.LoggersDispatcher);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.LoggerStartTimeout);
        Assert.Equal(["Akka.Event.DefaultLogger"], settings.Loggers);
        await system.Terminate();
    }
}
