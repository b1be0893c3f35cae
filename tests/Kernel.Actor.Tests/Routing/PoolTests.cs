using Akka.Actor;
using Akka.Event;
using Akka.Routing;

namespace Kernel.Actor.Tests.Routing;

public sealed class PoolTests : TestSystem
{
    /// <summary>Answers with its name.</summary>
    private static readonly Props Naming = Lambda.Props((_, context) => context.Sender.Tell(context.Self.Path.Name));

    private static async Task<IActorRef[]> RouteesOf(IActorRef router)
    {
        var routees = await router.Ask<Routees>(new GetRoutees(), Patience);
        return [.. routees.Members.Cast<ActorRefRoutee>().Select(r => r.Actor)];
    }

    [Fact]
    public async Task Routees_are_children_that_take_turns()
    {
        var router = Sys.ActorOf(new RoundRobinPool(3).Props(Naming), "router");
        var names = new List<string>();
        for (var i = 0; i < 6; i++)
            names.Add(await router.Ask<string>("who", Patience));
        Assert.Equal(["$a", "$b", "$c", "$a", "$b", "$c"], names);
        Assert.All(await RouteesOf(router), routee => Assert.Equal(router.Path, routee.Path.Parent));
    }

    [Fact]
    public async Task The_routee_sees_the_original_sender()
    {
        var router = Sys.ActorOf(Lambda.Props((_, context) => context.Sender.Tell("answer")).WithRouter(new RandomPool(2)));
        var inbox = NewInbox();
        router.Tell("question", inbox.Ref);
        await inbox.Expect("answer");
    }

    [Fact]
    public async Task Broadcast_reaches_all_with_any_logic()
    {
        var inbox = NewInbox();
        var router = Sys.ActorOf(new RoundRobinPool(4).Props(Naming));
        router.Tell(new Broadcast("who"), inbox.Ref);
        Assert.Equal(4, new[] { await inbox.Next<string>(), await inbox.Next<string>(), await inbox.Next<string>(), await inbox.Next<string>() }.Distinct().Count());
    }

    [Fact]
    public async Task A_broadcast_pool_gives_every_message_to_all()
    {
        var inbox = NewInbox();
        Sys.ActorOf(new BroadcastPool(2).Props(Naming)).Tell("who", inbox.Ref);
        Assert.Equal(["$a", "$b"], new[] { await inbox.Next<string>(), await inbox.Next<string>() }.Order());
    }

    [Fact]
    public async Task A_consistent_hashing_pool_unpacks_the_envelope()
    {
        var inbox = NewInbox();
        var router = Sys.ActorOf(new ConsistentHashingPool(3).Props(Lambda.Props((m, context) => context.Sender.Tell((m, context.Self.Path.Name)))));
        router.Tell(new ConsistentHashableEnvelope("1", "key"), inbox.Ref);
        router.Tell(new ConsistentHashableEnvelope("2", "key"), inbox.Ref);
        var first = await inbox.Next<(object Message, string Routee)>();
        Assert.Equal(("1", first.Routee), first);
        Assert.Equal(("2", first.Routee), await inbox.Next<(object, string)>());
    }

