using Akka.Actor;
using Akka.Routing;

namespace Kernel.Actor.Tests.Routing;

public sealed class RoutingLogicTests : TestSystem
{
    private static readonly Routee[] Three = [new Named("a"), new Named("b"), new Named("c")];

    public static TheoryData<RoutingLogic> Stateless => [new RoundRobinRoutingLogic(), new RandomLogic(), new BroadcastRoutingLogic(), new SmallestMailboxRoutingLogic()];

    [Theory]
    [MemberData(nameof(Stateless))]
    public void Without_routees_none_is_chosen(RoutingLogic logic) => Assert.Same(Routee.NoRoutee, logic.Select("m", []));

    [Fact]
    public void Round_robin_takes_turns()
    {
        var logic = new RoundRobinRoutingLogic();
        Assert.Equal("abcabc", string.Concat(Enumerable.Range(0, 6).Select(_ => logic.Select("m", Three))));
    }

    [Fact]
    public void Round_robin_goes_on_when_its_counter_overflows()
    {
        var logic = new RoundRobinRoutingLogic(int.MaxValue);
        var chosen = Enumerable.Range(0, 6).Select(_ => logic.Select("m", Three)).ToArray();
        Assert.Equal(3, chosen.Distinct().Count());
    }

    [Fact]
    public void Random_takes_all_in_the_long_run()
    {
        var logic = new RandomLogic();
        Assert.Equal(3, Enumerable.Range(0, 1000).Select(_ => logic.Select("m", Three)).Distinct().Count());
    }

    [Fact]
    public async Task Smallest_mailbox_avoids_who_is_busy()
    {
        using var gate = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var busy = Spawn((_, _) =>
        {
            started.TrySetResult();
            gate.Wait(Patience);
        });
        busy.Tell("work");
        busy.Tell("more work");
        await started.Task.WaitAsync(Patience);
        var idle = NewInbox();
        await idle.IsEmpty();
        Routee[] routees = [Routee.FromActorRef(busy), Routee.FromActorRef(idle.Ref)];
        Assert.Same(routees[1], new SmallestMailboxRoutingLogic().Select("m", routees));
        gate.Set();
    }

    [Fact]
    public void Equal_keys_go_to_the_same_routee()
    {
        var logic = new ConsistentHashingRoutingLogic(Sys, 10, static m => m as string);
        foreach (var key in Enumerable.Range(0, 100).Select(static i => $"key{i}"))
            Assert.Same(logic.Select(key, Three), logic.Select(key, Three));
        Assert.Equal(3, Enumerable.Range(0, 100).Select(i => logic.Select($"key{i}", Three)).Distinct().Count());
    }

    [Fact]
    public void A_mapping_goes_before_the_key_of_the_message()
    {
        var byMessage = new ConsistentHashingRoutingLogic(Sys, 10);
        var byMapping = byMessage.WithHashMapping(static _ => "always");
        Assert.Single(Enumerable.Range(0, 50).Select(i => byMapping.Select(new ConsistentHashableEnvelope("m", i), Three)).Distinct());
        Assert.Equal(3, Enumerable.Range(0, 50).Select(i => byMessage.Select(new ConsistentHashableEnvelope("m", i), Three)).Distinct().Count());
    }

    [Fact]
    public void A_message_without_a_key_has_no_routee() =>
        Assert.Same(Routee.NoRoutee, new ConsistentHashingRoutingLogic(Sys).Select("m", Three));

    [Fact]
    public void A_node_that_leaves_moves_only_its_own_keys()
    {
        var all = ConsistentHash.Create(["a", "b", "c", "d"], 20);
        var fewer = all.Remove("b");
        foreach (var key in Enumerable.Range(0, 500).Select(static i => $"key{i}"))
        {
            var before = all.NodeFor(key);
            var after = fewer.NodeFor(key);
            Assert.NotEqual("b", after);
            if (before != "b")
                Assert.Equal(before, after);
            Assert.Equal(before, fewer.Add("b").NodeFor(key));
        }
    }

    [Fact]
    public async Task A_router_of_an_actors_own_routes_and_broadcasts()
    {
        var (a, b) = (NewInbox(), NewInbox());
        var router = new Router(new RoundRobinRoutingLogic(), a.Ref).AddRoutee(b.Ref);
        router.Route("1", ActorRefs.NoSender);
        router.Route("2", ActorRefs.NoSender);
        router.Route(new Broadcast("all"), ActorRefs.NoSender);
        await a.Expect("1", "all");
        await b.Expect("2", "all");
        Assert.Equal([Routee.FromActorRef(b.Ref)], router.RemoveRoutee(a.Ref).Routees);
    }

    private sealed class Named(string name) : Routee
    {
        public override string ToString() => name;
    }
}
