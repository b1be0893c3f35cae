using Akka.Actor;
using Akka.Dispatch.MessageQueues;

namespace Kernel.Actor.Tests.Dispatch;

public sealed class UnboundedMessageQueueTests
{
    private readonly UnboundedMessageQueue _queue = new();

    private void Add(object message) => _queue.Enqueue(ActorRefs.Nobody, new Envelope(message, null));

    private object? Take() => _queue.TryDequeue(out var envelope) ? envelope.Message : null;

    [Fact]
    public void A_new_queue_is_empty()
    {
        Assert.False(_queue.HasMessages);
        Assert.Equal(0, _queue.Count);
        Assert.Null(Take());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Messages_come_out_in_order_whatever_the_length_of_the_burst(int burst)
    {
        for (var round = 0; round < 10; round++)
        {
            for (var i = 0; i < burst; i++)
                Add(i);
            Assert.Equal(burst, _queue.Count);
            for (var i = 0; i < burst; i++)
            {
                Assert.True(_queue.HasMessages);
                Assert.Equal(i, Take());
            }

            Assert.False(_queue.HasMessages);
            Assert.Equal(0, _queue.Count);
            Assert.Null(Take());
        }
    }

    [Fact]
    public void A_backlog_that_never_empties_stays_in_order()
    {
        var (added, taken) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            Add(added++);
            Add(added++);
            if (i >= 10)
                Assert.Equal(taken++, Take());
        }

        while (taken < added)
            Assert.Equal(taken++, Take());
        Assert.Null(Take());
    }

    [Fact]
    public void The_sender_comes_with_the_message()
    {
        _queue.Enqueue(ActorRefs.Nobody, new Envelope("hello", ActorRefs.Nobody));
        Assert.True(_queue.TryDequeue(out var envelope));
        Assert.Same(ActorRefs.Nobody, envelope.Sender);
    }

    [Fact]
    public void What_was_taken_is_not_kept_alive()
    {
        var taken = AddAndTake();
        GC.Collect();
        Assert.False(taken.IsAlive);
        GC.KeepAlive(_queue);
    }

    [Fact]
    public void A_queue_that_was_long_once_becomes_small_again()
    {
        for (var i = 0; i < 100_000; i++)
            Add(i);
        while (_queue.HasMessages)
            Take();
        Assert.Null(Take());
        Assert.Equal(1024, _queue.SegmentLength);
        for (var i = 0; i < 100; i++)
        {
            Add(i);
            Assert.Equal(i, Take());
            Assert.Null(Take());
        }

        Assert.InRange(_queue.SegmentLength, 1, 8);
    }

    [Fact]
    public void A_queue_that_overflows_again_and_again_allocates_nothing()
    {
        void Flood()
        {
            for (var i = 0; i < 50_000; i++)
                Add(_queue);
            while (Take() is not null)
            {
            }
        }

        Flood();
        Flood();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            Flood();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_queue_that_overflowed_gives_the_memory_up_when_it_does_no_more()
    {
        for (var i = 0; i < 50_000; i++)
            Add(_queue);
        while (Take() is not null)
        {
        }

        Assert.InRange(_queue.Spares, 40, 60);
        for (var round = 0; round < 100; round++)
        {
            for (var i = 0; i < 700; i++) // much, but not more than one segment holds
                Add(_queue);
            while (Take() is not null)
            {
            }
        }

        Assert.Equal(0, _queue.Spares);
    }

    [Fact]
    public void A_queue_in_use_allocates_nothing_per_message()
    {
        void Burst()
        {
            for (var i = 0; i < 700; i++)
                Add(_queue);
            while (Take() is not null)
            {
            }
        }

        for (var i = 0; i < 20; i++)
            Burst();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
            Burst();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Several_senders_lose_nothing_and_each_ones_messages_stay_in_order(int senders)
    {
        const int Each = 300_000;
        var threads = Enumerable.Range(0, senders).Select(sender => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
                Add((sender, i));
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        var next = new int[senders];
        var left = senders * Each;
        var spin = default(SpinWait);
        while (left > 0)
        {
            if (!_queue.TryDequeue(out var envelope))
            {
                spin.SpinOnce();
                continue;
            }

            var (sender, number) = ((int, int))envelope.Message;
            Assert.Equal(next[sender]++, number);
            left--;
        }

        Assert.False(_queue.HasMessages);
        foreach (var thread in threads)
            thread.Join();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference AddAndTake()
    {
        var message = new object();
        Add(message);
        Take();
        return new WeakReference(message);
    }
}
