using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;

namespace Kernel.Actor.Tests.Dispatch;

/// <summary>Executors hold threads and descriptors: they are made when needed and let go of when not, whatever happens.</summary>
public sealed class ExecutorLifeTests
{
    [Fact]
    public async Task A_system_that_ends_lets_go_of_its_executors_at_once()
    {
        var system = ActorSystem.Create("ending", "akka.stdout-loglevel = OFF");
        var configurator = new CountedConfigurator(system.Dispatchers.Prerequisites, fails: false);
        system.Dispatchers.RegisterConfigurator("counted", configurator);
        Assert.Equal("pong", await system.ActorOf(Props.Create<Echo>().WithDispatcher("counted")).Ask<string>("pong", TimeSpan.FromSeconds(20)));
        Assert.Equal((1, 0), (configurator.Made, configurator.ShutDown));
        await system.Terminate();
        Assert.Equal((1, 1), (configurator.Made, configurator.ShutDown));
    }

    [Fact]
    public async Task An_executor_that_cannot_be_made_fails_the_actors_creation_and_nothing_else()
    {
        var system = ActorSystem.Create("failing", "akka.stdout-loglevel = OFF");
        system.Dispatchers.RegisterConfigurator("failing", new CountedConfigurator(system.Dispatchers.Prerequisites, fails: true));
        var parent = system.ActorOf(Props.Create<Parent>());
        Assert.Equal("no threads left", await parent.Ask<string>("failing", TimeSpan.FromSeconds(20)));
        Assert.Equal("no threads left", await parent.Ask<string>("failing", TimeSpan.FromSeconds(20))); // the name is free again
        Assert.Equal(0, await parent.Ask<int>("children", TimeSpan.FromSeconds(20)));
        Assert.True(await parent.GracefulStop(TimeSpan.FromSeconds(20)));
        await system.Terminate();
    }

    public sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    public sealed class Parent : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is "children")
            {
                Sender.Tell(Context.GetChildren().Count());
                return;
            }

            try
            {
                Context.ActorOf(Props.Create<Echo>().WithDispatcher((string)message), "child");
            }
            catch (NotSupportedException exception)
            {
                Sender.Tell(exception.Message);
            }
        }
    }

    private sealed class CountedConfigurator : MessageDispatcherConfigurator
    {
        private readonly Dispatcher _dispatcher;

        public CountedConfigurator(IDispatcherPrerequisites prerequisites, bool fails)
            : base(ConfigurationFactory.ParseString("id = counted"), prerequisites) =>
            _dispatcher = new Dispatcher(this, "counted", 10, null, new Factory(this, fails), TimeSpan.FromHours(1));

        public int Made { get; private set; }

        public int ShutDown { get; private set; }

        public override MessageDispatcher Dispatcher() => _dispatcher;

        private sealed class Factory(CountedConfigurator counts, bool fails) : ExecutorServiceFactory
        {
            public override ExecutorService Produce(string id)
            {
                if (fails) throw new NotSupportedException("no threads left");
                counts.Made++;
                return new Pool(id, counts);
            }
        }

        private sealed class Pool(string id, CountedConfigurator counts) : ExecutorService(id)
        {
            public override void Execute(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);

            public override void Shutdown() => counts.ShutDown++;
        }
    }
}
