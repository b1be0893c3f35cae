using Akka.Actor;
using Akka.Routing;

namespace Kernel.Actor.Tests.Routing;

public sealed class ResizerTests : TestSystem
{
    [Theory]
    [InlineData(5, 5, 1)]
    [InlineData(4, 5, 0)]
    [InlineData(10, 10, 2)]
    public void All_busy_adds_a_part(int pressure, int capacity, int change) => Assert.Equal(change, new DefaultResizer(1, 50).Rampup(pressure, capacity));

    [Theory]
    [InlineData(0, 10, -1)]
    [InlineData(3, 10, 0)]
    [InlineData(2, 10, -1)]
    [InlineData(0, 25, -3)]
    public void Few_busy_removes_a_part(int pressure, int capacity, int change) => Assert.Equal(change, new DefaultResizer(1, 50).Backoff(pressure, capacity));

    [Fact]
    public void Zero_switches_backing_off_off()
    {
        Assert.Equal(0, new DefaultResizer(1, 50, backoffThreshold: 0).Backoff(0, 10));
        Assert.Equal(0, new DefaultResizer(1, 50, backoffRate: 0).Backoff(0, 10));
    }

    [Fact]
    public void The_bounds_hold()
    {
        Assert.Equal(2, new DefaultResizer(2, 4).Resize([]));
        Routee[] six = [.. Enumerable.Repeat(new Routee(), 6)];
        Assert.Equal(-2, new DefaultResizer(2, 4).Resize(six));
    }

    [Fact]
    public void It_is_time_every_so_many_messages() =>
        Assert.Equal([0, 3, 6], Enumerable.Range(0, 8).Where(i => new DefaultResizer(1, 2, messagesPerResize: 3).IsTimeForResize(i)));

    [Theory]
    [InlineData(-1, 2, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(1, 2, 0)]
    public void Nonsense_is_refused(int lower, int upper, int messages) =>
        Assert.Throws<ArgumentException>(() => new DefaultResizer(lower, upper, messagesPerResize: messages));

    [Fact]
    public async Task A_pool_begins_with_its_least_size()
    {
        var router = Sys.ActorOf(new RoundRobinPool(1, new DefaultResizer(3, 5)).Props(Props.Empty));
        Assert.Equal(3, (await router.Ask<Routees>(GetRoutees.Instance, Patience)).Members.Count());
    }

    [Fact]
    public async Task A_pool_grows_while_all_its_routees_are_busy()
    {
        using var gate = new SemaphoreSlim(0);
        using var started = new SemaphoreSlim(0);
        var resizer = new DefaultResizer(1, 3, pressureThreshold: 0, rampupRate: 1, messagesPerResize: 2);
        // Routees block: each needs a thread of its own.
        var work = Lambda.Props((_, _) =>
        {
            started.Release();
            gate.Wait(Patience);
        }).WithDispatcher("akka.actor.default-fork-join-dispatcher");
        var router = Sys.ActorOf(new SmallestMailboxPool(1, resizer).Props(work));
        router.Tell("1");
        Assert.True(await started.WaitAsync(Patience));
        // Looks at the size while the only routee is busy with the first message.
        router.Tell("2");
        Assert.Equal(2, (await router.Ask<Routees>(GetRoutees.Instance, Patience)).Members.Count());
        gate.Release(2);
    }
}
