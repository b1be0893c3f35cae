using Akka.Actor;
using Akka.Configuration;
using Akka.Routing;

namespace Kernel.Actor.Tests.Routing;

public sealed class DeploymentTests() : TestSystem(
    """
    akka.actor {
      router.type-mapping.mine = "Kernel.Actor.Tests.Routing.LastPool, Kernel.Actor.Tests"
      deployment {
        /pool { router = round-robin-pool, nr-of-instances = 3 }
        /random { router = random-pool }
        /small { router = smallest-mailbox-pool, nr-of-instances = 2 }
        /all { router = broadcast-pool, nr-of-instances = 2 }
        /gather { router = scatter-gather-pool, nr-of-instances = 2, within = 20s }
        /chop { router = tail-chopping-pool, nr-of-instances = 2, within = 20s, tail-chopping-router.interval = 1ms }
        /hash { router = consistent-hashing-pool, nr-of-instances = 2, virtual-nodes-factor = 7 }
        /group { router = round-robin-group, routees.paths = ["/user/one", "/user/two"] }
        /sized { router = round-robin-pool, resizer { enabled = on, lower-bound = 4, upper-bound = 6 } }
        /own { router = mine, nr-of-instances = 3 }
        /named { router = "Kernel.Actor.Tests.Routing.LastPool, Kernel.Actor.Tests" }
        /code { }
        /threads { router = round-robin-pool, pool-dispatcher { throughput = 7 } }
        "/threads.too" { router = round-robin-pool, pool-dispatcher { type = ForkJoinDispatcher, dedicated-thread-pool.thread-count = 1 } }
        /unmakeable { router = round-robin-pool, nr-of-instances = 3, pool-dispatcher.type = "No.Such.Dispatcher, Nowhere" }
        /exact/child { dispatcher = a }
        "/exact/*" { dispatcher = b }
        "/exact/**" { dispatcher = c }
        "/*/child" { dispatcher = d }
        "/deep/**" { dispatcher = e }
        "/deep/*/two" { dispatcher = f }
        "/placed/*" { dispatcher = special, mailbox = bounded, stash-capacity = 3 }
      }
    }
    special { type = Dispatcher, throughput = 11 }
    bounded { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-push-timeout-time = 0s }
    """)
{
    private static readonly Props Naming = Lambda.Props((_, context) => context.Sender.Tell(context.Self.Path.Name));

    private IActorRef Routed(string name) => Sys.ActorOf(Naming.WithRouter(FromConfig.Instance), name);

    private static async Task<int> Count(IActorRef router) =>
        (await router.Ask<Routees>(GetRoutees.Instance, Patience)).Members.Count();

    [Theory]
    [InlineData("pool", 3, typeof(RoundRobinPool))]
    [InlineData("random", 1, typeof(RandomPool))]
    [InlineData("small", 2, typeof(SmallestMailboxPool))]
    [InlineData("all", 2, typeof(BroadcastPool))]
    [InlineData("gather", 2, typeof(ScatterGatherFirstCompletedPool))]
    [InlineData("chop", 2, typeof(TailChoppingPool))]
    [InlineData("hash", 2, typeof(ConsistentHashingPool))]
    [InlineData("group", 2, typeof(RoundRobinGroup))]
    [InlineData("sized", 4, typeof(RoundRobinPool))]
    [InlineData("own", 3, typeof(LastPool))]
    [InlineData("named", 1, typeof(LastPool))]
    public async Task The_configuration_makes_the_router(string name, int routees, Type kind)
    {
        var router = Routed(name);
        Assert.Equal(routees, await Count(router));
        Assert.IsType(kind, ((RoutedActorCell)((LocalActorRef)router).Cell).RouterConfig);
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("chop")]
    [InlineData("random")]
    public async Task It_routes(string name) => Assert.StartsWith("$", await Routed(name).Ask<string>("who", Patience), StringComparison.Ordinal);

    [Fact]
    public async Task A_router_of_ones_own_logic_routes() => Assert.Equal("$c", await Routed("own").Ask<string>("who", Patience));

    [Fact]
    public async Task A_groups_routees_are_found_by_path()
    {
        var router = Sys.ActorOf(FromConfig.Instance.Props(), "group");
        Spawn((_, context) => context.Sender.Tell(1), "one");
        Spawn((_, context) => context.Sender.Tell(2), "two");
        Assert.Equal(1, await router.Ask<int>("who", Patience));
        Assert.Equal(2, await router.Ask<int>("who", Patience));
        Assert.Equal(1, await router.Ask<int>("who", Patience));
    }

    [Fact]
    public void Without_an_entry_there_is_no_router() =>
        Assert.Contains("/user/nowhere", Assert.Throws<ConfigurationException>(() => Routed("nowhere")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_code_decides_what_the_configuration_leaves_to_it()
    {
        Assert.Equal(2, await Count(Sys.ActorOf(new RoundRobinPool(2).Props(Naming), "code")));
        Assert.Equal(2, await Count(Sys.ActorOf(new RoundRobinPool(2).Props(Naming), "unmentioned")));
    }

    [Fact]
    public async Task The_configuration_replaces_the_codes_router() =>
        Assert.Equal(3, await Count(Sys.ActorOf(new RandomPool(9).Props(Naming), "pool")));

    [Fact]
    public void The_codes_supervision_and_resizer_stay()
    {
        var strategy = new OneForOneStrategy(_ => Directive.Stop);
        var resizer = new DefaultResizer(1, 2);
        var router = Sys.ActorOf(new RandomPool(9).WithSupervisorStrategy(strategy).WithResizer(resizer).Props(Naming), "pool");
        var config = Assert.IsType<RoundRobinPool>(((RoutedActorCell)((LocalActorRef)router).Cell).RouterConfig);
        Assert.Equal((strategy, resizer), (config.SupervisorStrategy, config.Resizer));
    }

    [Fact]
    public async Task An_actor_that_is_no_router_in_code_is_none()
    {
        var actor = Sys.ActorOf(Naming, "pool");
        Assert.Equal("pool", await actor.Ask<string>("who", Patience));
    }

    [Fact]
    public async Task That_is_logged_on_request()
    {
        var system = ActorSystem.Create(
            "misconfigured",
            "akka { stdout-loglevel = OFF, loggers = [], loglevel = WARNING, actor { debug.router-misconfiguration = on, deployment./a.router = random-pool } }");
        var inbox = new Inbox(system);
        system.EventStream.Subscribe(inbox.Ref, typeof(Akka.Event.Warning));
        system.ActorOf(Naming, "a");
        Assert.Contains("/user/a]", (await inbox.Next<Akka.Event.Warning>()).ToString(), StringComparison.Ordinal);
        await system.Terminate().WaitAsync(Patience);
    }

    [Theory]
    [InlineData("threads")]
    [InlineData("threads.too")]
    public async Task Routees_run_on_the_pools_dispatcher(string name)
    {
        var router = Sys.ActorOf(Lambda.Props((_, context) => context.Sender.Tell(context.Dispatcher.Id)).WithRouter(FromConfig.Instance), name);
        Assert.Equal($"akka.actor.deployment.\"/{name}\".pool-dispatcher", await router.Ask<string>("where", Patience));
    }

    [Fact]
    public async Task A_router_whose_routees_cannot_be_made_leaves_nothing()
    {
        Assert.Throws<ConfigurationException>(() => Routed("unmakeable"));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/unmakeable").ResolveOne(Patience));
    }

    [Fact]
    public async Task Dispatcher_mailbox_and_stash_of_an_actor_are_as_deployed()
    {
        var parent = Spawn((m, context) => context.ActorOf((Props)m, "child").Tell("where", context.Sender), "placed");
        Assert.Equal("special", await parent.Ask<string>(Lambda.Props((_, context) => context.Sender.Tell(context.Dispatcher.Id)), Patience));
        var child = (LocalActorRef)await Sys.ActorSelection("/user/placed/child").ResolveOne(Patience);
        Assert.Equal("bounded", child.Cell.Props.Mailbox);
        Assert.Equal(3, child.Cell.Props.Deploy.StashCapacity);
    }

    [Theory]
    [InlineData("/exact/child", "a")]
    [InlineData("/exact/other", "b")]
    [InlineData("/exact/other/child", "c")]
    [InlineData("/elsewhere/child", "d")]
    [InlineData("/deep/child", "d")]
    [InlineData("/deep/one", "e")]
    [InlineData("/deep/one/two", "f")]
    [InlineData("/deep/one/three/four", "e")]
    [InlineData("/elsewhere", null)]
    [InlineData("/exact", null)]
    public void An_exact_path_goes_before_a_star_and_that_before_two(string path, string? dispatcher) =>
        Assert.Equal(dispatcher, ((ExtendedActorSystem)Sys).Provider.Deployer.Lookup(path)?.Dispatcher);

    [Theory]
    [InlineData("akka.actor.deployment./a.router = \"No.Such.Router, Nowhere\"", "akka.actor.deployment.\"/a\".router")]
    [InlineData("akka.actor.deployment.a.router = random-pool", "'a' is no path")]
    [InlineData("akka.actor.deployment./a.router = no-such-router", "no-such-router")]
    public void A_faulty_entry_stops_the_system(string hocon, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => ActorSystem.Create("faulty", hocon)).Message, StringComparison.Ordinal);
}

/// <summary>A pool that a user wrote: all messages go to the last routee.</summary>
public sealed class LastPool(Config config) : Pool(
    config.GetInt("nr-of-instances"), null, DefaultSupervisorStrategy, Akka.Dispatch.Dispatchers.DefaultDispatcherId, false)
{
    public override int GetNrOfInstances(ActorSystem system) => NrOfInstances;

    public override Router CreateRouter(ActorSystem system) => new(new LastLogic());

    private sealed class LastLogic : RoutingLogic
    {
        public override Routee Select(object message, Routee[] routees) => routees[^1];
    }
}
