using Akka.Actor;
using Akka.Configuration;
using Akka.Routing;
using Akka.TestKit.Xunit2;

namespace AkkaCompatibility;

/// <summary>What Akka's documentation says of routers, kind by kind, from code and from configuration.</summary>
public sealed class RouterTests : TestKit
{
    private static readonly Config Settings = ConfigurationFactory.ParseString("""
        akka.actor.deployment {
          /workers { router = round-robin-pool, nr-of-instances = 3 }
          /team { router = round-robin-group, routees.paths = ["/user/a", "/user/b"] }
        }
        """);

    public RouterTests() : base(Settings)
    {
    }

    [Fact]
    public void Round_robin_gives_each_routee_its_turn()
    {
        Assert.Equal([3, 3, 3], Shares(Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(new RoundRobinPool(3))), 9));
        Assert.Equal([3, 3, 3], Shares(Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(FromConfig.Instance), "workers"), 9));
        Assert.Equal([2, 2], Shares(Sys.ActorOf(Props.Empty.WithRouter(new RoundRobinGroup(Members()))), 4));
        Assert.Equal([2, 2], Shares(Sys.ActorOf(Props.Empty.WithRouter(FromConfig.Instance), "team"), 4));
    }

    [Fact]
    public void Random_gives_every_message_to_some_routee()
    {
        Assert.Equal(50, Shares(Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(new RandomPool(2))), 50).Sum());
        Assert.Equal(50, Shares(Sys.ActorOf(Props.Empty.WithRouter(new RandomGroup(Members()))), 50).Sum());
    }

    [Fact]
    public void Broadcast_gives_every_message_to_all()
    {
        foreach (var router in new[]
        {
            Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(new BroadcastPool(2))),
            Sys.ActorOf(Props.Empty.WithRouter(new BroadcastGroup(Members()))),
        })
        {
            router.Tell("who");
            Assert.NotEqual(ExpectMsg<string>(), ExpectMsg<string>());
        }
    }

    [Fact]
    public void A_broadcast_message_reaches_all_routees_of_any_router()
    {
        var router = Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(new RoundRobinPool(4)));
        router.Tell(new Broadcast("who"));
        Assert.Equal(4, Enumerable.Range(0, 4).Select(_ => ExpectMsg<string>()).Distinct().Count());
    }

    [Fact]
    public void Smallest_mailbox_avoids_who_is_busy()
    {
        using var gate = new ManualResetEventSlim();
        var router = Sys.ActorOf(Props.Create(() => new Busy(gate, TestActor)).WithRouter(new SmallestMailboxPool(2)));
        router.Tell("block");
        ExpectMsg("blocked");
        for (var i = 0; i < 10; i++)
            router.Tell("who");
        for (var i = 0; i < 4; i++)
            ExpectMsg("free"); // at most every second one waits in the mailbox of the busy one
        gate.Set();
    }

    [Fact]
    public async Task Scatter_gather_and_tail_chopping_give_the_first_answer()
    {
        Sys.ActorOf(Props.Create<Silent>(), "silent");
        Sys.ActorOf(Props.Create<WhoAmI>(), "talks");
        string[] paths = ["/user/silent", "/user/talks"];
        var within = TimeSpan.FromSeconds(10);
        foreach (var router in new[]
        {
            Sys.ActorOf(Props.Empty.WithRouter(new ScatterGatherFirstCompletedGroup(paths, within))),
            Sys.ActorOf(Props.Empty.WithRouter(new TailChoppingGroup(paths, within, TimeSpan.FromMilliseconds(10)))),
        })
        {
            Assert.Equal("talks", await router.Ask<string>("who", within));
        }

        var pool = Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(new ScatterGatherFirstCompletedPool(3, within)));
        Assert.StartsWith("$", await pool.Ask<string>("who", within), StringComparison.Ordinal);
        var chopping = Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(new TailChoppingPool(3, within, TimeSpan.FromMilliseconds(10))));
        Assert.StartsWith("$", await chopping.Ask<string>("who", within), StringComparison.Ordinal);
    }

    [Fact]
    public void Consistent_hashing_gives_equal_keys_to_the_same_routee()
    {
        foreach (var router in new[]
        {
            Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(new ConsistentHashingPool(5))),
            Sys.ActorOf(Props.Empty.WithRouter(new ConsistentHashingGroup(Members()))),
        })
        {
            for (var key = 0; key < 10; key++)
            {
                router.Tell(new ConsistentHashableEnvelope("who", $"key {key}"));
                router.Tell(new ConsistentHashableEnvelope("who again", $"key {key}"));
                Assert.Equal(ExpectMsg<string>(), ExpectMsg<string>());
            }
        }
    }

    [Fact]
    public async Task Routees_are_listed_added_and_removed()
    {
        var router = Sys.ActorOf(Props.Create<WhoAmI>().WithRouter(new RoundRobinPool(2)));
        Assert.Equal(2, await Routees(router));
        router.Tell(new AdjustPoolSize(3));
        Assert.Equal(5, await Routees(router));
        var own = Sys.ActorOf(Props.Create<WhoAmI>());
        router.Tell(new AddRoutee(new ActorRefRoutee(own)));
        Assert.Equal(6, await Routees(router));
        router.Tell(new RemoveRoutee(new ActorRefRoutee(own)));
        Assert.Equal(5, await Routees(router));

        static async Task<int> Routees(IActorRef router) =>
            (await router.Ask<Routees>(new GetRoutees(), TimeSpan.FromSeconds(10))).Members.Count();
    }

    [Fact]
    public void A_resizer_makes_the_pool_larger_when_all_are_busy()
    {
        using var gate = new ManualResetEventSlim();
        var resizer = new DefaultResizer(1, 3, pressureThreshold: 0, rampupRate: 1, messagesPerResize: 1);
        var router = Sys.ActorOf(Props.Create(() => new Busy(gate, TestActor)).WithRouter(new RoundRobinPool(1, resizer)));
        router.Tell("block");
        ExpectMsg("blocked");
        AwaitAssert(() =>
        {
            router.Tell("who");
            router.Tell(new GetRoutees());
            Assert.True(FishForMessage<Routees>(_ => true).Members.Count() > 1);
        });
        gate.Set();
    }

    private string[] Members()
    {
        if (Sys.ActorSelection("/user/a").Ask<ActorIdentity>(new Identify(0), TimeSpan.FromSeconds(10)).Result.Subject is null)
        {
            foreach (var name in new[] { "a", "b" })
                Sys.ActorOf(Props.Create<WhoAmI>(), name);
        }

        return ["/user/a", "/user/b"];
    }

    private IEnumerable<int> Shares(IActorRef router, int messages)
    {
        for (var i = 0; i < messages; i++)
            router.Tell("who");
        return Enumerable.Range(0, messages).Select(_ => ExpectMsg<string>()).GroupBy(name => name).Select(group => group.Count()).ToList();
    }

    private sealed class WhoAmI : ReceiveActor
    {
        public WhoAmI() => ReceiveAny(_ => Sender.Tell(Self.Path.Name));
    }

    private sealed class Silent : ReceiveActor
    {
        public Silent() => ReceiveAny(_ => { });
    }

    private sealed class Busy : ReceiveActor
    {
        public Busy(ManualResetEventSlim gate, IActorRef log)
        {
            Receive<string>(text => text == "block", _ =>
            {
                log.Tell("blocked");
                gate.Wait(TimeSpan.FromSeconds(30));
            });
            ReceiveAny(_ => log.Tell("free"));
        }
    }
}