    [Fact]
    public async Task The_pool_grows_and_shrinks()
    {
        var router = Sys.ActorOf(new RoundRobinPool(2).Props(Naming));
        router.Tell(new AdjustPoolSize(2));
        var four = await RouteesOf(router);
        Assert.Equal(4, four.Length);
        var inbox = NewInbox();
        await inbox.Watch(four[3]);
        router.Tell(new AdjustPoolSize(-3));
        Assert.Equal(four[..1], await RouteesOf(router));
        Assert.Equal(four[3], (await inbox.Next<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task A_routee_can_be_added_and_removed()
    {
        var router = Sys.ActorOf(new BroadcastPool(1).Props(Naming));
        var inbox = NewInbox();
        router.Tell(new AddRoutee(Routee.FromActorRef(inbox.Ref)));
        Assert.Equal(2, (await RouteesOf(router)).Length);
        router.Tell("hello");
        await inbox.Expect("hello");
        router.Tell(new RemoveRoutee(Routee.FromActorRef(inbox.Ref)));
        Assert.Single(await RouteesOf(router));
        router.Tell("gone");
        Assert.True(await inbox.IsEmpty());
    }

    [Fact]
    public async Task The_router_ends_with_its_last_routee()
    {
        var router = Sys.ActorOf(new RoundRobinPool(2).Props(Naming));
        var inbox = NewInbox();
        await inbox.Watch(router);
        router.Tell(new Broadcast(PoisonPill.Instance));
        Assert.Equal(router, (await inbox.Next<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task A_poison_pill_ends_the_router_and_its_routees()
    {
        var router = Sys.ActorOf(new RoundRobinPool(2).Props(Naming));
        var inbox = NewInbox();
        await inbox.Watch((await RouteesOf(router))[1]);
        router.Tell(PoisonPill.Instance);
        await inbox.Next<Terminated>();
    }

    [Fact]
    public async Task A_routee_that_ends_is_no_longer_chosen()
    {
        var router = Sys.ActorOf(new RoundRobinPool(2).Props(Naming));
        var first = (await RouteesOf(router))[0];
        var inbox = NewInbox();
        await inbox.Watch(first);
        Sys.Stop(first);
        await inbox.Next<Terminated>();
        while ((await RouteesOf(router)).Contains(first))
            await Task.Yield();
        Assert.Equal("$b", await router.Ask<string>("who", Patience));
        Assert.Equal("$b", await router.Ask<string>("who", Patience));
    }

    [Fact]
    public async Task Without_routees_messages_are_dead_letters()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe(inbox.Ref, typeof(DeadLetter));
        Sys.ActorOf(new RoundRobinPool(0).Props(Naming)).Tell("lost", ActorRefs.NoSender);
        Assert.Equal("lost", (await inbox.Next<DeadLetter>()).Message);
    }

    [Fact]
    public async Task After_its_end_a_routers_messages_are_dead_letters()
    {
        var (routee, dead) = (NewInbox(), NewInbox());
        Sys.EventStream.Subscribe(dead.Ref, typeof(DeadLetter));
        var router = Sys.ActorOf(new RoundRobinGroup(routee.Ref.Path.ToStringWithoutAddress()).Props());
        router.Tell("heard");
        await routee.Expect("heard");
        await router.GracefulStop(Patience);
        router.Tell("lost");
        Assert.Equal("lost", (await dead.Next<DeadLetter>()).Message);
        Assert.True(await routee.IsEmpty());
    }

    [Fact]
    public async Task A_failure_of_a_routee_is_the_parents_to_decide()
    {
        var created = 0;
        var router = Sys.ActorOf(new RoundRobinPool(2).Props(Counted(() => Interlocked.Increment(ref created))));
        Assert.Equal("fine", await router.Ask<string>("ok", Patience));
        Assert.Equal("fine", await router.Ask<string>("ok", Patience));
        Assert.Equal(2, created);
        router.Tell(new Broadcast("fail"));
        // The guardian restarts the router, which keeps its routees and restarts them.
        while (Volatile.Read(ref created) < 4)
            await Task.Yield();
        Assert.Equal(2, (await RouteesOf(router)).Length);
        Assert.Equal("fine", await router.Ask<string>("ok", Patience));
    }

    [Fact]
    public async Task A_strategy_of_the_pools_own_decides_first()
    {
        var created = 0;
        var pool = new RoundRobinPool(2).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop));
        var router = Sys.ActorOf(pool.Props(Counted(() => Interlocked.Increment(ref created))));
        var inbox = NewInbox();
        await inbox.Watch(router);
        router.Tell(new Broadcast("fail"));
        await inbox.Next<Terminated>();
        Assert.Equal(2, created);
    }

    [Fact]
    public async Task A_failing_constructor_does_not_harm_the_router_while_it_starts()
    {
        var pool = new RoundRobinPool(100).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop));
        var router = Sys.ActorOf(pool.Props(Props.Create(() => new Stillborn())));
        var inbox = NewInbox();
        await inbox.Watch(router);
        Assert.Equal(router, (await inbox.Next<Terminated>()).ActorRef);
    }

    [Fact]
    public async Task A_router_can_be_identified()
    {
        var router = Sys.ActorOf(new RoundRobinPool(1).Props(Naming), "found");
        Assert.Equal(router, await Sys.ActorSelection("/user/found").ResolveOne(Patience));
        Assert.Equal((await RouteesOf(router))[0], await Sys.ActorSelection("/user/found/*").ResolveOne(Patience));
    }

    [Fact]
    public async Task All_actors_beneath_a_path_can_be_selected()
    {
        Sys.ActorOf(new RoundRobinPool(2).Props(Naming), "router");
        var inbox = NewInbox();
        Sys.ActorSelection("/user/router/**").Tell("who", inbox.Ref);
        Assert.Equal(["$a", "$b"], new[] { await inbox.Next<string>(), await inbox.Next<string>() }.Order());
        Sys.ActorSelection("/user/**").Tell(new Identify(1), inbox.Ref);
        var found = new List<string>();
        for (var i = 0; i < 4; i++)
            found.Add((await inbox.Next<ActorIdentity>()).Subject!.Path.Name);
        Assert.Equal(["$a", "$a", "$b", "router"], found.Order(StringComparer.Ordinal));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorSelection("/user/**/$a"));
    }

    [Fact]
    public void The_parts_of_a_pool_can_be_replaced()
    {
        var resizer = new DefaultResizer(1, 5);
        var strategy = new OneForOneStrategy(_ => Directive.Resume);
        var pool = new RandomPool(3).WithResizer(resizer).WithSupervisorStrategy(strategy).WithDispatcher("other");
        Assert.Equal((3, resizer, strategy, "other"), (pool.NrOfInstances, pool.Resizer, pool.SupervisorStrategy, pool.RouterDispatcher));
        Assert.NotEqual(pool, new RandomPool(3));
        Assert.Equal(new RandomPool(3), new RandomPool(3));
    }

    private static Props Counted(Action created) => Props.Create(() => new Failing(created));

    private sealed class Failing : ReceiveActor
    {
        public Failing(Action created)
        {
            created();
            Receive<string>(static m => m == "fail", static _ => throw new InvalidOperationException("as asked"));
            Receive<string>(_ => Sender.Tell("fine"));
        }
    }

    private sealed class Stillborn : ReceiveActor
    {
        public Stillborn() => throw new InvalidOperationException("as always");
    }
}
