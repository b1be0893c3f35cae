using ActorServer.Dispatch.Stealing;
using Shared = ActorServer.Tests.Dispatch.Stealing.Interleavings.Shared;
using Unfenced = ActorServer.Tests.Dispatch.Stealing.Interleavings.Unfenced;

namespace ActorServer.Tests.Dispatch.Stealing;

/// <summary>The deque gives each item to exactly one thread, in whatever order its steps and its stores happen.</summary>
public sealed class StealingDequeTests
{
    [Theory]
    [InlineData(3, "+1 +2 -", "* *")]
    [InlineData(2, "+1 +2 - -", "* *")]
    [InlineData(2, "+1 - +2 -", "*", "*")]
    [InlineData(2, "+1 +2 +3 - -", "* *")] // grows, of a capacity of two
    [InlineData(2, "+1 - - +2 -", "*")]
    public void Nothing_is_lost_and_nothing_is_taken_twice_in_any_order(int switches, string owner, params string[] thieves)
    {
        var orders = Explore<Shared>(switches, owner, thieves);
        Assert.True(orders > 100, $"{orders} orders are not many");
    }

    [Fact]
    public void Without_its_fences_an_item_is_taken_twice() =>
        Assert.Contains("put: 1, 2; taken: ", Assert.ThrowsAny<Exception>(() => Explore<Unfenced>(switches: 2, "+1 +2 -", ["* *"])).Message, StringComparison.Ordinal);

    [Fact]
    public void The_owner_takes_the_last_and_others_the_first()
    {
        var deque = new StealingDeque<object, Cell>(capacity: 2);
        for (var n = 0; n < 100; n++) deque.Push(n);
        Assert.Equal(100, deque.Count);
        for (var n = 0; n < 50; n++)
        {
            Assert.Equal(99 - n, deque.Pop());
            Assert.Equal(n, deque.Steal());
        }

        Assert.Null(deque.Pop());
        Assert.Null(deque.Steal());
        Assert.Equal(0, deque.Count);
    }

    [Fact]
    public async Task A_million_items_reach_their_owner_and_four_thieves_once_each()
    {
        const int items = 1_000_000;
        var deque = new StealingDeque<object, Cell>(capacity: 2);
        var taken = new int[items];
        var left = items;
        var thieves = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
        {
            while (Volatile.Read(ref left) > 0)
            {
                if (deque.Steal() is { } item) Take(item);
                else Thread.Yield();
            }
        }, TaskCreationOptions.LongRunning)).ToList();
        var random = new Random(1);
        for (var next = 0; next < items || Volatile.Read(ref left) > 0;)
        {
            for (var burst = random.Next(20); burst > 0 && next < items; burst--) deque.Push(next++);
            for (var burst = random.Next(20); burst > 0 && deque.Pop() is { } item; burst--) Take(item);
        }

        await Task.WhenAll(thieves);
        Assert.All(taken, count => Assert.Equal(1, count));

        void Take(object item)
        {
            Interlocked.Increment(ref taken[(int)item]);
            Interlocked.Decrement(ref left);
        }
    }

    /// <summary>Goes through all orders of an owner's puts (+) and takes (-) and its thieves' (*).</summary>
    private static int Explore<TCell>(int switches, string owner, string[] thieves) where TCell : struct, ICell => new Interleavings(switches).Explore(() =>
    {
        var deque = new StealingDeque<object, TCell>(capacity: 2);
        var taken = new List<int>();
        var put = owner.Split(' ').Where(step => step[0] == '+').Select(step => int.Parse(step[1..])).ToList();
        Action[] threads = [() => Do(owner), .. thieves.Select(steps => (Action)(() => Do(steps)))];
        return (threads, Check);

        void Do(string steps)
        {
            var stolen = 0;
            foreach (var step in steps.Split(' '))
            {
                if (step[0] == '+') deque.Push(int.Parse(step[1..]));
                else if (step[0] == '-') Take(deque.Pop());
                else if (Take(deque.Steal()) is { } item) Assert.True(item > stolen, $"{item} stolen after {stolen}"); // the oldest first
            }
        }

        int? Take(object? item)
        {
            if (item is not null) taken.Add((int)item);
            return (int?)item;
        }

        void Check()
        {
            var text = $"put: {string.Join(", ", put)}; taken: {string.Join(", ", taken.Order())}; left: {deque.Count}";
            Assert.True(taken.Distinct().Count() == taken.Count && taken.Count + deque.Count == put.Count, text);
        }
    });
}
